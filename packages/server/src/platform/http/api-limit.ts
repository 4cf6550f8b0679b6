/** The general rate limit of the API, per account or per address, told in the usual headers. */
import type { Context } from 'koa';
import type { Kit } from '../../kit.ts';
import type { Auth } from './endpoints.ts';
import { tellLimit } from './tell-limit.ts';

const WINDOW_SECONDS = 300;

export function createApiLimit(
  kit: Pick<Kit, 'config' | 'rateLimiter'>,
): (ctx: Context, auth: Auth | null) => Promise<void> {
  const { api_per_5_minutes, api_anonymous_per_5_minutes } = kit.config.limits;

  return async function limit(ctx, auth) {
    const known = auth?.account;
    const state = await kit.rateLimiter.take({
      name: known ? 'api' : 'api-anonymous',
      key: known ? known._id : String(ctx.state.clientIp),
      limit: known ? api_per_5_minutes : api_anonymous_per_5_minutes,
      windowSeconds: WINDOW_SECONDS,
    });
    if (state.limit > 0) tellLimit(ctx, state);
  };
}
