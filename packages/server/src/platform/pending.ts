/**
 * Pending work carried by the document that caused it. A state change is one atomic write
 * of the document with `pending: [{key, event, at}]`; afterwards the job is enqueued. What
 * a crash leaves behind is found by the sweeper, so nothing acknowledged is forgotten and
 * no multi-document transaction is needed.
 */
import type { Document, Filter, UpdateFilter } from 'mongodb';
import type { DomainEvent, EventName, Events } from '../events.ts';
import type { Clock } from './clock.ts';
import { createCoalescer } from './coalesce.ts';
import type { IndexSpec, Mongo } from './mongo.ts';
import type { Queues } from './queues.ts';

export type PendingEvent = {
  /** Unique within the document. */
  key: string;
  event: EventName;
  at: number;
  data?: Record<string, string>;
};

/** The part of a document that carries its pending work. */
export type WithPending = { pending?: PendingEvent[] };

/** The index that the sweeper reads; part of each collection that carries pending work. */
export function pendingIndex(collection: string): IndexSpec {
  return { collection, name: `${collection}_pending`, key: { 'pending.at': 1 }, sparse: true };
}

export type PendingWork = {
  /** Declares that documents of this collection carry pending work. */
  watch: (collection: string) => void;
  /** Makes the entry to write into the document, in the same write as the change. */
  entry: (event: EventName, data?: Record<string, string>) => PendingEvent;
  /** After the write: have the worker do it now. Never throws; the sweeper is the safety net. */
  kick: (collection: string, id: string) => Promise<void>;
  /** Emits and clears the pending work of these documents. */
  run: (collection: string, ids: string[]) => Promise<void>;
  /** Enqueues what has waited for longer than this many milliseconds. Returns how many. */
  sweep: (olderThan: number) => Promise<number>;
};

type Row = { _id: string; pending?: PendingEvent[]; purge?: boolean };
const SWEEP_MOST = 1000;

export function createPendingWork(deps: {
  mongo: Mongo;
  queues: Queues;
  events: Events;
  clock: Clock;
  nextId: () => string;
  onKickFailed: (error: unknown) => void;
}): PendingWork {
  const { mongo, queues, events, clock } = deps;
  const watched = new Set<string>();

  const enqueue = createCoalescer(async (items: { collection: string; id: string }[]) => {
    const jobs = [...Map.groupBy(items, (item) => item.collection)].flatMap(([collection, of]) => {
      const ids = [...new Set(of.map((item) => item.id))];
      return chunks(ids, 25).map((part) => ({ data: { collection, ids: part } }));
    });
    await queues.addMany('outbox', jobs);
    return items.map(() => ({ ok: true as const, value: undefined }));
  });

  async function kick(collection: string, id: string): Promise<void> {
    try {
      await enqueue({ collection, id });
    } catch (error) {
      deps.onKickFailed(error);
    }
  }

  async function runOne(collection: string, row: Row): Promise<void> {
    const pending = row.pending ?? [];
    for (const { event, data } of pending) {
      const domainEvent: DomainEvent = { name: event, id: row._id, local: true, data: data ?? {} };
      await events.emit(domainEvent);
    }
    await clear(collection, row, pending);
  }

  async function clear(collection: string, row: Row, done: PendingEvent[]): Promise<void> {
    const rows = mongo.collection<Row>(collection);
    const keys = done.map((entry) => entry.key);
    // By key, not by number: another worker may have cleared these, and a new one come since.
    const untouched = {
      _id: row._id,
      pending: { $size: done.length },
      'pending.key': { $all: keys },
    } as Filter<Row>;
    // `purge` marks a document that was kept only to carry its last events out.
    const result = row.purge
      ? await rows.deleteOne({ ...untouched, purge: true })
      : await rows.updateOne(untouched, { $unset: { pending: '' } });
    const changed = 'deletedCount' in result ? result.deletedCount : result.matchedCount;
    if (changed > 0) return;
    const pull: UpdateFilter<Row> = { $pull: { pending: { key: { $in: keys } } } } as Document;
    await rows.updateOne({ _id: row._id }, pull);
    await kick(collection, row._id);
  }

  async function run(collection: string, ids: string[]): Promise<void> {
    const rows = await mongo
      .collection<Row>(collection)
      .find({ _id: { $in: ids } }, { projection: { pending: 1, purge: 1 } })
      .toArray();
    const failures: unknown[] = [];
    for (const row of rows) {
      if (!row.pending?.length) continue;
      await runOne(collection, row).catch((error) => failures.push(error));
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `pending work of ${collection} failed`);
  }

  async function sweep(olderThan: number): Promise<number> {
    let found = 0;
    for (const collection of watched) {
      const rows = await mongo
        .collection<Row>(collection)
        .find({ 'pending.at': { $lt: clock.now() - olderThan } }, { projection: { _id: 1 } })
        .sort({ 'pending.at': 1 })
        .limit(SWEEP_MOST)
        .toArray();
      found += rows.length;
      await Promise.all(rows.map((row) => kick(collection, row._id)));
    }
    return found;
  }

  return {
    watch: (collection) => {
      watched.add(collection);
    },
    entry: (event, data) => ({ key: deps.nextId(), event, at: clock.now(), ...(data && { data }) }),
    kick,
    run,
    sweep,
  };
}

function chunks<T>(items: T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size)
    parts.push(items.slice(start, start + size));
  return parts;
}
