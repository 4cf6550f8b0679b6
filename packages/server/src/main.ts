/** Runs the roles of this process until it is told to stop; drains, then leaves. */

import { type App, createApp } from './app.ts';
import type { Config } from './config-schema.ts';
import type { Log } from './platform/log.ts';
import type { RedisTarget } from './platform/redis.ts';

export type Services = { databaseUrl: string; redis: RedisTarget; stop: () => Promise<void> };

/** How long stopping may take: requests under way have ten seconds, jobs end within theirs. */
const STOP_MS = 25_000;

/**
 * Starts the app on running services. `stopped` resolves after a signal, when everything
 * under way is finished and closed; a second signal ends the process at once.
 */
export async function runServer(options: {
  config: Config;
  log: Log;
  services: Services;
  /** After the first successful start, before the first request is answered to anybody. */
  onReady?: (app: App, address: { host: string; port: number }) => Promise<void>;
}): Promise<{ app: App; stopped: Promise<void>; stop: () => Promise<void> }> {
  const { config, log, services } = options;
  const app = await createApp({
    config,
    log,
    databaseUrl: services.databaseUrl,
    redis: services.redis,
  });
  const address = await app.start().catch(async (error) => {
    // Workers that already run would look for a Redis that is about to go, and keep the process.
    await app.stop().catch((err) => log.error({ err }, 'could not stop cleanly'));
    throw error;
  });
  log.info(
    {
      ...address,
      roles: config.roles,
      baseUrl: config.instance.base_url,
      federation: config.federation.mode,
    },
    'ready',
  );
  const paused = (await app.apis.partners.pauses()).find(({ host }) => host === '*');
  if (paused) log.warn({ ...paused }, 'the exchange with all partners is paused');
  await options.onReady?.(app, address);

  let stopping: Promise<void> | null = null;
  const { promise: stopped, resolve } = Promise.withResolvers<void>();

  function stop(): Promise<void> {
    stopping ??= (async () => {
      log.info('stopping: finishing what is under way');
      endAfter(STOP_MS);
      await app.stop();
      await services.stop();
      log.info('stopped');
      resolve();
    })();
    return stopping;
  }

  /** A database or Redis that went first must not keep the process: nothing acknowledged is lost. */
  function endAfter(milliseconds: number): void {
    setTimeout(() => {
      log.error('could not stop in time: ending as it is');
      process.exit(1);
    }, milliseconds).unref();
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stop().catch((error) => {
        log.error({ err: error }, 'could not stop cleanly');
        process.exit(1);
      });
    });
  }
  return { app, stopped, stop };
}
