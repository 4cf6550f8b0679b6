/**
 * Receipts: what we said 202 to. One durable write per activity (shared by all that arrive
 * in one turn), unique by sender and activity id, so a second delivery changes nothing.
 */
import { LRUCache } from 'lru-cache';
import type { Config } from '../config-schema.ts';
import type { Clock } from '../platform/clock.ts';
import { createCoalescer } from '../platform/coalesce.ts';
import { createInserter, type IndexSpec, type Mongo } from '../platform/mongo.ts';
import { createTrimOldest } from '../platform/trim-oldest.ts';
import { failedReceiptIndexes } from './failed-receipts.ts';

export type Receipt = {
  /** Sender's host and activity id. */
  _id: string;
  state: 'new' | 'done' | 'failed';
  host: string;
  /** The actor whose key signed the request. */
  signer: string;
  /** The bytes that were signed, as text; dropped when done. */
  body?: string;
  /** What the signer says of its followers here, signed with the request (FEP-8fcf). */
  synchronization?: string;
  outcome?: string;
  attempts: number;
  /** Of the body, of those that are given up. */
  bytes?: number;
  at: number;
  expiresAt?: Date;
};

const FRESH_BYTES = 8 * 1024 * 1024;
const DAY_MS = 24 * 3600_000;
const KEEP_DONE_MS = 14 * DAY_MS;

export const receiptIndexes: IndexSpec[] = [
  {
    collection: 'receipts',
    name: 'receipts_open',
    key: { state: 1, at: 1 },
    partialFilterExpression: { state: 'new' },
  },
  {
    collection: 'receipts',
    name: 'receipts_host_open',
    key: { host: 1, state: 1 },
    partialFilterExpression: { state: 'new' },
  },
  { collection: 'receipts', name: 'receipts_expiry', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ...failedReceiptIndexes,
];

export type ReceiptStore = ReturnType<typeof createReceiptStore>;

export function createReceiptStore(deps: { mongo: Mongo; clock: Clock; config: Config }) {
  const receipts = deps.mongo.collection<Receipt>('receipts');
  const keepFailedMs = deps.config.federation.dead_letter_days * DAY_MS;
  const trimFailed = createTrimOldest(receipts, {
    of: { state: 'failed' },
    newestBy: 'at',
    most: deps.config.limits.dead_letters_per_host,
    size: { field: 'bytes', most: deps.config.limits.dead_letter_bytes_per_host },
  });
  const insert = createInserter(receipts);
  /** What this process has just accepted need not be read again by the job that follows. */
  const fresh = new LRUCache<string, Receipt>({
    maxSize: FRESH_BYTES,
    sizeCalculation: ({ body }) => 500 + 2 * (body?.length ?? 0),
  });

  async function open(ids: string[]): Promise<Receipt[]> {
    const found: Receipt[] = [];
    const others: string[] = [];
    for (const id of ids) {
      const receipt = fresh.get(id);
      fresh.delete(id);
      if (receipt) found.push(receipt);
      else others.push(id);
    }
    if (others.length === 0) return found;
    return [...found, ...(await receipts.find({ _id: { $in: others }, state: 'new' }).toArray())];
  }

  const finish = createCoalescer(async (items: { id: string; outcome: string }[]) => {
    for (const [outcome, of] of Map.groupBy(items, (item) => item.outcome)) {
      await receipts.updateMany(
        { _id: { $in: of.map((item) => item.id) } },
        {
          $set: { state: 'done', outcome, expiresAt: new Date(deps.clock.now() + KEEP_DONE_MS) },
          $unset: { body: '' },
        },
      );
    }
    return items.map(() => ({ ok: true as const, value: undefined }));
  });

  return {
    /** False where the same sender sent the same activity before. */
    insert,
    has: async (id: string): Promise<boolean> =>
      (await receipts.findOne({ _id: id }, { projection: { _id: 1 } })) !== null,
    finish,
    remember: (receipt: Receipt): void => {
      fresh.set(receipt._id, receipt);
    },
    /** Those that still wait; each is given from memory once, and from the database after that. */
    open,
    /** Counts a failed try; after `most` (true) it is kept as failed for the admin, for some days. */
    fail: async (id: string, reason: string, most: number): Promise<boolean> => {
      const after = await receipts.findOneAndUpdate(
        { _id: id, state: 'new' },
        { $inc: { attempts: 1 }, $set: { outcome: reason } },
        { returnDocument: 'after' },
      );
      if (!after || after.attempts < most) return false;
      const expiresAt = new Date(deps.clock.now() + keepFailedMs);
      const bytes = Buffer.byteLength(after.body ?? '');
      await receipts.updateOne({ _id: id }, { $set: { state: 'failed', expiresAt, bytes } });
      await trimFailed(after.host);
      return true;
    },
    /** Not before then, and without counting a try. */
    defer: async (id: string, milliseconds: number): Promise<void> => {
      const at = deps.clock.now() + milliseconds;
      await receipts.updateOne({ _id: id, state: 'new' }, { $set: { at } });
    },
    /** Ids of receipts that have waited longer than this. */
    stale: async (olderThan: number, most: number): Promise<string[]> => {
      const rows = await receipts
        .find(
          { state: 'new', at: { $lt: deps.clock.now() - olderThan } },
          { projection: { _id: 1 } },
        )
        .sort({ at: 1 })
        .limit(most)
        .toArray();
      return rows.map((row) => row._id);
    },
    backlog: () => receipts.countDocuments({ state: 'new' }),
    backlogOf: (host: string) => receipts.countDocuments({ host, state: 'new' }),
  };
}
