/**
 * The composition root: makes the platform, the inbox and the outbox, lists the features,
 * and wires them. The only file that knows everybody.
 */

import Router from '@koa/router';
import { createSafeHttp } from '@mitoyen/federation';
import { createIds } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from './apis.ts';
import type { Config } from './config-schema.ts';
import { createEvents } from './events.ts';
import type { Feature } from './feature.ts';
import { createAccountsFeature } from './features/accounts/accounts-feature.ts';
import { createAcknowledgementsFeature } from './features/acknowledgements/acknowledgements-feature.ts';
import { createAnnouncementsFeature } from './features/announcements/announcements-feature.ts';
import { createApiDocsFeature } from './features/api-docs/api-docs-feature.ts';
import { createAuthFeature } from './features/auth/auth-feature.ts';
import { createConversationsFeature } from './features/conversations/conversations-feature.ts';
import { createDeliveriesFeature } from './features/deliveries/deliveries-feature.ts';
import { createEmojisFeature } from './features/emojis/emojis-feature.ts';
import { createExportsFeature } from './features/exports/exports-feature.ts';
import { createFiltersFeature } from './features/filters/filters-feature.ts';
import { createFreshnessFeature } from './features/freshness/freshness-feature.ts';
import { createGroupsFeature } from './features/groups/groups-feature.ts';
import { createInstanceFeature } from './features/instance/instance-feature.ts';
import { createListsFeature } from './features/lists/lists-feature.ts';
import { createMailFeature } from './features/mail/mail-feature.ts';
import { createMediaFeature } from './features/media/media-feature.ts';
import { createModerationFeature } from './features/moderation/moderation-feature.ts';
import { createNotificationsFeature } from './features/notifications/notifications-feature.ts';
import { createOverviewFeature } from './features/overview/overview-feature.ts';
import { createPartnersFeature } from './features/partners/partners-feature.ts';
import { createPostsFeature } from './features/posts/posts-feature.ts';
import { createPreferencesFeature } from './features/preferences/preferences-feature.ts';
import { createPresenceFeature } from './features/presence/presence-feature.ts';
import { createProfilesFeature } from './features/profiles/profiles-feature.ts';
import { createPushFeature } from './features/push/push-feature.ts';
import { createRelationsFeature } from './features/relations/relations-feature.ts';
import { createSavedSearchesFeature } from './features/saved-searches/saved-searches-feature.ts';
import { createScheduledFeature } from './features/scheduled/scheduled-feature.ts';
import { createSearchFeature } from './features/search/search-feature.ts';
import { createStreamingFeature } from './features/streaming/streaming-feature.ts';
import { createTagsFeature } from './features/tags/tags-feature.ts';
import { createTranslationFeature } from './features/translation/translation-feature.ts';
import { createUploadsFeature } from './features/uploads/uploads-feature.ts';
import { createWebClient } from './features/web/web-routes.ts';
import { createInbox } from './inbox/create-inbox.ts';
import { createRemoteFetch } from './inbox/fetch-remote.ts';
import { receiptIndexes } from './inbox/receipt-store.ts';
import { createRemoteKeys } from './inbox/remote-keys.ts';
import { createReplayCache } from './inbox/replay-cache.ts';
import { createServeDocuments } from './inbox/serve-documents.ts';
import type { Kit } from './kit.ts';
import { createAskInTurn } from './outbox/ask-in-turn.ts';
import { createOutbox } from './outbox/create-outbox.ts';
import { outboxIndexes } from './outbox/outbox-store.ts';
import { createSchemeMemory } from './outbox/scheme-memory.ts';
import { keepBaseUrl } from './platform/base-url.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import { createBlobs } from './platform/create-blobs.ts';
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

const SWEEP_EVERY_MS = 15_000;
const OVERDUE_MS = 30_000;

export async function createApp(options: {
  config: Config;
  log: Log;
  databaseUrl: string;
  redis: RedisTarget;
  clock?: Clock;
}): Promise<App> {
  const { config, log } = options;
  const clock = options.clock ?? systemClock;
  const baseUrl = config.instance.base_url;
  const ownHost = new URL(baseUrl).host;
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
  const replays = createReplayCache({ redis, clock, log, prefix });
  const askInTurn = createAskInTurn({ apis, schemes: createSchemeMemory({ redis, prefix, log }) });
  const remote = createRemoteFetch({ http, apis, askInTurn, clock, ownHost });
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
    clock,
    nextId,
    log,
    mongo,
    redis,
    queues,
    events,
    pending,
    http,
    blobs: createBlobs(config, nextId),
    rateLimiter: createRateLimiter({ redis, clock, prefix: `mitoyen:${config.database.name}` }),
    remote,
    outbox,
  };

  // First of all: it hears of every change before anybody works on it.
  const streaming = createStreamingFeature(kit, apis);
  const partners = createPartnersFeature(kit, apis);
  const accounts = createAccountsFeature(kit, apis);
  const auth = createAuthFeature(kit, apis);
  const relations = createRelationsFeature(kit, apis);
  const media = createMediaFeature(kit, apis);
  const groups = createGroupsFeature(kit, apis);
  const conversations = createConversationsFeature(kit, apis);
  const filters = createFiltersFeature(kit, apis);
  const scheduled = createScheduledFeature(kit, apis);
  const announcements = createAnnouncementsFeature(kit, apis);
  const emojis = createEmojisFeature(kit, apis);
  const acknowledgements = createAcknowledgementsFeature(kit, apis);
  const tags = createTagsFeature(kit, apis);
  const search = createSearchFeature(kit, apis);
  const lists = createListsFeature(kit, apis);
  const posts = createPostsFeature(kit, apis);
  const freshness = createFreshnessFeature(kit, apis);
  const preferences = createPreferencesFeature(kit);
  const notifications = createNotificationsFeature(kit, apis);
  const moderation = createModerationFeature(kit, apis);
  const push = createPushFeature(kit, apis);
  const mail = createMailFeature(kit, apis);
  Object.assign(apis, {
    freshness: freshness.api,
    mail: mail.api,
    push: push.api,
    streaming: streaming.api,
    policy: partners.api.policy,
    partners: partners.api.partners,
    blockLists: moderation.api,
    accounts: accounts.api,
    authentication: auth.api,
    relations: relations.api,
    media: media.api,
    groups: groups.api,
    conversations: conversations.api,
    filters: filters.api,
    scheduled: scheduled.api,
    announcements: announcements.api,
    emojis: emojis.api,
    acknowledgements: acknowledgements.api,
    search: search.api,
    tags: tags.api,
    lists: lists.api,
    posts: posts.api,
    preferences: preferences.api,
    notifications: notifications.api,
  } satisfies Apis);
  const features: Feature[] = [
    // First: turns away whatever comes from a host that is no partner.
    partners.feature,
    // Before accounts: its fixed paths under /api/v1/accounts come before `/:id`.
    relations.feature,
    accounts.feature,
    auth.feature,
    groups.feature,
    conversations.feature,
    filters.feature,
    scheduled.feature,
    announcements.feature,
    emojis.feature,
    acknowledgements.feature,
    search.feature,
    tags.feature,
    createExportsFeature(kit, () => features.flatMap((feature) => feature.personalData ?? []))
      .feature,
    createApiDocsFeature(kit, () => endpointRecords).feature,
    createSavedSearchesFeature(kit).feature,
    createPresenceFeature(kit, apis).feature,
    createProfilesFeature(kit, apis).feature,
    createTranslationFeature(kit, apis).feature,
    lists.feature,
    posts.feature,
    freshness.feature,
    media.feature,
    createUploadsFeature(kit, apis).feature,
    preferences.feature,
    notifications.feature,
    mail.feature,
    push.feature,
    streaming.feature,
    moderation.feature,
    createInstanceFeature(kit, apis).feature,
    createOverviewFeature(kit, apis),
    createDeliveriesFeature(kit).feature,
  ];

  const router = new Router();
  // Asked before the API's hundreds of routes: what other servers ask for.
  const federationRouter = new Router();
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
    remote,
    router: federationRouter,
    handlers: () => features.flatMap((feature) => feature.inbound ?? []),
    heardFrom,
  });
  const endpointRecords: EndpointRecord[] = [];
  const endpoints = createEndpoints({
    router,
    authenticate: (ctx) => apis.authentication.authenticate(ctx),
    limit: createApiLimit(kit),
    document: createServeDocuments({
      router: federationRouter,
      apis,
      keys,
      replays,
      clock,
      ownHost,
    }),
    records: endpointRecords,
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
    await keepBaseUrl(mongo, baseUrl);
    const pendingIndexes = features.flatMap((feature) => (feature.pending ?? []).map(pendingIndex));
    await mongo.ensureIndexes([
      ...receiptIndexes,
      ...outboxIndexes,
      ...pendingIndexes,
      ...features.flatMap((feature) => feature.indexes),
    ]);
    for (const feature of features) await feature.start?.();
  }

  async function sweep(overdueMs: number): Promise<number> {
    const found = [
      await pending.sweep(overdueMs),
      await inbox.sweep(overdueMs),
      await sweepOutbox(overdueMs),
    ];
    return found.reduce((sum, count) => sum + count, 0);
  }

  async function startWorkers(): Promise<void> {
    const idsJob = z.object({ ids: z.array(z.string()).max(1000) });
    const pendingJob = z.object({ collection: z.string(), ids: z.array(z.string()).max(1000) });
    queues.work('inbox', 8, (data) => inbox.process(idsJob.parse(data).ids));
    queues.work('outbox', 8, (data) => {
      const { collection, ids } = pendingJob.parse(data);
      return pending.run(collection, ids);
    });
    queues.work(
      'deliver',
      Math.max(4, Math.ceil(config.federation.delivery_concurrency / 8)),
      (data) => deliver(idsJob.parse(data).ids),
    );
    for (const { queue, concurrency, handler } of features.flatMap(
      (feature) => feature.jobs ?? [],
    )) {
      queues.work(queue, concurrency, handler);
    }
    await queues.every('sweep', SWEEP_EVERY_MS, async () => {
      await sweep(OVERDUE_MS);
    });
    for (const { name, everyMs, run } of features.flatMap((feature) => feature.timers ?? [])) {
      await queues.every(name, everyMs, run);
    }
  }

  return {
    kit,
    apis,
    endpoints: endpointRecords,
    prepare,
    sweep,
    start: async () => {
      await prepare();
      if (config.roles !== 'web') {
        await startWorkers();
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
      redis.disconnect();
      await mongo.close();
    },
  };
}
