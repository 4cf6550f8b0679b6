/**
 * The composition root: makes the platform, the inbox and the outbox, lists the features,
 * and wires them. The only file that knows everybody.
 */

import Router from '@koa/router';
import { createSafeHttp, generateRsaKeys, type RsaKeys } from '@mitoyen/federation';
import { createIds } from '@mitoyen/protocol';
import type { Apis } from './apis.ts';
import type { Config } from './config-schema.ts';
import { createFeatures } from './create-features.ts';
import { createEvents } from './events.ts';
import { noteOf } from './features/audit/note-of-act.ts';
import { createWebClient } from './features/web/web-routes.ts';
import { createInbox } from './inbox/create-inbox.ts';
import { createFailedReceipts } from './inbox/failed-receipts.ts';
import { createFetchBudget } from './inbox/fetch-budget.ts';
import { createRemoteFetch } from './inbox/fetch-remote.ts';
import { receiptIndexes } from './inbox/receipt-store.ts';
import { createRemoteKeys } from './inbox/remote-keys.ts';
import { createReplayCache } from './inbox/replay-cache.ts';
import { createServeDocuments } from './inbox/serve-documents.ts';
import { createUnsignedLimit } from './inbox/unsigned-limit.ts';
import type { Kit } from './kit.ts';
import { createAskInTurn } from './outbox/ask-in-turn.ts';
import { createOutbox } from './outbox/create-outbox.ts';
import { outboxIndexes } from './outbox/outbox-store.ts';
import { createSchemeMemory } from './outbox/scheme-memory.ts';
import { keepBaseUrl } from './platform/base-url.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import { createBlobs } from './platform/create-blobs.ts';
import { createHostTraffic } from './platform/host-traffic.ts';
import { createApiLimit } from './platform/http/api-limit.ts';
import { createEndpoints, type EndpointRecord } from './platform/http/endpoints.ts';
import { addHealthRoutes } from './platform/http/health.ts';
import { createHttpServer } from './platform/http/server.ts';
import type { Log } from './platform/log.ts';
import { connectMongo } from './platform/mongo.ts';
import { createPendingWork, pendingIndex } from './platform/pending.ts';
import { createQueues } from './platform/queues.ts';
import { createRateLimiter } from './platform/rate-limit.ts';
import { connectRedis, type RedisTarget } from './platform/redis.ts';
import { startWorkers } from './start-workers.ts';
import { VERSION } from './version.ts';

export type App = {
  kit: Kit;
  apis: Apis;
  /** Checks that the address is still the same, makes indexes and what each feature needs; without serving. */
  prepare: () => Promise<void>;
  /** Serves and works as the roles say; resolves when ready. */
  start: () => Promise<{ host: string; port: number }>;
  /** Stops taking requests and jobs, finishes those under way, closes every connection. */
  stop: () => Promise<void>;
  /** Enqueues at once whatever a crash or an outage left behind. */
  sweep: (overdueMs: number) => Promise<number>;
  endpoints: EndpointRecord[];
};

export async function createApp(options: {
  config: Config;
  log: Log;
  databaseUrl: string;
  redis: RedisTarget;
  clock?: Clock;
  generateRsaKeys?: () => Promise<RsaKeys>;
}): Promise<App> {
  const { config, log } = options;
  const clock = options.clock ?? systemClock;
  const baseUrl = config.instance.base_url;
  const ownHost = new URL(baseUrl).host;
  const accountDomain = config.instance.account_domain || ownHost;
  const nextId = createIds(clock);
  const mongo = await connectMongo({ url: options.databaseUrl, name: config.database.name });
  const onRedisError = (error: Error) => log.warn({ err: error }, 'Redis does not answer');
  const redis = connectRedis(options.redis, onRedisError);
  const queues = createQueues({
    connect: () => connectRedis(options.redis, onRedisError),
    prefix: `{mitoyen:${config.database.name}}`,
    log,
  });
  const http = createSafeHttp({
    allowPrivateNetworks: config.federation.allow_private_networks,
    allowHttp: config.federation.allow_http,
    userAgent: `Mitoyen/${VERSION} (+${baseUrl})`,
  });
  const events = createEvents();
  const pending = createPendingWork({
    mongo,
    queues,
    events,
    clock,
    nextId,
    onKickFailed: (error) => log.warn({ err: error }, 'pending work waits for the sweep'),
  });

  // Filled below, feature by feature; read only when called.
  const apis = {} as Apis;
  const prefix = `mitoyen:${config.database.name}`;
  const traffic = createHostTraffic({
    redis,
    prefix,
    clock,
    log,
    isPartner: (host) => apis.policy.partnerName(host) !== null,
  });
  const replays = createReplayCache({ redis, clock, log, prefix });
  const askInTurn = createAskInTurn({ apis, schemes: createSchemeMemory({ redis, prefix, log }) });
  const remote = createRemoteFetch({
    http,
    apis,
    askInTurn,
    budget: createFetchBudget({ config, clock }),
    clock,
    ownHost,
  });
  const {
    outbox,
    deliver,
    heardFrom,
    sweep: sweepOutbox,
    drain: drainOutbox,
  } = createOutbox({
    config,
    apis,
    mongo,
    queues,
    redis,
    prefix,
    traffic,
    http,
    askInTurn,
    clock,
    random: Math.random,
    log,
    ownHost,
  });
  const kit: Kit = {
    config,
    baseUrl,
    ownHost,
    accountDomain,
    clock,
    nextId,
    log,
    mongo,
    redis,
    queues,
    events,
    pending,
    http,
    generateRsaKeys: options.generateRsaKeys ?? generateRsaKeys,
    blobs: createBlobs(config, nextId),
    rateLimiter: createRateLimiter({ redis, clock, prefix: `mitoyen:${config.database.name}` }),
    remote,
    outbox,
    traffic,
    failedInbound: createFailedReceipts({ mongo, queues, clock }),
  };

  const endpointRecords: EndpointRecord[] = [];
  const features = createFeatures(kit, apis, () => endpointRecords);

  const router = new Router();
  // Asked before the API's hundreds of routes: what other servers ask for.
  const federationRouter = new Router();
  const unsigned = createUnsignedLimit({
    perMinute: config.limits.inbox_unsigned_per_minute_per_address,
    clock,
  });
  const keys = createRemoteKeys({ apis, remote, ownHost });
  events.on('account.updated', async ({ id, local }) => {
    const account = local ? null : await apis.accounts.get(id);
    if (account) keys.forget(account.iri);
  });
  const inbox = createInbox({
    config,
    apis,
    mongo,
    queues,
    clock,
    log,
    ownHost,
    keys,
    replays,
    unsigned,
    remote,
    router: federationRouter,
    handlers: () => features.flatMap((feature) => feature.inbound ?? []),
    traffic,
    heardFrom,
  });
  const endpoints = createEndpoints({
    router,
    authenticate: (ctx) => apis.authentication.authenticate(ctx),
    limit: createApiLimit(kit),
    document: createServeDocuments({
      router: federationRouter,
      apis,
      keys,
      replays,
      unsigned,
      clock,
      ownHost,
    }),
    records: endpointRecords,
    audit: async (act) => {
      const note = noteOf(act);
      if (note) await apis.audit.note(note);
    },
  });
  let ready = false;
  addHealthRoutes({ router, mongo, redis, ready: () => ready });
  for (const feature of features) feature.routes?.(endpoints);
  for (const collection of features.flatMap((feature) => feature.pending ?? []))
    pending.watch(collection);
  const server = createHttpServer({
    config,
    log,
    routers: [federationRouter, router],
    baseUrl,
    fallback: createWebClient({ kit, apis }),
    upgrades: features.flatMap((feature) => feature.upgrades ?? []),
  });

  async function prepare(): Promise<void> {
    await keepBaseUrl(mongo, { baseUrl, accountDomain });
    const pendingIndexes = features.flatMap((feature) => (feature.pending ?? []).map(pendingIndex));
    await mongo.ensureIndexes([
      ...receiptIndexes,
      ...outboxIndexes,
      ...pendingIndexes,
      ...features.flatMap((feature) => feature.indexes),
    ]);
    await Promise.all(features.map((feature) => feature.start?.()));
  }

  async function sweep(overdueMs: number): Promise<number> {
    const found = await Promise.all([
      pending.sweep(overdueMs),
      inbox.sweep(overdueMs),
      sweepOutbox(overdueMs),
    ]);
    return found.reduce((sum, count) => sum + count, 0);
  }

  return {
    kit,
    apis,
    endpoints: endpointRecords,
    prepare,
    sweep,
    start: async () => {
      await prepare();
      await apis.partners.beginStart();
      if (config.roles !== 'web') {
        await startWorkers({ config, queues, pending, inbox, deliver, features, sweep });
        // What an unclean stop left behind does not wait for its turn.
        await sweep(0);
      }
      const address = config.roles === 'worker' ? { host: '', port: 0 } : await server.listen();
      ready = true;
      return address;
    },
    stop: async () => {
      ready = false;
      for (const feature of features) await feature.stop?.();
      await server.close();
      await queues.stopWorkers();
      await drainOutbox();
      await queues.close();
      await http.close();
      await traffic.close();
      redis.disconnect();
      await mongo.close();
    },
  };
}
