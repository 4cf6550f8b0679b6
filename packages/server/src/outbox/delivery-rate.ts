/**
 * How many deliveries one host gets in a minute, over all workers: counted in Redis, by all
 * deliveries of a turn in one round trip. Without Redis nothing is counted, and nothing held up.
 */
import type { Redis } from 'ioredis';
import type { Clock } from '../platform/clock.ts';
import { createCoalescer } from '../platform/coalesce.ts';
import type { Log } from '../platform/log.ts';

const MINUTE_MS = 60_000;
const KEEP_SECONDS = 65;

export type DeliveryRate = {
  /** Counts one. 0 where it is within the limit, else when the next minute begins. */
  take: (host: string) => Promise<number>;
};

/** @param deps.perMinute 0 is no limit */
export function createDeliveryRate(deps: {
  perMinute: number;
  redis: Redis;
  prefix: string;
  clock: Clock;
  log: Log;
}): DeliveryRate {
  const { perMinute, redis, clock } = deps;

  const count = createCoalescer(async (keys: string[]) => {
    const batch = redis.pipeline();
    for (const key of keys) batch.incr(key).expire(key, KEEP_SECONDS);
    const results = await batch.exec();
    return keys.map((_, index) => ({
      ok: true as const,
      value: Number(results?.[2 * index]?.[1]),
    }));
  });

  return {
    take: async (host) => {
      if (perMinute === 0 || redis.status !== 'ready') return 0;
      const minute = Math.floor(clock.now() / MINUTE_MS);
      try {
        const used = await count(`{${deps.prefix}}:deliver:${host}:${minute}`);
        return used > perMinute ? (minute + 1) * MINUTE_MS : 0;
      } catch (error) {
        deps.log.warn({ err: error, host }, 'deliveries of this minute cannot be counted');
        return 0;
      }
    },
  };
}
