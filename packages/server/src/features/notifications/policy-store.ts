import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import type { IndexSpec, Mongo } from '../../platform/mongo.ts';
import type { NotificationPolicy } from './policy.ts';

/** Notifications of one sender that were held back. */
export type NotificationRequest = {
  _id: string;
  account: string;
  from: string;
  lastPost?: string;
  createdAt: number;
  updatedAt: number;
};

export const policyIndexes: IndexSpec[] = [
  {
    collection: 'notification_requests',
    name: 'notification_requests_once',
    key: { account: 1, from: 1 },
    unique: true,
  },
  {
    collection: 'notification_requests',
    name: 'notification_requests_list',
    key: { account: 1, _id: -1 },
  },
  { collection: 'notification_requests', name: 'notification_requests_from', key: { from: 1 } },
  {
    collection: 'notification_permissions',
    name: 'notification_permissions_once',
    key: { account: 1, from: 1 },
    unique: true,
  },
];

export type PolicyStore = ReturnType<typeof createPolicyStore>;

export function createPolicyStore(mongo: Mongo) {
  const policies = mongo.collection<Partial<NotificationPolicy> & { _id: string }>(
    'notification_policies',
  );
  const requests = mongo.collection<NotificationRequest>('notification_requests');
  const permissions = mongo.collection<{ _id: string; account: string; from: string }>(
    'notification_permissions',
  );

  return {
    policy: (account: string) => policies.findOne({ _id: account }),
    setPolicy: (account: string, change: Partial<NotificationPolicy>) =>
      policies.updateOne({ _id: account }, { $set: change }, { upsert: true }),

    permit: (id: string, account: string, from: string) =>
      permissions.updateOne({ account, from }, { $setOnInsert: { _id: id } }, { upsert: true }),
    permitted: async (account: string, from: string[]): Promise<Set<string>> => {
      const rows = await permissions.find({ account, from: { $in: from } }).toArray();
      return new Set(rows.map((row) => row.from));
    },

    keepRequest: ({ _id, account, from, lastPost, createdAt, updatedAt }: NotificationRequest) =>
      requests.updateOne(
        { account, from },
        {
          // Posts are told of side by side: the newest stays the last, whichever comes first.
          $max: { updatedAt, ...(lastPost && { lastPost }) },
          $setOnInsert: { _id, createdAt },
        },
        { upsert: true },
      ),
    request: (id: string, account: string) => requests.findOne({ _id: id, account }),
    requestsByIds: (ids: string[], account: string) =>
      requests.find({ _id: { $in: ids }, account }).toArray(),
    requests: (account: string, page: IdPage) => readIdPage(requests, { account }, page),
    countRequests: (account: string, most: number) =>
      requests.countDocuments({ account }, { limit: most }),
    removeRequests: (ids: string[], account: string) =>
      requests.deleteMany({ _id: { $in: ids }, account }),
    removeOf: async (account: string): Promise<void> => {
      await policies.deleteOne({ _id: account });
      await requests.deleteMany({ account });
      await requests.deleteMany({ from: account });
      await permissions.deleteMany({ account });
    },
  };
}
