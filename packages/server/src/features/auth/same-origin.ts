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

function foreign(): AppError {
  return new AppError('forbidden', 'This form was sent from another site');
}
