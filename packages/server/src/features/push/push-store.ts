import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { PushSubscription } from './subscription.ts';

export type ServerKeys = { _id: 'vapid'; publicKey: string; privateKey: string };

export const pushIndexes: IndexSpec[] = [
  { collection: 'push_subscriptions', name: 'push_token', key: { token: 1 }, unique: true },
  { collection: 'push_subscriptions', name: 'push_account', key: { account: 1 } },
];

/** Apps of one person. */
const MOST_OF_ONE = 200;

export type PushStore = ReturnType<typeof createPushStore>;

export function createPushStore(mongo: Mongo) {
  const rows = mongo.collection<PushSubscription>('push_subscriptions');
  const keys = mongo.collection<ServerKeys>('push_keys');

  return {
    serverKeys: () => keys.findOne({ _id: 'vapid' }),
    /** The first that is kept stays. */
    keepServerKeys: async (made: ServerKeys): Promise<ServerKeys> => {
      try {
        await keys.insertOne(made);
        return made;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return (await keys.findOne({ _id: 'vapid' })) ?? made;
      }
    },
    /** One for each token: a new one takes its place. */
    keep: async (subscription: PushSubscription): Promise<PushSubscription> => {
      const { _id, token, ...rest } = subscription;
      const kept = await rows.findOneAndUpdate(
        { token },
        { $set: rest, $setOnInsert: { _id } },
        { upsert: true, returnDocument: 'after' },
      );
      return kept ?? subscription;
    },
    get: (id: string) => rows.findOne({ _id: id }),
    ofToken: (token: string) => rows.findOne({ token }),
    change: (token: string, set: Partial<PushSubscription>) =>
      rows.findOneAndUpdate({ token }, { $set: set }, { returnDocument: 'after' }),
    of: (account: string) => rows.find({ account }).limit(MOST_OF_ONE).toArray(),
    remove: (id: string) => rows.deleteOne({ _id: id }),
    removeOfToken: (token: string) => rows.deleteOne({ token }),
    removeOf: (account: string) => rows.deleteMany({ account }),
  };
}
