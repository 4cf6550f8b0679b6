/** Who did what about a partner, and when: written once, never changed. */
import type { Clock } from '../../platform/clock.ts';
import type { IndexSpec, Mongo } from '../../platform/mongo.ts';
import type { HistoryEntry } from './partners.ts';

export const historyIndexes: IndexSpec[] = [
  { collection: 'partner_history', name: 'partner_history_host', key: { host: 1, _id: -1 } },
];

const MOST_SHOWN = 200;

export function createHistoryStore(deps: { mongo: Mongo; clock: Clock; nextId: () => string }) {
  const entries = deps.mongo.collection<HistoryEntry & { _id: string }>('partner_history');

  return {
    note: async (entry: Omit<HistoryEntry, 'at'>): Promise<void> => {
      await entries.insertOne({ _id: deps.nextId(), at: deps.clock.now(), ...entry });
    },
    /** Newest first; without a host, of all. */
    list: (host: string | null): Promise<HistoryEntry[]> =>
      entries
        .find(host === null ? {} : { host: { $in: [host, '*'] } })
        .sort({ _id: -1 })
        .limit(MOST_SHOWN)
        .toArray(),
  };
}

export type HistoryStore = ReturnType<typeof createHistoryStore>;
