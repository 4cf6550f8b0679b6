import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import { CHALLENGE_MS, type Passkey } from './passkey.ts';

type Challenge = {
  /** Hash of the challenge. */
  _id: string;
  /** Who adds a key with it; null: somebody signs in. */
  account: string | null;
  expiresAt: Date;
};

export const passkeyIndexes: IndexSpec[] = [
  { collection: 'passkeys', name: 'passkeys_account', key: { account: 1, createdAt: 1 } },
  {
    collection: 'passkey_challenges',
    name: 'passkey_challenges_expiry',
    key: { expiresAt: 1 },
    expireAfterSeconds: 0,
  },
];

export type PasskeyStore = ReturnType<typeof createPasskeyStore>;

export function createPasskeyStore(mongo: Mongo, now: () => number) {
  const keys = mongo.collection<Passkey>('passkeys');
  const challenges = mongo.collection<Challenge>('passkey_challenges');

  return {
    /** False where this credential is known already, whosever it is. */
    add: async (key: Passkey): Promise<boolean> => {
      try {
        await keys.insertOne(key);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    get: (id: string) => keys.findOne({ _id: id }),
    of: (account: string) =>
      keys.find({ account }).sort({ account: 1, createdAt: 1 }).limit(50).toArray(),
    rename: (account: string, publicId: string, name: string) =>
      keys.findOneAndUpdate({ account, publicId }, { $set: { name } }, { returnDocument: 'after' }),
    remove: async (account: string, publicId: string): Promise<boolean> =>
      (await keys.deleteOne({ account, publicId })).deletedCount > 0,
    removeAll: (account: string) => keys.deleteMany({ account }),
    /** False where it was used meanwhile: the same signature cannot count twice. */
    used: async (
      { _id, counter }: Pick<Passkey, '_id' | 'counter'>,
      set: Pick<Passkey, 'counter' | 'backedUp' | 'usedAt'>,
    ): Promise<boolean> => (await keys.updateOne({ _id, counter }, { $set: set })).matchedCount > 0,

    addChallenge: (hash: string, account: string | null) =>
      challenges.insertOne({ _id: hash, account, expiresAt: new Date(now() + CHALLENGE_MS) }),
    /** A challenge works once, whatever comes of it, and only for whom it was made. */
    takeChallenge: async (hash: string, account: string | null): Promise<boolean> =>
      (await challenges.findOneAndDelete({
        _id: hash,
        account,
        expiresAt: { $gt: new Date(now()) },
      })) !== null,
  };
}
