/** Which partners are paused by us; `*` is every one of them. */
import type { Collection } from 'mongodb';
import type { Clock } from '../../platform/clock.ts';
import type { Pause } from './partners.ts';

export const EVERYBODY = '*';
/** A file of this name in the data folder says that the folder was restored from a backup. */
export const RESTORED = 'restored';
const PAUSES = 'partner_pauses';

type Row = Omit<Pause, 'host'> & { _id: string };
type Database = { collection: (name: typeof PAUSES) => Collection<Row> };

export function createPauseStore(deps: { mongo: Database; clock: Clock }) {
  const pauses = deps.mongo.collection(PAUSES);

  return {
    list: async (): Promise<Pause[]> => {
      const rows = await pauses.find({}).limit(10_000).toArray();
      return rows.map(({ _id, ...rest }) => ({ host: _id, ...rest }));
    },
    /** Keeps the first moment where it is paused already. */
    add: async (host: string, reason: Pause['reason'], by?: string): Promise<void> => {
      await pauses.updateOne(
        { _id: host },
        { $setOnInsert: { since: deps.clock.now(), reason, ...(by && { by }) } },
        { upsert: true },
      );
    },
    remove: async (host: string): Promise<boolean> =>
      (await pauses.deleteOne({ _id: host })).deletedCount > 0,
  };
}

export type PauseStore = ReturnType<typeof createPauseStore>;
