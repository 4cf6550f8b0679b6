import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { Identity } from './oidc.ts';

/** Somebody on the way to the provider and back. */
export type Journey = {
  /** Hash of the state. */
  _id: string;
  verifier: string;
  nonce: string;
  returnTo: string;
  /** Hash of what the browser keeps: another one cannot end the journey. */
  browser: string;
  /** Who connects an account; null: somebody signs in. */
  account: string | null;
  expiresAt: Date;
};

export const JOURNEY_MS = 10 * 60_000;

export const oidcIndexes: IndexSpec[] = [
  { collection: 'identities', name: 'identities_account', key: { account: 1, createdAt: 1 } },
  {
    collection: 'oidc_journeys',
    name: 'oidc_journeys_expiry',
    key: { expiresAt: 1 },
    expireAfterSeconds: 0,
  },
];

export type OidcStore = ReturnType<typeof createOidcStore>;

export function createOidcStore(mongo: Mongo, now: () => number) {
  const identities = mongo.collection<Identity>('identities');
  const journeys = mongo.collection<Journey>('oidc_journeys');

  return {
    get: (id: string) => identities.findOne({ _id: id }),
    /** False where it is connected already, to whomever. */
    add: async (identity: Identity): Promise<boolean> => {
      try {
        await identities.insertOne(identity);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    of: (account: string) =>
      identities.find({ account }).sort({ account: 1, createdAt: 1 }).limit(20).toArray(),
    used: (id: string) => identities.updateOne({ _id: id }, { $set: { usedAt: now() } }),
    remove: async (account: string, publicId: string): Promise<boolean> =>
      (await identities.deleteOne({ account, publicId })).deletedCount > 0,
    removeAll: (account: string) => identities.deleteMany({ account }),

    addJourney: (journey: Omit<Journey, 'expiresAt'>) =>
      journeys.insertOne({ ...journey, expiresAt: new Date(now() + JOURNEY_MS) }),
    /** A journey ends once, whatever comes of it. */
    takeJourney: (id: string, browser: string) =>
      journeys.findOneAndDelete({ _id: id, browser, expiresAt: { $gt: new Date(now()) } }),
  };
}
