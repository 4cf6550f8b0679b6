import type { Mongo } from '../../platform/mongo.ts';
import type { PreferenceSet } from './preferences.ts';

/** One document for each person who chose anything; read and written by its id. */
type Row = Partial<PreferenceSet> & { _id: string };

export type PreferenceStore = ReturnType<typeof createPreferenceStore>;

export function createPreferenceStore(mongo: Mongo) {
  const rows = mongo.collection<Row>('preferences');
  return {
    get: (account: string) => rows.findOne({ _id: account }),
    set: (account: string, change: Partial<PreferenceSet>) =>
      rows.findOneAndUpdate(
        { _id: account },
        { $set: change },
        { upsert: true, returnDocument: 'after' },
      ),
    remove: (account: string) => rows.deleteOne({ _id: account }),
  };
}
