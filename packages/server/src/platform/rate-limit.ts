/** Fixed-window rate limits in Redis, shared by all processes. */
import type { Redis } from 'ioredis';
import { AppError } from './app-error.ts';
import type { Clock } from './clock.ts';

export type RateState = { limit: number; remaining: number; resetAt: number };

export type RateLimiter = {
  /**
   * Counts one use and throws AppError `rate_limited` (with when to come back) past the limit.
   * `limit` 0 switches it off.
   */
  take: (use: {
    name: string;
    key: string;
    limit: number;
    windowSeconds: number;
  }) => Promise<RateState>;
};

export function createRateLimiter(deps: {
  redis: Redis;
  clock: Clock;
  prefix: string;
}): RateLimiter {
  return {
    take: async ({ name, key, limit, windowSeconds }) => {
      const windowMs = windowSeconds * 1000;
      const now = deps.clock.now();
      const window = Math.floor(now / windowMs);
      const resetAt = (window + 1) * windowMs;
      if (limit === 0) return { limit: 0, remaining: Number.POSITIVE_INFINITY, resetAt };

      const redisKey = `${deps.prefix}:rate:${name}:${key}:${window}`;
      const results = await deps.redis
        .multi()
        .incr(redisKey)
        .expire(redisKey, windowSeconds + 5)
        .exec();
      const used = Number(results?.[0]?.[1] ?? 0);
      if (used > limit) {
        const retryAfterSeconds = Math.ceil((resetAt - now) / 1000);
        throw new AppError(
          'rate_limited',
          `Too many requests; try again in ${retryAfterSeconds} s`,
          {
            retryAfterSeconds,
            reached: { limit, resetAt },
          },
        );
      }
      return { limit, remaining: limit - used, resetAt };
    },
  };
}
