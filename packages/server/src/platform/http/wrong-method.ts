/** An address of the API that is there, asked with a method that it does not take: 405, and which it takes. */
import type Router from '@koa/router';
import type { Context, Next } from 'koa';
import { AppError } from '../app-error.ts';

export function createRefuseMethod(routers: Router[]) {
  return async function refuseMethod(ctx: Context, next: Next): Promise<void> {
    const taken = /^\/(api|oauth)\//.test(ctx.path) ? methodsOf(ctx) : [];
    // Of OPTIONS the rules for other origins speak.
    if (taken.length === 0 || taken.includes(ctx.method) || ctx.method === 'OPTIONS') return next();
    const allow = taken.join(', ');
    ctx.set('Allow', allow);
    throw new AppError('method_not_allowed', `${ctx.method} is not taken here; ${allow}`);
  };

  function methodsOf({ path, method }: Context): string[] {
    const layers = routers.flatMap((router) => router.match(path, method).path);
    return [...new Set(layers.flatMap((layer) => layer.methods))].sort();
  }
}
