/** The stamps by which people here agree to be quoted: one for each quoting post. */
import { createInserter, type IndexSpec, type Mongo } from '../../platform/mongo.ts';

export type QuoteStamp = {
  _id: string;
  /** The quoted post, which is ours. */
  post: string;
  /** The quoting post on the wire, and who wrote it. */
  quoting: string;
  account: string;
  revokedAt?: number;
  at: number;
};

export const quoteStampIndexes: IndexSpec[] = [
  {
    collection: 'quote_stamps',
    name: 'quote_stamps_once',
    key: { post: 1, quoting: 1 },
    unique: true,
  },
  { collection: 'quote_stamps', name: 'quote_stamps_quoting', key: { quoting: 1 } },
];

export type QuoteStampStore = ReturnType<typeof createQuoteStampStore>;

export function createQuoteStampStore(mongo: Mongo) {
  const stamps = mongo.collection<QuoteStamp>('quote_stamps');
  const insert = createInserter(stamps);
  const find = (post: string, quoting: string) => stamps.findOne({ post, quoting });

  return {
    get: (id: string) => stamps.findOne({ _id: id }),
    find,
    /** The one that there is already, also where it was revoked. */
    give: async (stamp: QuoteStamp): Promise<QuoteStamp> => {
      if (await insert(stamp)) return stamp;
      return (await find(stamp.post, stamp.quoting)) ?? stamp;
    },
    revoke: (post: string, quoting: string, at: number) =>
      stamps.updateOne(
        { post, quoting, revokedAt: { $exists: false } },
        { $set: { revokedAt: at } },
      ),
    removeOf: async (post: { _id: string; iri: string }): Promise<void> => {
      await Promise.all([
        stamps.deleteMany({ post: post._id }),
        stamps.deleteMany({ quoting: post.iri }),
      ]);
    },
  };
}
