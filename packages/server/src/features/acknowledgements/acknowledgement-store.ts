import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { Acknowledgement, Seen } from './acknowledgement.ts';

export const acknowledgementIndexes: IndexSpec[] = ['acknowledgements', 'post_seen'].flatMap(
  (collection): IndexSpec[] => [
    { collection, name: `${collection}_once`, key: { post: 1, account: 1 }, unique: true },
    { collection, name: `${collection}_page`, key: { post: 1, _id: -1 } },
    { collection, name: `${collection}_account`, key: { account: 1 } },
  ],
);

/** Readers of one post that are looked at together. */
const MOST_READERS = 20_000;

export type AcknowledgementStore = ReturnType<typeof createAcknowledgementStore>;

export function createAcknowledgementStore(mongo: Mongo) {
  const acknowledgements = mongo.collection<Acknowledgement>('acknowledgements');
  const seen = mongo.collection<Seen>('post_seen');

  return {
    get: (id: string) => acknowledgements.findOne({ _id: id }),
    /** False where this person confirmed before. */
    add: async (row: Acknowledgement): Promise<boolean> => {
      try {
        await acknowledgements.insertOne(row);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    count: (post: string) => acknowledgements.countDocuments({ post }),
    mineAmong: async (account: string, posts: string[]): Promise<Set<string>> => {
      const rows = await acknowledgements.find({ account, post: { $in: posts } }).toArray();
      return new Set(rows.map((row) => row.post));
    },
    readersAmong: async (post: string, accounts: string[]): Promise<Set<string>> => {
      const rows = await acknowledgements.find({ post, account: { $in: accounts } }).toArray();
      return new Set(rows.map((row) => row.account));
    },
    readers: async (post: string): Promise<Set<string>> => {
      const rows = await acknowledgements
        .find({ post }, { projection: { account: 1 } })
        .limit(MOST_READERS)
        .toArray();
      return new Set(rows.map((row) => row.account));
    },
    page: (post: string, page: IdPage) => readIdPage(acknowledgements, { post }, page),

    see: async (rows: Seen[]): Promise<void> => {
      if (rows.length === 0) return;
      try {
        await seen.insertMany(rows, { ordered: false });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
    countSeen: (post: string) => seen.countDocuments({ post }),
    seenPage: (post: string, page: IdPage) => readIdPage(seen, { post }, page),

    purgePosts: async (posts: string[]): Promise<void> => {
      await acknowledgements.deleteMany({ post: { $in: posts } });
      await seen.deleteMany({ post: { $in: posts } });
    },
    removeOf: async (account: string): Promise<void> => {
      await acknowledgements.deleteMany({ account });
      await seen.deleteMany({ account });
    },
  };
}
