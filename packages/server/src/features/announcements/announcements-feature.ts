/** The announcements feature. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createAnnounce } from './announce.ts';
import { addAnnouncementRoutes } from './announcement-routes.ts';
import { announcementIndexes, createAnnouncementStore } from './announcement-store.ts';
import { createAnnouncementViews } from './announcement-view.ts';
import type { Announcements } from './announcements.ts';

export function createAnnouncementsFeature(
  kit: Kit,
  apis: Apis,
): { feature: Feature; api: Announcements } {
  const store = createAnnouncementStore(kit.mongo);
  const announce = createAnnounce({ kit, store });
  const present = createAnnouncementViews({ apis, store });
  kit.events.on('account.deleted', ({ id }) => store.removeOf(id));

  return {
    feature: {
      name: 'announcements',
      indexes: announcementIndexes,
      pending: ['announcements'],
      routes: (endpoints) => addAnnouncementRoutes(endpoints, { store, announce, present }),
    },
    api: {
      present: async (id, viewer) => {
        const one = (await announce.shownTo(viewer)).find((shown) => shown._id === id);
        return one ? ((await present([one], viewer._id))[0] ?? null) : null;
      },
    },
  };
}
