/**
 * Which signature scheme a host takes. Most take draft-cavage-12, so only those that took
 * RFC 9421 instead are kept; in Redis, for every process and over restarts.
 */
import type { SignRequest } from '@mitoyen/federation';
import type { Redis } from 'ioredis';
import { createBoundedCache } from '../platform/bounded-cache.ts';
import type { Log } from '../platform/log.ts';

export type Scheme = SignRequest['scheme'];

const KEEP_SECONDS = 30 * 24 * 3600;
const FRESH_MS = 60_000;

export type SchemeMemory = {
  of: (host: string) => Promise<Scheme>;
  /** After a request that was refused under the other scheme, and taken under this one. */
  remember: (host: string, scheme: Scheme) => Promise<void>;
};

export const otherScheme = (scheme: Scheme): Scheme => (scheme === 'cavage' ? 'rfc9421' : 'cavage');

/** The statuses by which a server refuses a signature; a 5xx says nothing of it. */
export const refusesSignature = (status: number): boolean => status === 401 || status === 403;

export function createSchemeMemory(deps: { redis: Redis; prefix: string; log: Log }): SchemeMemory {
  const { redis, log } = deps;
  const known = createBoundedCache<string, Scheme>(20_000, { ttl: FRESH_MS });
  const keyOf = (host: string) => `{${deps.prefix}}:scheme:${host}`;

  return {
    of: async (host) => {
      const cached = known.get(host);
      if (cached || redis.status !== 'ready') return cached ?? 'cavage';
      const scheme: Scheme = (await redis.get(keyOf(host))) === 'rfc9421' ? 'rfc9421' : 'cavage';
      known.set(host, scheme);
      return scheme;
    },
    remember: async (host, scheme) => {
      known.set(host, scheme);
      log.info({ host, scheme }, 'signs by another scheme from now on');
      if (redis.status !== 'ready') return;
      if (scheme === 'cavage') await redis.del(keyOf(host));
      else await redis.set(keyOf(host), scheme, 'EX', KEEP_SECONDS);
    },
  };
}
