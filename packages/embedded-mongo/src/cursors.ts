import { randomBytes } from 'node:crypto';
import type { Elem } from './bson/raw.ts';
import { MongoError } from './errors.ts';

/** Reply batches stop before this many bytes, as MongoDB's do. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024 - 16 * 1024;
/** MongoDB's default first batch. */
export const FIRST_BATCH = 101;
/** An idle cursor is forgotten after ten minutes, as in MongoDB. */
const IDLE_MS = 10 * 60 * 1000;
/** More open cursors than this are refused. */
const MAX_CURSORS = 10_000;

export type DocSource = () => Elem | undefined;

export interface Batch {
  docs: Elem[];
  /** 0 when the cursor is exhausted. */
  id: bigint;
}

/** Results that are fetched batch by batch. */
export interface Cursors {
  open(namespace: string, source: DocSource, options: CursorOptions): Batch;
  more(id: bigint, namespace: string, batchSize: number | undefined): Batch;
  kill(ids: readonly bigint[], namespace: string): { killed: bigint[]; notFound: bigint[] };
  killIn(namespace: string): void;
  expire(): void;
  readonly size: () => number;
}

export interface CursorOptions {
  batchSize: number | undefined;
  singleBatch?: boolean | undefined;
  noTimeout?: boolean | undefined;
}

interface Cursor {
  namespace: string;
  source: DocSource;
  /** A document that did not fit into the last batch. */
  pending: Elem | undefined;
  usedAt: number;
  noTimeout: boolean;
}

export function createCursors(now: () => number): Cursors {
  const open = new Map<bigint, Cursor>();

  function fill(cursor: Cursor, limit: number): { docs: Elem[]; done: boolean } {
    const docs: Elem[] = [];
    let bytes = 0;
    while (docs.length < limit) {
      const doc = cursor.pending ?? cursor.source();
      cursor.pending = undefined;
      if (!doc) return { docs, done: true };
      bytes += doc.end - doc.start;
      if (docs.length > 0 && bytes > MAX_BATCH_BYTES) {
        cursor.pending = doc;
        return { docs, done: false };
      }
      docs.push(doc);
    }
    return { docs, done: false };
  }

  function newId(): bigint {
    for (;;) {
      const id = randomBytes(8).readBigInt64LE() & 0x7fffffffffffffffn;
      if (id !== 0n && !open.has(id)) return id;
    }
  }

  return {
    open(namespace, source, { batchSize = FIRST_BATCH, singleBatch = false, noTimeout = false }) {
      const cursor: Cursor = { namespace, source, pending: undefined, usedAt: now(), noTimeout };
      const { docs, done } = fill(cursor, batchSize);
      if (done || singleBatch) return { docs, id: 0n };
      // Looking one ahead spares the client an empty round trip.
      if (batchSize > 0) {
        cursor.pending ??= source();
        if (!cursor.pending) return { docs, id: 0n };
      }
      if (open.size >= MAX_CURSORS)
        throw new MongoError('OperationFailed', 'too many open cursors');
      const id = newId();
      open.set(id, cursor);
      return { docs, id };
    },
    more(id, namespace, batchSize) {
      const cursor = open.get(id);
      if (!cursor) throw new MongoError('CursorNotFound', `cursor id ${id} not found`);
      if (cursor.namespace !== namespace) {
        throw new MongoError(
          'Unauthorized',
          `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
        );
      }
      cursor.usedAt = now();
      let filled: { docs: Elem[]; done: boolean };
      try {
        filled = fill(cursor, batchSize || Number.POSITIVE_INFINITY);
      } catch (error) {
        open.delete(id);
        throw error;
      }
      if (!filled.done && !cursor.pending) cursor.pending = cursor.source();
      const done = filled.done || !cursor.pending;
      if (done) open.delete(id);
      return { docs: filled.docs, id: done ? 0n : id };
    },
    kill(ids, namespace) {
      const killed = ids.filter((id) => open.get(id)?.namespace === namespace && open.delete(id));
      return { killed, notFound: ids.filter((id) => !killed.includes(id)) };
    },
    killIn(namespace) {
      for (const [id, cursor] of open) if (cursor.namespace === namespace) open.delete(id);
    },
    expire() {
      const limit = now() - IDLE_MS;
      for (const [id, cursor] of open)
        if (!cursor.noTimeout && cursor.usedAt < limit) open.delete(id);
    },
    size: () => open.size,
  };
}
