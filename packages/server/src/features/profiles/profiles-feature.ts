/** The profiles feature: what people tell of their work, the org chart, and finding people by it. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createChangeProfile } from './change-profile.ts';
import { addProfileRoutes } from './profile-routes.ts';
import { createProfileStore, profileIndexes } from './profile-store.ts';
import { createProfileViews } from './profile-view.ts';

export function createProfilesFeature(kit: Kit, apis: Apis): { feature: Feature } {
  const store = createProfileStore(kit.mongo);
  const changes = createChangeProfile({ kit, apis, store });
  const views = createProfileViews({ apis, store });
  kit.events.on('account.deleted', async ({ id }) => {
    await store.remove(id);
    await store.releaseReports(id);
  });
  return {
    feature: {
      name: 'profiles',
      indexes: profileIndexes,
      personalData: [
        {
          name: 'work',
          read: async (account) => {
            const profile = await store.get(account);
            return profile ? [{ ...profile.values, visibility: profile.visibility }] : [];
          },
        },
      ],
      routes: (endpoints) => addProfileRoutes(endpoints, { apis, store, changes, views }),
    },
  };
}
