/** The notifications feature. */
import { isId } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createCountUnread } from './count-unread.ts';
import { describeNotification } from './describe-notification.ts';
import { addGroupedRoutes } from './grouped-routes.ts';
import { createJudgeNotifications } from './judge-notifications.ts';
import type { Notification } from './notification.ts';
import { addNotificationRoutes } from './notification-routes.ts';
import { createNotificationStore, notificationIndexes } from './notification-store.ts';
import { createNotificationViews } from './notification-view.ts';
import type { NewNotification, Notifications } from './notifications.ts';
import { subscribeNotifications } from './notify-of-events.ts';
import { createPolicyStore, policyIndexes } from './policy-store.ts';
import { addRequestRoutes } from './request-routes.ts';

export function createNotificationsFeature(
  kit: Kit,
  apis: Apis,
): { feature: Feature; api: Notifications } {
  const store = createNotificationStore(kit.mongo);
  const policies = createPolicyStore(kit.mongo);
  const judge = createJudgeNotifications({ kit, apis, policies });
  const views = createNotificationViews({ apis });
  const countUnread = createCountUnread({ store, views });
  subscribeNotifications({ kit, apis, followOf: (id) => apis.relations.follow(id) });

  kit.events.on('account.deleted', async ({ id }) => {
    await store.withdraw({ from: id });
    await policies.removeOf(id);
  });

  async function localPeople(ids: string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const accounts = await apis.accounts.getMany([...new Set(ids)]);
    const here = accounts.filter(({ domain, kind }) => domain === null && kind === 'person');
    return new Set(here.map((account) => account._id));
  }

  async function tell(account: string, of: NewNotification[]): Promise<void> {
    const hidden = await apis.relations.silencedAmong(
      account,
      of.map((one) => one.from),
    );
    const shown = of.filter((one) => !hidden.has(one.from));
    const choices = await judge(account, shown);
    await Promise.all(
      shown.map(async (one, index) => {
        const choice = choices[index];
        if (choice === 'drop') return;
        const made = { ...one, _id: kit.nextId(), at: kit.clock.now() };
        if (choice === 'filter') await hold(made);
        else if (await store.insert(made)) {
          apis.streaming.notified(made);
          await Promise.all([apis.push.notified(made), apis.mail.notified(made)]);
        }
      }),
    );
  }

  async function hold(made: Notification): Promise<void> {
    const { account, from, post, at } = made;
    await store.insert({ ...made, held: true });
    await policies.keepRequest({
      _id: kit.nextId(),
      account,
      from,
      createdAt: at,
      updatedAt: at,
      ...(post && { lastPost: post }),
    });
  }

  const api: Notifications = {
    notify: async (all) => {
      const others = all.filter(
        // That one's own poll has ended is news.
        (one) => one.account !== one.from || one.type === 'poll',
      );
      const people = await localPeople(others.map((one) => one.account));
      const wanted = others.filter((one) => people.has(one.account));
      const byPerson = [...Map.groupBy(wanted, (one) => one.account)];
      await Promise.all(byPerson.map(([account, of]) => tell(account, of)));
    },
    present: async (id, viewer, options) => {
      const row = await store.get(id, viewer._id);
      const [shown] = row ? await views.present([row], viewer, options) : [];
      return shown ?? null;
    },
    describe: describeNotification,
    unread: async (viewer, { after, limit }) => {
      const rows = await store.unreadAfter(viewer._id, after, limit);
      const shown = await views.present(rows, viewer, { ownTypes: true });
      return { shown, upTo: rows.at(-1)?._id ?? null, more: rows.length === limit };
    },
    readUpTo: async (account, id) => {
      if (isId(id)) await store.readUpTo(account, id);
    },
    withdraw: async (filter) => {
      if (Object.keys(filter).length > 0) await store.withdraw(filter);
    },
  };

  return {
    feature: {
      name: 'notifications',
      indexes: [...notificationIndexes, ...policyIndexes],
      routes: (endpoints) => {
        // Before `/:id`: these paths have their own second word.
        addRequestRoutes(endpoints, { kit, apis, store, policies });
        addNotificationRoutes(endpoints, { store, views, countUnread });
        addGroupedRoutes(endpoints, { apis, store, views, countUnread });
      },
    },
    api,
  };
}
