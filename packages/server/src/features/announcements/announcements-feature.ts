/** The announcements feature. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createAnnounce } from './announce.ts';
import { isShown } from './announcement.ts';
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

  for (const name of ['announcement.changed', 'announcement.reacted'] as const)
    kit.events.on(name, async ({ id }) => {
      const one = await store.get(id);
      // As somebody sees it who has neither read it nor reacted.
      const [payload] = one && isShown(one, kit.clock.now()) ? await present([one], '') : [];
      if (payload) apis.streaming.publish({ event: 'announcement', payload, to: 'colleagues' });
    });
  kit.events.on('announcement.removed', async ({ id }) => {
    apis.streaming.publish({ event: 'announcement.delete', payload: id, to: 'colleagues' });
  });

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
