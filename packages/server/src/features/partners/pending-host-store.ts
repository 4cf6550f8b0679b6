/** Unknown hosts that knocked: bare names, a bounded number of them. */
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import type { Clock } from '../../platform/clock.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { PendingHost } from './partners.ts';

type Row = Omit<PendingHost, 'host'> & { _id: string };

export const pendingHostIndexes: IndexSpec[] = [
  { collection: 'pending_hosts', name: 'pending_hosts_seen', key: { lastSeenAt: -1 } },
];

/** A host that hammers is written down once in this time. */
const QUIET_MS = 10_000;

export function createPendingHostStore(deps: { mongo: Mongo; clock: Clock; most: number }) {
  const hosts = deps.mongo.collection<Row>('pending_hosts');
  const justSeen = createBoundedCache<string, true>(5000, { ttl: QUIET_MS });
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other, so that many hosts at once do not all find room for one more. */
  function remember(host: string): Promise<void> {
    if (justSeen.has(host)) return Promise.resolve();
    justSeen.set(host, true);
    const turn = last.then(() => write(host));
    last = turn.catch(() => {});
    return turn;
  }

  async function write(host: string): Promise<void> {
    const now = deps.clock.now();
    const seen = await hosts.updateOne(
      { _id: host },
      { $inc: { count: 1 }, $set: { lastSeenAt: now } },
    );
    if (seen.matchedCount > 0 || (await hosts.countDocuments({})) >= deps.most) return;
    try {
      await hosts.insertOne({ _id: host, firstSeenAt: now, lastSeenAt: now, count: 1 });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }

  return {
    remember,
    list: async (): Promise<PendingHost[]> => {
      const rows = await hosts.find({}).sort({ lastSeenAt: -1 }).limit(deps.most).toArray();
      return rows.map(({ _id, ...rest }) => ({ host: _id, ...rest }));
    },
    remove: async (host: string): Promise<boolean> => {
      justSeen.delete(host);
      return (await hosts.deleteOne({ _id: host })).deletedCount > 0;
    },
  };
}

export type PendingHostStore = ReturnType<typeof createPendingHostStore>;
