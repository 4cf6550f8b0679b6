import { createInserter, type IndexSpec, type Mongo } from '../../platform/mongo.ts';
import type { Notification, NotificationType } from './notification.ts';
import type { Notifications } from './notifications.ts';

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
  {
    collection: 'notifications',
    name: 'notifications_held',
    key: { account: 1, from: 1 },
    partialFilterExpression: { held: true },
  },
];

export type NotificationPage = {
  maxId?: string;
  sinceId?: string;
  minId?: string;
  limit: number;
  types?: NotificationType[];
  without?: NotificationType[];
  from?: string;
  /** Also what is held back. */
  withHeld?: boolean;
};

type Filter = Pick<NotificationPage, 'types' | 'without' | 'from' | 'withHeld'>;

/** Of one group. */
const MOST_COUNTED = 10_000;

/** The rows of a group: about one post, or between two ids. */
export type GroupRows = { types: NotificationType[] } & (
  | { post: string }
  | { from: string; before: string }
);

function groupRows(of: GroupRows) {
  const which = 'post' in of ? { post: of.post } : { _id: { $gte: of.from, $lt: of.before } };
  return { ...which, type: { $in: of.types }, held: { $exists: false } };
}

export type NotificationStore = ReturnType<typeof createNotificationStore>;

export function createNotificationStore(mongo: Mongo) {
  const notifications = mongo.collection<Notification>('notifications');
  const marks = mongo.collection<{ _id: string; upTo: string }>('notification_marks');

  function typesOf({ types, without, from, withHeld }: Filter) {
    const type = { ...(types && { $in: types }), ...(without && { $nin: without }) };
    return {
      ...(Object.keys(type).length > 0 && { type }),
      ...(from && { from }),
      ...(!withHeld && { held: { $exists: false } }),
    };
  }

  /** Newest first. */
  async function list(account: string, page: NotificationPage): Promise<Notification[]> {
    const after = page.minId ?? page.sinceId;
    const range = { ...(page.maxId && { $lt: page.maxId }), ...(after && { $gt: after }) };
    const found = await notifications
      .find({
        account,
        ...typesOf(page),
        ...(Object.keys(range).length > 0 && { _id: range }),
      })
      .sort({ _id: page.minId ? 1 : -1 })
      .limit(page.limit)
      .toArray();
    return page.minId ? found.reverse() : found;
  }

  return {
    /** False where the same was told before. */
    insert: createInserter(notifications),
    get: (id: string, account: string) => notifications.findOne({ _id: id, account }),
    list,
    /** After this one and not read yet, oldest first. */
    unreadAfter: async (account: string, after: string | null, limit: number) => {
      const mark = await marks.findOne({ _id: account });
      const from = [after ?? '0', mark?.upTo ?? '0'].toSorted().at(-1);
      return (await list(account, { minId: from, limit })).toReversed();
    },
    /** Those of a group, newest first. */
    grouped: (account: string, of: GroupRows, most: number) =>
      notifications
        .find({ account, ...groupRows(of) })
        .sort({ _id: -1 })
        .limit(most)
        .toArray(),
    /** Who is in a group, with how many. */
    sendersOf: async (account: string, of: GroupRows): Promise<string[]> => {
      const rows = await notifications
        .find({ account, ...groupRows(of) }, { projection: { from: 1 } })
        .limit(MOST_COUNTED)
        .toArray();
      return rows.map((row) => row.from);
    },
    /** After the mark, newest first. */
    unread: async (account: string, page: NotificationPage): Promise<Notification[]> => {
      const mark = await marks.findOne({ _id: account });
      return list(account, { ...page, ...(mark && { sinceId: mark.upTo }) });
    },
    /** Held back: of one sender, or of all. */
    countHeld: (account: string, from: string | null, most: number) =>
      notifications.countDocuments({ account, held: true, ...(from && { from }) }, { limit: most }),
    letIn: (account: string, from: string) =>
      notifications.updateMany({ account, from, held: true }, { $unset: { held: '' } }),
    dropHeld: (account: string, from: string) =>
      notifications.deleteMany({ account, from, held: true }),
    /** Everything up to this one is read; the mark never goes back. */
    readUpTo: (account: string, id: string) =>
      marks.updateOne({ _id: account }, { $max: { upTo: id } }, { upsert: true }),
    removeMany: (ids: string[], account: string) =>
      notifications.deleteMany({ _id: { $in: ids }, account }),
    clear: (account: string) => notifications.deleteMany({ account }),
    withdraw: ({ posts, ...filter }: Parameters<Notifications['withdraw']>[0]) =>
      notifications.deleteMany({ ...filter, ...(posts && { post: { $in: posts } }) }),
  };
}
