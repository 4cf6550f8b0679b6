/** `/health/live`: the process answers. `/health/ready`: it can do its work (database and Redis). */
import type Router from '@koa/router';
import type { Redis } from 'ioredis';
import type { Mongo } from '../mongo.ts';

const PATIENCE_MS = 2_000;

export function addHealthRoutes(deps: {
  router: Router;
  mongo: Mongo;
  redis: Redis;
  ready: () => boolean;
}): void {
  const { router, mongo, redis } = deps;
  router.get('/health/live', (ctx) => {
    ctx.body = { status: 'ok' };
  });
  router.get('/health/ready', async (ctx) => {
    const checks = {
      started: deps.ready(),
      database: await answers(mongo.ping()),
      redis: await answers(redis.ping()),
    };
    const ready = Object.values(checks).every(Boolean);
    ctx.status = ready ? 200 : 503;
    ctx.body = { status: ready ? 'ok' : 'unavailable', checks };
  });
}

async function answers(check: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const answered = await Promise.race([
    check.then(
      () => true,
      () => false,
    ),
    patience,
  ]);
  clearTimeout(timer);
  return answered;
}
