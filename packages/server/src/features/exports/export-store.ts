import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import { type Export, STALE_MS } from './export.ts';

export const exportIndexes: IndexSpec[] = [
  { collection: 'exports', name: 'exports_mine', key: { account: 1, _id: -1 } },
  {
    collection: 'exports',
    name: 'exports_active',
    key: { account: 1 },
    unique: true,
    partialFilterExpression: { active: true },
  },
  { collection: 'exports', name: 'exports_state', key: { state: 1, startedAt: 1 } },
  { collection: 'exports', name: 'exports_expiry', key: { expiresAt: 1 } },
];

const MOST_LISTED = 20;

export type ExportStore = ReturnType<typeof createExportStore>;

export function createExportStore(mongo: Mongo) {
  const exports = mongo.collection<Export>('exports');
  return {
    /** False where one is under way already. */
    insert: async (one: Export): Promise<boolean> => {
      try {
        await exports.insertOne(one);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    get: (id: string, account: string) => exports.findOne({ _id: id, account }),
    list: (account: string) =>
      exports.find({ account }).sort({ _id: -1 }).limit(MOST_LISTED).toArray(),
    /** One process alone makes it; again where another one died over it. */
    begin: (id: string, now: number) =>
      exports.findOneAndUpdate(
        {
          _id: id,
          active: true,
          $or: [{ state: 'waiting' }, { startedAt: { $lt: now - STALE_MS } }],
        },
        { $set: { state: 'running', startedAt: now }, $inc: { attempts: 1 } },
        { returnDocument: 'after' },
      ),
    finish: (id: string, set: Partial<Export>) =>
      exports.updateOne({ _id: id }, { $set: set, $unset: { active: '' } }),
    again: (id: string) =>
      exports.updateOne({ _id: id, state: 'running' }, { $set: { state: 'waiting' } }),
    waiting: async (now: number): Promise<string[]> => {
      const found = await Promise.all([
        exports.find({ state: 'waiting' }).limit(100).toArray(),
        exports
          .find({ state: 'running', startedAt: { $lt: now - STALE_MS } })
          .limit(100)
          .toArray(),
      ]);
      return found.flat().map((one) => one._id);
    },
    expired: (now: number) =>
      exports
        .find({ expiresAt: { $lt: now } })
        .limit(100)
        .toArray(),
    remove: (id: string) => exports.deleteOne({ _id: id }),
  };
}
