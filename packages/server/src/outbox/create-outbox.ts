/** Puts the outbox together: sending, delivering, and finding what a crash left behind. */
import type { SafeHttp } from '@mitoyen/federation';
import type { Redis } from 'ioredis';
import type { Apis } from '../apis.ts';
import type { Config } from '../config-schema.ts';
import type { Clock } from '../platform/clock.ts';
import type { HostTraffic } from '../platform/host-traffic.ts';
import type { Log } from '../platform/log.ts';
import type { Mongo } from '../platform/mongo.ts';
import type { Queues } from '../platform/queues.ts';
import { createAddress } from './address.ts';
import type { AskInTurn } from './ask-in-turn.ts';
import { createCircuits } from './circuits.ts';
import { createDeliver } from './deliver.ts';
import { createDeliveryRate } from './delivery-rate.ts';
import { createLetGoWhenSlow } from './let-go-when-slow.ts';
import type { Outbox } from './outbox.ts';
import { createOutboxStore } from './outbox-store.ts';
import { createSendActivity, enqueueDeliveries } from './send-activity.ts';

const SWEEP_MOST = 1000;
/** Deliveries that are overdue by this long have lost their job. */
const OVERDUE_MS = 60_000;
/** Listed at once; beyond this an admin looks at one host. */
const MOST_HOSTS = 500;
const DRAIN_MS = 3_000;

export type OutboxParts = {
  outbox: Outbox;
  deliver: (ids: string[]) => Promise<void>;
  /** Lets deliveries that are under way end, for a moment; the rest is found at the next start. */
  drain: () => Promise<void>;
  /** A host gave a sign of life: what waits for it goes out now. */
  heardFrom: (host: string) => void;
  sweep: (overdueMs?: number) => Promise<number>;
};

export function createOutbox(deps: {
  config: Config;
  apis: Apis;
  mongo: Mongo;
  queues: Queues;
  redis: Redis;
  prefix: string;
  traffic: HostTraffic;
  http: SafeHttp;
  askInTurn: AskInTurn;
  clock: Clock;
  random: () => number;
  log: Log;
  ownHost: string;
}): OutboxParts {
  const { config, apis, queues, log, clock, ownHost } = deps;
  const store = createOutboxStore(deps);
  const circuits = createCircuits({
    clock,
    perHost: config.federation.delivery_per_host,
    random: deps.random,
  });
  const address = createAddress({ apis, ownHost, log });
  const send = createSendActivity({ apis, store, queues, clock, address });
  const letGoWhenSlow = createLetGoWhenSlow({
    log,
    track: (attempt) => queues.adding('deliver', attempt),
  });
  const rate = createDeliveryRate({
    ...deps,
    perMinute: config.federation.delivery_per_minute_per_host,
  });
  const deliver = createDeliver({ ...deps, store, circuits, rate, letGoWhenSlow });

  async function release(host: string): Promise<void> {
    const waiting = await store.waitingFor(host, SWEEP_MOST);
    await enqueueDeliveries(queues, waiting);
  }

  return {
    outbox: {
      send,
      dropHost: store.dropHost,
      release: async (host) => {
        const count = await store.unhold(host);
        await enqueueDeliveries(queues, await store.due(clock.now() + 1, SWEEP_MOST));
        return count;
      },
      isThrough: store.isThrough,
      figures: async (hosts) =>
        new Map(
          await Promise.all(hosts.map(async (host) => [host, await store.figures(host)] as const)),
        ),
      held: store.held,
      sickHosts: async () => {
        const hosts = (await store.hosts()).slice(0, MOST_HOSTS);
        return Promise.all(
          hosts.map(async (host) => ({ host, figures: await store.figures(host) })),
        );
      },
      retry: async (host) => {
        const count = await store.revive(host);
        await enqueueDeliveries(queues, await store.due(clock.now() + 1, SWEEP_MOST));
        return count;
      },
      byIri: async (iri) => {
        const found = await store.activity(iri);
        return found ? JSON.parse(found.json) : null;
      },
    },
    deliver,
    drain: () => letGoWhenSlow.drain(DRAIN_MS),
    heardFrom: (host) => {
      if (!circuits.heardFrom(host)) return;
      release(host).catch((error) =>
        log.warn({ err: error, host }, 'could not release deliveries'),
      );
    },
    sweep: async (overdueMs = OVERDUE_MS) => {
      const due = await store.due(clock.now() - overdueMs, SWEEP_MOST);
      await enqueueDeliveries(queues, due);
      return due.length;
    },
  };
}
