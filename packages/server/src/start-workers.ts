/** Which queue is worked on by whom, and what is done again and again. */
import { z } from 'zod';
import type { Config } from './config-schema.ts';
import type { Feature } from './feature.ts';
import type { InboxParts } from './inbox/create-inbox.ts';
import type { PendingWork } from './platform/pending.ts';
import type { Queues } from './platform/queues.ts';

const SWEEP_EVERY_MS = 15_000;
const OVERDUE_MS = 30_000;
const INBOX_AT_ONCE = 8;
const PENDING_AT_ONCE = 8;
/** Deliveries of one job go out side by side. */
const PER_DELIVERY_JOB = 8;

const idsJob = z.object({ ids: z.array(z.string()).max(1000) });
const pendingJob = z.object({ collection: z.string(), ids: z.array(z.string()).max(1000) });

export async function startWorkers(deps: {
  config: Config;
  queues: Queues;
  pending: PendingWork;
  inbox: InboxParts;
  deliver: (ids: string[]) => Promise<void>;
  features: Feature[];
  sweep: (overdueMs: number) => Promise<number>;
}): Promise<void> {
  const { config, queues, pending, inbox, features } = deps;
  queues.work('inbox', INBOX_AT_ONCE, (data) => inbox.process(idsJob.parse(data).ids));
  queues.work('outbox', PENDING_AT_ONCE, (data) => {
    const { collection, ids } = pendingJob.parse(data);
    return pending.run(collection, ids);
  });
  const deliveries = Math.ceil(config.federation.delivery_concurrency / PER_DELIVERY_JOB);
  queues.work('deliver', Math.max(4, deliveries), (data) => deps.deliver(idsJob.parse(data).ids));
  for (const { queue, concurrency, handler } of features.flatMap((feature) => feature.jobs ?? []))
    queues.work(queue, concurrency, handler);
  const sweep = async () => void (await deps.sweep(OVERDUE_MS));
  const timers = [
    { name: 'sweep', everyMs: SWEEP_EVERY_MS, run: sweep },
    ...features.flatMap((feature) => feature.timers ?? []),
  ];
  await Promise.all(timers.map(({ name, everyMs, run }) => queues.every(name, everyMs, run)));
}
