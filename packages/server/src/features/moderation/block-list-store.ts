/** Block lists that admins follow. */
import { AppError, notFound } from '../../platform/app-error.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { BlockListSubscription } from './block-lists.ts';

export const blockListIndexes: IndexSpec[] = [
  { collection: 'block_lists', name: 'block_lists_url', key: { url: 1 }, unique: true },
];

/** Each is a text of up to two million characters. */
const MOST = 20;

export function createBlockListStore(deps: { mongo: Mongo }) {
  const lists = deps.mongo.collection<BlockListSubscription>('block_lists');

  return {
    all: () => lists.find({}).sort({ url: 1 }).limit(MOST).toArray(),
    get: async (id: string): Promise<BlockListSubscription> => {
      const found = await lists.findOne({ _id: id });
      if (!found) throw notFound();
      return found;
    },
    add: async (list: BlockListSubscription): Promise<void> => {
      if ((await lists.countDocuments({})) >= MOST)
        throw new AppError('conflict', `There are ${MOST} block lists already`);
      try {
        await lists.insertOne(list);
      } catch (error) {
        if (isDuplicate(error)) throw new AppError('conflict', 'This list is followed already');
        throw error;
      }
    },
    change: async (
      id: string,
      set: Partial<BlockListSubscription>,
      unset: ('error' | 'csv')[] = [],
    ): Promise<BlockListSubscription> => {
      const changed = await lists.findOneAndUpdate(
        { _id: id },
        {
          $set: set,
          ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map((key) => [key, ''])) }),
        },
        { returnDocument: 'after' },
      );
      if (!changed) throw notFound();
      return changed;
    },
    remove: async (id: string): Promise<void> => {
      if ((await lists.deleteOne({ _id: id })).deletedCount === 0) throw notFound();
    },
  };
}

export type BlockListStore = ReturnType<typeof createBlockListStore>;
