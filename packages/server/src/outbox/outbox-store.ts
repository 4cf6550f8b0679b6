/** Stored activities and their deliveries: the database is the truth, Redis only the schedule. */
import { createHash } from 'node:crypto';
import type { AnyBulkWriteOperation } from 'mongodb';
import type { Config } from '../config-schema.ts';
import type { Scope } from '../features/partners/partners.ts';
import type { Clock } from '../platform/clock.ts';
import { createCoalescer } from '../platform/coalesce.ts';
import { createFinder, createInserter, type IndexSpec, type Mongo } from '../platform/mongo.ts';
import { createTrimOldest } from '../platform/trim-oldest.ts';
import type { HeldDelivery, HeldQuery, HostFigures } from './outbox.ts';

/** An activity as it goes over the wire: built and proved once. */
export type StoredActivity = {
  _id: string;
  actor: string;
  json: string;
  at: number;
  expiresAt: Date;
};

export type Delivery = {
  _id: string;
  activity: string;
  /** The local account that signs. */
  actor: string;
  inbox: string;
  host: string;
  state: 'waiting' | 'dead';
  urgent: boolean;
  /** What the agreement must cover when it goes out: terms may have changed since it was queued. */
  scope?: Scope;
  group?: string;
  /** Goes to followers or members alone: with a digest of those at its host (FEP-8fcf). */
  synchronizes?: boolean;
  /** Agreement traffic: may go to hosts that are no partners (yet, or any more). */
  agreement?: boolean;
  attempts: number;
  firstAt: number;
  /** When the next attempt is due. */
  nextAt: number;
  lastError?: string;
  /** Of one that was given up: when it is forgotten. */
  expiresAt?: Date;
};

const DAY_MS = 24 * 3600_000;
const KEEP_ACTIVITY_MS = 60 * DAY_MS;

export const outboxIndexes: IndexSpec[] = [
  {
    collection: 'activities',
    name: 'activities_expiry',
    key: { expiresAt: 1 },
    expireAfterSeconds: 0,
  },
  {
    collection: 'deliveries',
    name: 'deliveries_once',
    key: { activity: 1, inbox: 1 },
    unique: true,
  },
  { collection: 'deliveries', name: 'deliveries_due', key: { state: 1, nextAt: 1 } },
  { collection: 'deliveries', name: 'deliveries_host', key: { host: 1, state: 1, nextAt: 1 } },
  {
    collection: 'deliveries',
    name: 'deliveries_expiry',
    key: { expiresAt: 1 },
    sparse: true,
    expireAfterSeconds: 0,
  },
];

export type OutboxStore = ReturnType<typeof createOutboxStore>;

export function createOutboxStore(deps: { mongo: Mongo; clock: Clock; config: Config }) {
  const activities = deps.mongo.collection<StoredActivity>('activities');
  const deliveries = deps.mongo.collection<Delivery>('deliveries');

  const keepDeadMs = deps.config.federation.dead_letter_days * DAY_MS;
  const trimDead = createTrimOldest(deliveries, {
    of: { state: 'dead' },
    newestBy: 'nextAt',
    most: deps.config.limits.dead_letters_per_host,
  });

  const remove = createCoalescer(async (ids: string[]) => {
    await deliveries.deleteMany({ _id: { $in: ids } });
    return ids.map(() => ({ ok: true as const, value: undefined }));
  });

  const change = createCoalescer(async (changes: { id: string; set: Partial<Delivery> }[]) => {
    const writes: AnyBulkWriteOperation<Delivery>[] = changes.map(({ id, set }) => ({
      updateOne: { filter: { _id: id }, update: { $set: set } },
    }));
    await deliveries.bulkWrite(writes, { ordered: false });
    return changes.map(() => ({ ok: true as const, value: undefined }));
  });

  const insertActivity = createInserter(activities);
  const insertDelivery = createInserter(deliveries);

  /** Keeps the first version of an activity id. */
  async function keepActivity(activity: Omit<StoredActivity, 'at' | 'expiresAt'>): Promise<void> {
    const at = deps.clock.now();
    await insertActivity({ ...activity, at, expiresAt: new Date(at + KEEP_ACTIVITY_MS) });
  }

  /** Adds what is not there yet; an inbox gets an activity once. */
  async function addDeliveries(all: Delivery[]): Promise<void> {
    await Promise.all(all.map(insertDelivery));
  }

  return {
    keepActivity,
    activity: createFinder(activities, '_id'),
    activitiesOf: (iris: string[]) => activities.find({ _id: { $in: iris } }).toArray(),
    addDeliveries,
    isThrough: async (activity: string): Promise<boolean> =>
      (await deliveries.findOne({ activity }, { projection: { _id: 1 } })) === null,
    waiting: (ids: string[]) => deliveries.find({ _id: { $in: ids }, state: 'waiting' }).toArray(),
    remove,
    change,
    /** Kept with its reason, for some days and so many of one host. */
    bury: async ({ _id, host, attempts }: Delivery, reason: string): Promise<void> => {
      const expiresAt = new Date(deps.clock.now() + keepDeadMs);
      await change({ id: _id, set: { state: 'dead', attempts, lastError: reason, expiresAt } });
      await trimDead(host);
    },
    due: (before: number, most: number) =>
      deliveries
        .find({ state: 'waiting', nextAt: { $lt: before } })
        .sort({ nextAt: 1 })
        .limit(most)
        .toArray(),
    waitingFor: (host: string, most: number) =>
      deliveries.find({ host, state: 'waiting' }).sort({ nextAt: 1 }).limit(most).toArray(),
    /** Due now, and as if asked for now: the days of a pause do not count against them. */
    unhold: async (host: string | null): Promise<number> => {
      const now = deps.clock.now();
      const result = await deliveries.updateMany(
        { ...(host !== null && { host }), state: 'waiting' },
        { $set: { nextAt: now, firstAt: now } },
      );
      return result.matchedCount;
    },
    figures: async (host: string): Promise<HostFigures> => {
      const [waiting, dead, some] = await Promise.all([
        deliveries.countDocuments({ host, state: 'waiting' }),
        deliveries.countDocuments({ host, state: 'dead' }),
        deliveries.find({ host, state: 'waiting' }).sort({ nextAt: 1 }).limit(200).toArray(),
      ]);
      const failed = some.toSorted((a, b) => b.attempts - a.attempts)[0];
      return {
        waiting,
        dead,
        oldestAt: some.length > 0 ? Math.min(...some.map((one) => one.firstAt)) : null,
        mostAttempts: failed?.attempts ?? 0,
        lastError: failed?.lastError ?? null,
      };
    },
    held: async ({ state, host, before, limit }: HeldQuery): Promise<HeldDelivery[]> => {
      const found = await deliveries
        .find({
          state,
          ...(host !== undefined && { host }),
          ...(before !== undefined && { nextAt: { $lt: before } }),
        })
        .sort({ nextAt: -1 })
        .limit(limit)
        .toArray();
      return found.map(({ lastError, activity, inbox, attempts, firstAt, nextAt, ...one }) => ({
        activity,
        host: one.host,
        inbox,
        state: one.state,
        attempts,
        reason: lastError ?? null,
        firstAt,
        nextAt,
      }));
    },
    hosts: async (): Promise<string[]> =>
      (await deliveries.distinct('host', { host: { $gt: '' } })) as string[],
    /** What was given up waits again, as if asked for now. */
    revive: async (host: string | null): Promise<number> => {
      const now = deps.clock.now();
      const result = await deliveries.updateMany(
        { ...(host !== null && { host }), state: { $in: ['waiting', 'dead'] } },
        {
          $set: { state: 'waiting', nextAt: now, firstAt: now, attempts: 0 },
          $unset: { expiresAt: '' },
        },
      );
      return result.matchedCount;
    },
    dropHost: async (host: string): Promise<number> =>
      (await deliveries.deleteMany({ host })).deletedCount,
    backlog: () => deliveries.countDocuments({ state: 'waiting' }),
  };
}

/** One id per activity and inbox, so that sending again makes the same document, not a second one. */
export function deliveryId(activity: string, inbox: string): string {
  return createHash('sha256').update(`${activity} ${inbox}`).digest('base64url').slice(0, 27);
}
