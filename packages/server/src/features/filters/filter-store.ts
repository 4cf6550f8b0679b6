import type { IndexSpec, Mongo } from '../../platform/mongo.ts';
import type { Filter } from './filter.ts';
import { MOST_FILTERS } from './filter.ts';

export const filterIndexes: IndexSpec[] = [
  { collection: 'filters', name: 'filters_owner', key: { owner: 1, _id: 1 } },
];

export type FilterStore = ReturnType<typeof createFilterStore>;

export function createFilterStore(mongo: Mongo) {
  const filters = mongo.collection<Filter>('filters');
  return {
    of: (owner: string) => filters.find({ owner }).sort({ _id: 1 }).limit(MOST_FILTERS).toArray(),
    get: (id: string, owner: string) => filters.findOne({ _id: id, owner }),
    insert: (filter: Filter) => filters.insertOne(filter),
    /** The whole filter as read, changed; its owner alone changes it. */
    replace: async (filter: Filter): Promise<Filter> => {
      const { _id, owner } = filter;
      await filters.replaceOne({ _id, owner }, filter);
      return filter;
    },
    remove: async (id: string, owner: string): Promise<boolean> =>
      (await filters.deleteOne({ _id: id, owner })).deletedCount > 0,
    removeOf: (owner: string) => filters.deleteMany({ owner }),
  };
}
