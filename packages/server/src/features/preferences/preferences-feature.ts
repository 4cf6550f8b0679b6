/** The preferences feature: defaults for posting and reading. */
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { addPreferenceRoutes } from './preference-routes.ts';
import { createPreferenceStore } from './preference-store.ts';
import { DEFAULTS, type Preferences } from './preferences.ts';

export function createPreferencesFeature(kit: Kit): { feature: Feature; api: Preferences } {
  const store = createPreferenceStore(kit.mongo);
  kit.events.on('account.deleted', async ({ id }) => {
    await store.remove(id);
  });

  const api: Preferences = {
    of: async (account) => ({ ...DEFAULTS, ...(await store.get(account)) }),
    set: async (account, change) => {
      const chosen = Object.fromEntries(
        Object.entries(change).filter(([, value]) => value !== undefined),
      );
      if (Object.keys(chosen).length === 0) return api.of(account);
      return { ...DEFAULTS, ...(await store.set(account, chosen)) };
    },
  };

  return {
    feature: {
      name: 'preferences',
      indexes: [],
      personalData: [{ name: 'preferences', read: async (account) => [await api.of(account)] }],
      routes: (endpoints) => addPreferenceRoutes(endpoints, { preferences: api }),
    },
    api,
  };
}
