/** Puts the inbox together: accepting, processing, and finding what a crash left behind. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Apis } from '../apis.ts';
import type { Config } from '../config-schema.ts';
import type { Clock } from '../platform/clock.ts';
import { createCoalescer } from '../platform/coalesce.ts';
import type { HostTraffic } from '../platform/host-traffic.ts';
import type { Log } from '../platform/log.ts';
import type { Mongo } from '../platform/mongo.ts';
import type { Queues } from '../platform/queues.ts';
import { createAcceptActivity } from './accept-activity.ts';
import { createAuthenticateActivity } from './authenticate-activity.ts';
import { createBacklog } from './backlog.ts';
import type { InboundHandler } from './inbound.ts';
import { createProcessReceipts, type ProcessReceipts } from './process-receipts.ts';
import { createReceiptStore } from './receipt-store.ts';
import type { RemoteFetch } from './remote-fetch.ts';
import type { RemoteKeys } from './remote-keys.ts';
import type { ReplayCache } from './replay-cache.ts';
import type { UnsignedLimit } from './unsigned-limit.ts';

const PATHS = ['/inbox', '/actor/inbox', '/users/:name/inbox', '/groups/:name/inbox'];
const PER_JOB = 100;
/**
 * Milliseconds in which activities gather for one job. The sender has its answer by then, and
 * larger jobs share more of their queries; one that comes alone hardly waits.
 */
const gatherMs = (lastBatch: number) => Math.min(100, 10 + 2 * lastBatch);
const SWEEP_MOST = 1000;
/** Receipts that waited this long have lost their job. */
const OVERDUE_MS = 30_000;

export type InboxParts = {
  process: ProcessReceipts;
  sweep: (overdueMs?: number) => Promise<number>;
};

export function createInbox(deps: {
  config: Config;
  apis: Apis;
  mongo: Mongo;
  queues: Queues;
  clock: Clock;
  log: Log;
  ownHost: string;
  keys: RemoteKeys;
  replays: ReplayCache;
  unsigned: UnsignedLimit;
  remote: RemoteFetch;
  router: Router;
  handlers: () => InboundHandler[];
  traffic: HostTraffic;
  heardFrom: (host: string) => void;
}): InboxParts {
  const { queues, log, router } = deps;
  const receipts = createReceiptStore(deps);
  const backlog = createBacklog({ ...deps, receipts });
  const authenticate = createAuthenticateActivity(deps);

  const enqueueTogether = createCoalescer(
    async (ids: string[]) => {
      await queues.add('inbox', { ids });
      return ids.map(() => ({ ok: true as const, value: undefined }));
    },
    { most: PER_JOB, windowMs: gatherMs },
  );

  /** The receipt is durable: where Redis cannot take the job, the sweep will find it. */
  function enqueue(id: string): Promise<void> {
    const added = enqueueTogether(id).catch((error) =>
      log.warn({ err: error }, 'the inbox job waits for the sweep'),
    );
    queues.adding('inbox', added);
    return added;
  }

  const accept = createAcceptActivity({
    ...deps,
    receipts,
    backlog,
    enqueue: (receipt) => {
      receipts.remember(receipt);
      enqueue(receipt._id);
    },
  });
  for (const path of PATHS) router.post(path, (ctx: Context) => accept(ctx));

  return {
    process: createProcessReceipts({
      receipts,
      handlers: deps.handlers,
      authenticate,
      synchronize: async (signer, header) => {
        const { accounts, groups, relations } = deps.apis;
        const actor = await accounts.byIri(signer);
        if (!actor || actor.domain === null || actor.state !== 'active') return;
        await (actor.kind === 'group' ? groups : relations).synchronize(actor, header);
      },
      isPaused: (host) => deps.apis.policy.pausedSince(host) !== null,
      log,
    }),
    sweep: async (overdueMs = OVERDUE_MS) => {
      const ids = await receipts.stale(overdueMs, SWEEP_MOST);
      await Promise.all(ids.map(enqueue));
      return ids.length;
    },
  };
}
