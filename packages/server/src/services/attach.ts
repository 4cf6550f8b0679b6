/** For commands: the services of the server that runs, or private ones for as long as the command takes. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config-schema.ts';
import type { Log } from '../platform/log.ts';
import { inUse } from './data-lock.ts';
import { listens } from './listens.ts';
import { pingRedis } from './ping-redis.ts';
import { isShared, type Services, startUnder, takeFolder } from './services.ts';
import { socketFolder } from './socket-paths.ts';

/** How long a server may take to start, or another command to end. */
const PATIENCE_MS = 30_000;

/**
 * @throws ServiceError with one sentence that says what to do
 */
export async function attachServices(
  config: Config,
  log: Log,
  path: string = process.env.PATH ?? '',
): Promise<Services & { running: boolean }> {
  if (isShared(config))
    return { ...(await startUnder(() => {}, { config, log, path })), running: false };
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const taken = takeFolder(config, 'command');
    if (!('pid' in taken)) {
      return { ...(await startUnder(taken, { config, log, path })), running: false };
    }
    // Another command takes its services with it; a server's stay.
    const found = taken.purpose === 'server' ? await runningServices(config) : null;
    if (found) return { ...found, running: true };
    if (Date.now() > deadline) throw inUse(config.data_dir, taken);
    await wait(50);
  }
}

async function runningServices(config: Config): Promise<Services | null> {
  const sockets = socketFolder(config.data_dir);
  const database = join(sockets, 'mongo.sock');
  const redis = join(sockets, 'redis.sock');
  if (!config.database.url && !(await listens(database))) return null;
  if (!config.redis.url && !(await pingRedis(redis))) return null;
  return {
    databaseUrl: config.database.url ?? `mongodb://${encodeURIComponent(database)}`,
    redis: config.redis.url ? { url: config.redis.url } : { socketPath: redis },
    pids: () => ({}),
    stop: async () => {},
  };
}
