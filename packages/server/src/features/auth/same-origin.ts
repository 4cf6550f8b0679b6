/**
 * Forms of our pages are taken only from our pages. Browsers name the origin of every POST;
 * together with SameSite cookies that leaves a foreign page nothing to forge.
 */
import type { Context } from 'koa';
import { AppError } from '../../platform/app-error.ts';

export function requireSameOrigin(ctx: Context, baseUrl: string): void {
  const origin = ctx.get('origin');
  const site = ctx.get('sec-fetch-site');
  if (site !== '' && site !== 'same-origin' && site !== 'none') throw foreign();
  if (origin === '') return;
  const host = URL.parse(origin)?.host;
  if (host !== new URL(baseUrl).host && host !== ctx.get('host')) throw foreign();
}

/**
 * Whether a request comes from the web client on our own pages. Only script of our origin can
 * set this header: elsewhere it needs a preflight, and ours does not allow it. So a session
 * cookie that arrives with it was not sent by a foreign page.
 */
export function fromWebClient(ctx: Context, baseUrl: string): boolean {
  if (ctx.get('x-mitoyen-client') !== 'web') return false;
  requireSameOrigin(ctx, baseUrl);
  return true;
}

function foreign(): AppError {
  return new AppError('forbidden', 'This request was sent from another site');
}
