/** The notifications feature. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { addNotificationRoutes } from './notification-routes.ts';
import { createNotificationStore, notificationIndexes } from './notification-store.ts';
import { createNotificationViews } from './notification-view.ts';
import type { Notifications } from './notifications.ts';
import { subscribeNotifications } from './notify-of-events.ts';

export function createNotificationsFeature(
  kit: Kit,
  apis: Apis,
): { feature: Feature; api: Notifications } {
  const store = createNotificationStore(kit.mongo);
  const present = createNotificationViews({ apis });
  subscribeNotifications({ kit, apis, followOf: (id) => apis.relations.follow(id) });

  kit.events.on('account.deleted', async ({ id }) => {
    await store.withdraw({ from: id });
  });

  const api: Notifications = {
    notify: async (all) => {
      const others = all.filter((one) => one.account !== one.from);
      const people = new Map(
        (await apis.accounts.getMany([...new Set(others.map((one) => one.account))])).map(
          (account) => [account._id, account],
        ),
      );
      await Promise.all(
        others.map(async (one) => {
          const account = people.get(one.account);
          if (account?.domain !== null || account.kind !== 'person') return;
          if ((await apis.relations.hiddenAmong(one.account, [one.from])).size > 0) return;
          await store.insert({ ...one, _id: kit.nextId(), at: kit.clock.now() });
        }),
      );
    },
    withdraw: async (filter) => {
      if (Object.keys(filter).length > 0) await store.withdraw(filter);
    },
  };

  return {
    feature: {
      name: 'notifications',
      indexes: notificationIndexes,
      routes: (endpoints) => addNotificationRoutes(endpoints, { apis, store, present }),
    },
    api,
  };
}
