/** Who did what about a partner, and when: written once, never changed. */
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import type { Clock } from '../../platform/clock.ts';
import type { IndexSpec, Mongo } from '../../platform/mongo.ts';
import type { HistoryEntry } from './partners.ts';

export const historyIndexes: IndexSpec[] = [
  { collection: 'partner_history', name: 'partner_history_host', key: { host: 1, _id: -1 } },
];

const MOST_SHOWN = 200;
const MOST_PER_HOUR = 100;
const HOUR_MS = 3600_000;

export function createHistoryStore(deps: {
  mongo: Mongo;
  clock: Clock;
  nextId: () => string;
  /** Of what no admin here did: what one does is noted where it was asked for. */
  audit: (note: { via: 'them' | 'clock'; action: string; target: string }) => Promise<void>;
}) {
  const recent = createBoundedCache<string, number>(1000, { ttl: HOUR_MS });
  const entries = deps.mongo.collection<HistoryEntry & { _id: string }>('partner_history');

  /** What others do is written down too, but they cannot fill the database with it. */
  function isTooMuch(host: string): boolean {
    const used = (recent.get(host) ?? 0) + 1;
    // Not renewed by use: the hour runs from the first.
    recent.set(host, used, { ttl: recent.getRemainingTTL(host) || HOUR_MS });
    return used > MOST_PER_HOUR;
  }

  return {
    note: async (entry: Omit<HistoryEntry, 'at'>): Promise<void> => {
      if (entry.side === 'them' && isTooMuch(entry.host)) return;
      await entries.insertOne({ _id: deps.nextId(), at: deps.clock.now(), ...entry });
      const { side, action, host: target } = entry;
      if (side) await deps.audit({ via: side, action: `partner ${action}`, target });
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
