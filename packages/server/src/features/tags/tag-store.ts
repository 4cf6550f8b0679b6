import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { TagRow } from './tag.ts';

export const tagIndexes: IndexSpec[] = ['followed_tags', 'featured_tags'].flatMap(
  (collection): IndexSpec[] => [
    { collection, name: `${collection}_once`, key: { account: 1, tag: 1 }, unique: true },
    { collection, name: `${collection}_mine`, key: { account: 1, _id: -1 } },
  ],
);

export type TagStore = ReturnType<typeof createTagStore>;

export function createTagStore(mongo: Mongo, collection: 'followed_tags' | 'featured_tags') {
  const rows = mongo.collection<TagRow>(collection);
  return {
    /** The row as it is then. */
    add: async (row: TagRow): Promise<TagRow> => {
      try {
        await rows.insertOne(row);
        return row;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return (await rows.findOne({ account: row.account, tag: row.tag })) ?? row;
      }
    },
    remove: (account: string, tag: string) => rows.deleteOne({ account, tag }),
    removeById: async (id: string, account: string): Promise<boolean> =>
      (await rows.deleteOne({ _id: id, account })).deletedCount > 0,
    count: (account: string) => rows.countDocuments({ account }),
    among: async (account: string, tags: string[]): Promise<Set<string>> => {
      const found = await rows.find({ account, tag: { $in: tags } }).toArray();
      return new Set(found.map((row) => row.tag));
    },
    list: (account: string, page: IdPage) => readIdPage(rows, { account }, page),
    removeOf: (account: string) => rows.deleteMany({ account }),
  };
}
