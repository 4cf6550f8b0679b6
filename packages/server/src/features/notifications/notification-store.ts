import { createCoalescer } from '../../platform/coalesce.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { Notification, NotificationType } from './notification.ts';

export const notificationIndexes: IndexSpec[] = [
  {
    collection: 'notifications',
    name: 'notifications_once',
    key: { account: 1, key: 1 },
    unique: true,
  },
  { collection: 'notifications', name: 'notifications_list', key: { account: 1, _id: -1 } },
  { collection: 'notifications', name: 'notifications_post', key: { post: 1 }, sparse: true },
  { collection: 'notifications', name: 'notifications_key', key: { key: 1 } },
  { collection: 'notifications', name: 'notifications_from', key: { from: 1 } },
];

export type NotificationPage = {
  maxId?: string;
  sinceId?: string;
  minId?: string;
  limit: number;
  types?: NotificationType[];
  without?: NotificationType[];
  from?: string;
};

export function createNotificationStore(mongo: Mongo) {
  const notifications = mongo.collection<Notification>('notifications');

  return {
    /** Told before: nothing happens. */
    insert: createCoalescer(async (rows: Notification[]) => {
      try {
        await notifications.insertMany(rows, { ordered: false });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
      return rows.map(() => ({ ok: true as const, value: undefined }));
    }),
    get: (id: string, account: string) => notifications.findOne({ _id: id, account }),
    list: (account: string, page: NotificationPage) => {
      const range = {
        ...(page.maxId && { $lt: page.maxId }),
        ...((page.minId ?? page.sinceId) && { $gt: page.minId ?? page.sinceId }),
      };
      const type = {
        ...(page.types && { $in: page.types }),
        ...(page.without && { $nin: page.without }),
      };
      return notifications
        .find({
          account,
          ...(Object.keys(range).length > 0 && { _id: range }),
          ...(Object.keys(type).length > 0 && { type }),
          ...(page.from && { from: page.from }),
        })
        .sort({ _id: page.minId ? 1 : -1 })
        .limit(page.limit)
        .toArray();
    },
    countSince: (account: string, id: string, most: number) =>
      notifications.countDocuments({ account, ...(id && { _id: { $gt: id } }) }, { limit: most }),
    remove: (id: string, account: string) => notifications.deleteOne({ _id: id, account }),
    clear: (account: string) => notifications.deleteMany({ account }),
    withdraw: (filter: { key?: string; post?: string; from?: string; account?: string }) =>
      notifications.deleteMany(filter),
  };
}
