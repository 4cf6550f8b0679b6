/**
 * BullMQ behind a small door. Jobs carry ids, are safe to run twice, and finish or throw
 * (a throw means "again later"). Whatever Redis loses, the sweepers find in the database.
 */
import { type JobsOptions, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from './log.ts';

export type QueueName =
  | 'inbox'
  | 'outbox'
  | 'deliver'
  | 'media'
  | 'push'
  | 'mail'
  | 'exports'
  | 'scheduled'
  | 'fetch'
  | 'housekeeping';

/** What a job handler gets: the data, and how often it was tried before. */
export type JobContext = { attempt: number; signal: AbortSignal };
export type JobHandler = (data: unknown, context: JobContext) => Promise<void>;

export type JobOptions = {
  /** Milliseconds to wait first. */
  delay?: number;
  /** 1 is first; jobs without one go before all that have one. */
  priority?: number;
  attempts?: number;
};

export type Queues = {
  add: (queue: QueueName, data: unknown, options?: JobOptions) => Promise<void>;
  addMany: (queue: QueueName, jobs: { data: unknown; options?: JobOptions }[]) => Promise<void>;
  /** Says that a job will be added when this settles; it counts as waiting until then. */
  adding: (queue: QueueName, work: Promise<void>) => void;
  /** Jobs not yet done, by state. */
  counts: (queue: QueueName) => Promise<Record<string, number>>;
  work: (queue: QueueName, concurrency: number, handler: JobHandler) => void;
  /** Runs the handler every so many milliseconds, on one process at a time. */
  every: (name: string, milliseconds: number, handler: () => Promise<void>) => Promise<void>;
  stopWorkers: () => Promise<void>;
  close: () => Promise<void>;
};

const DEFAULTS: JobsOptions = {
  attempts: 8,
  backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: { count: 1000 },
};

export function createQueues(deps: { connect: () => Redis; prefix: string; log: Log }): Queues {
  const { prefix, log } = deps;
  const sharedConnection = deps.connect();
  const queues = new Map<QueueName, Queue>();
  const workers: Worker[] = [];
  /** BullMQ leaves open what it did not open itself. */
  const workerConnections: Redis[] = [];
  const beingAdded = new Map<QueueName, number>();
  const timers = new Map<string, () => Promise<void>>();

  function queue(name: QueueName): Queue {
    let existing = queues.get(name);
    if (!existing) {
      existing = new Queue(name, {
        connection: sharedConnection,
        prefix,
        defaultJobOptions: DEFAULTS,
      });
      existing.on('error', (error) => log.warn({ err: error, queue: name }, 'queue error'));
      queues.set(name, existing);
    }
    return existing;
  }

  function work(name: QueueName, concurrency: number, handler: JobHandler): void {
    const connection = deps.connect();
    workerConnections.push(connection);
    const worker = new Worker(
      name,
      async (job, _token, signal) => {
        const started = performance.now();
        try {
          await handler(job.data, {
            attempt: job.attemptsMade,
            signal: signal ?? new AbortController().signal,
          });
          log.debug(
            { queue: name, job: job.id, ms: Math.round(performance.now() - started) },
            'job done',
          );
        } catch (error) {
          log.warn(
            { err: error, queue: name, job: job.id, attempt: job.attemptsMade },
            'job failed',
          );
          throw error;
        }
      },
      {
        connection,
        prefix,
        concurrency,
        drainDelay: 5,
        stalledInterval: 5_000,
        lockDuration: 30_000,
      },
    );
    worker.on('error', (error) => log.warn({ err: error, queue: name }, 'worker error'));
    workers.push(worker);
  }

  return {
    add: async (name, data, options) => {
      await queue(name).add(name, data, options);
    },
    addMany: async (name, jobs) => {
      if (jobs.length > 0) {
        await queue(name).addBulk(jobs.map((job) => ({ name, data: job.data, opts: job.options })));
      }
    },
    adding: (name, work) => {
      const change = (by: number) => beingAdded.set(name, (beingAdded.get(name) ?? 0) + by);
      change(1);
      work.finally(() => change(-1));
    },
    counts: async (name) => {
      const adding = beingAdded.get(name) ?? 0;
      const counts = await queue(name).getJobCounts(
        'waiting',
        'prioritized',
        'active',
        'delayed',
        'failed',
      );
      return { ...counts, waiting: (counts.waiting ?? 0) + adding };
    },
    work,
    every: async (name, milliseconds, handler) => {
      if (timers.size === 0) {
        work('housekeeping', 1, async (data) => {
          const { timer } = data as { timer: string };
          await timers.get(timer)?.();
        });
      }
      timers.set(name, handler);
      await queue('housekeeping').upsertJobScheduler(
        name,
        { every: milliseconds },
        {
          data: { timer: name },
          opts: { attempts: 1 },
        },
      );
    },
    stopWorkers: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([...queues.values()].map((one) => one.close()));
      for (const connection of workerConnections) connection.disconnect();
      sharedConnection.disconnect();
    },
  };
}
