import type { Context } from 'koa';
import type { RateState } from '../rate-limit.ts';

/** In the headers that Mastodon's apps know. */
export function tellLimit(ctx: Context, { limit, remaining, resetAt }: RateState): void {
  ctx.set('X-RateLimit-Limit', String(limit));
  ctx.set('X-RateLimit-Remaining', String(remaining));
  ctx.set('X-RateLimit-Reset', new Date(resetAt).toISOString());
}
