import type { IndexSpec, Mongo } from '../../platform/mongo.ts';
import { MOST_SAVED, type SavedSearch } from './saved-search.ts';

export const savedSearchIndexes: IndexSpec[] = [
  { collection: 'saved_searches', name: 'saved_searches_mine', key: { account: 1, _id: 1 } },
];

export type SavedSearchStore = ReturnType<typeof createSavedSearchStore>;

export function createSavedSearchStore(mongo: Mongo) {
  const searches = mongo.collection<SavedSearch>('saved_searches');
  return {
    of: (account: string) =>
      searches.find({ account }).sort({ _id: 1 }).limit(MOST_SAVED).toArray(),
    count: (account: string) => searches.countDocuments({ account }),
    insert: (search: SavedSearch) => searches.insertOne(search),
    change: (id: string, account: string, set: Partial<SavedSearch>) =>
      searches.findOneAndUpdate({ _id: id, account }, { $set: set }, { returnDocument: 'after' }),
    remove: async (id: string, account: string): Promise<boolean> =>
      (await searches.deleteOne({ _id: id, account })).deletedCount > 0,
    removeOf: (account: string) => searches.deleteMany({ account }),
  };
}
