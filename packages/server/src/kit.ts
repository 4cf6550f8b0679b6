/** What every feature is made with: the platform, as plain dependencies. */
import type { RsaKeys, SafeHttp } from '@mitoyen/federation';
import type { Redis } from 'ioredis';
import type { Config } from './config-schema.ts';
import type { Events } from './events.ts';
import type { FailedInbound } from './inbox/failed-receipts.ts';
import type { RemoteFetch } from './inbox/remote-fetch.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { Blobs } from './platform/blobs.ts';
import type { Clock } from './platform/clock.ts';
import type { HostTraffic } from './platform/host-traffic.ts';
import type { Log } from './platform/log.ts';
import type { Mongo } from './platform/mongo.ts';
import type { PendingWork } from './platform/pending.ts';
import type { Queues } from './platform/queues.ts';
import type { RateLimiter } from './platform/rate-limit.ts';

export type Kit = {
  config: Config;
  /** Public address without a trailing slash, and its host (with a port that is not the usual one). */
  baseUrl: string;
  ownHost: string;
  /** What stands after the @ of people here: `ownHost`, or another domain that points to it. */
  accountDomain: string;
  clock: Clock;
  nextId: (at?: number) => string;
  log: Log;
  mongo: Mongo;
  redis: Redis;
  queues: Queues;
  events: Events;
  pending: PendingWork;
  http: SafeHttp;
  generateRsaKeys: () => Promise<RsaKeys>;
  blobs: Blobs;
  rateLimiter: RateLimiter;
  /** Signed, guarded, policy-checked GETs of remote documents. */
  remote: RemoteFetch;
  /** Sends activities of local actors. */
  outbox: Outbox;
  /** What goes to and comes from each partner, in numbers. */
  traffic: HostTraffic;
  /** What came in and could not be processed. */
  failedInbound: FailedInbound;
};
