/**
 * What a remote sent, we said 202 to, and could not process however often it was tried: listed
 * for admins, and tried again at their word (when what was wrong here has been mended).
 */
import type { Clock } from '../platform/clock.ts';
import type { IndexSpec, Mongo } from '../platform/mongo.ts';
import type { Queues } from '../platform/queues.ts';
import type { Receipt } from './receipt-store.ts';

/** Of one job. */
const PER_JOB = 100;

export type FailedReceipt = {
  /** The activity's id, or a hash of its bytes where it had none. */
  activity: string;
  host: string;
  /** The actor whose key signed it. */
  signer: string;
  attempts: number;
  /** Why the last try failed. */
  reason: string | null;
  /** When it was accepted, in milliseconds since the epoch. */
  at: number;
};

export type FailedInbound = {
  /** Latest first; `before`: only those that were accepted before this moment. */
  list: (query: { host?: string; before?: number; limit: number }) => Promise<FailedReceipt[]>;
  count: (host: string) => Promise<number>;
  /** Processes again what failed, of a host or (null) of all; returns how many. */
  retry: (host: string | null) => Promise<number>;
  /** Forgets those of a host (agreement ended); returns how many. */
  dropHost: (host: string) => Promise<number>;
};

const FAILED = { state: 'failed' } as const;

export const failedReceiptIndexes: IndexSpec[] = [
  {
    collection: 'receipts',
    name: 'receipts_failed',
    key: { state: 1, at: -1 },
    partialFilterExpression: FAILED,
  },
  {
    collection: 'receipts',
    name: 'receipts_host_failed',
    key: { host: 1, state: 1, at: -1 },
    partialFilterExpression: FAILED,
  },
];

export function createFailedReceipts(deps: {
  mongo: Mongo;
  queues: Queues;
  clock: Clock;
}): FailedInbound {
  const receipts = deps.mongo.collection<Receipt>('receipts');
  const of = (host: string | null | undefined) => ({ ...FAILED, ...(host && { host }) });

  return {
    list: async ({ host, before, limit }) => {
      const rows = await receipts
        .find(
          { ...of(host), ...(before !== undefined && { at: { $lt: before } }) },
          { projection: { body: 0 } },
        )
        .sort({ at: -1 })
        .limit(limit)
        .toArray();
      return rows.map(({ _id, signer, attempts, outcome, at, ...row }) => ({
        activity: _id.slice(row.host.length + 1),
        host: row.host,
        signer,
        attempts,
        reason: outcome ?? null,
        at,
      }));
    },
    count: (host) => receipts.countDocuments(of(host)),
    retry: async (host) => {
      for (let count = 0; ; ) {
        const rows = await receipts
          .find(of(host), { projection: { _id: 1 } })
          .sort({ at: -1 })
          .limit(PER_JOB)
          .toArray();
        if (rows.length === 0) return count;
        const ids = rows.map((row) => row._id);
        const change = { state: 'new' as const, attempts: 0, at: deps.clock.now() };
        await receipts.updateMany(
          { _id: { $in: ids }, ...FAILED },
          { $set: change, $unset: { expiresAt: '' } },
        );
        await deps.queues.add('inbox', { ids });
        count += ids.length;
      }
    },
    dropHost: async (host) => (await receipts.deleteMany(of(host))).deletedCount,
  };
}
