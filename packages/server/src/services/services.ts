/** The database and Redis of this instance: those that the configuration names, else private ones. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config-schema.ts';
import type { Log } from '../platform/log.ts';
import type { RedisTarget } from '../platform/redis.ts';
import { cannotWrite, inUse, type Purpose, takeDataFolder } from './data-lock.ts';
import { startPrivateDatabase } from './private-database.ts';
import { startPrivateRedis } from './private-redis.ts';
import { ServiceError } from './service-error.ts';
import { socketFolder } from './socket-paths.ts';

export type Services = {
  databaseUrl: string;
  redis: RedisTarget;
  /** Process ids of what was started here, by name. */
  pids: () => Record<string, number | undefined>;
  stop: () => Promise<void>;
};

/** How long a command that is at work on the folder may take to end. */
const PATIENCE_MS = 30_000;

/**
 * For a server: its services, until it stops them.
 *
 * @throws ServiceError with one sentence that says what to do
 */
export async function startServices(
  config: Config,
  log: Log,
  path: string = process.env.PATH ?? '',
): Promise<Services> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const taken = takeFolder(config, 'server');
    if (!('pid' in taken)) return startUnder(taken, { config, log, path });
    if (taken.purpose === 'server' || Date.now() > deadline) throw inUse(config.data_dir, taken);
    await wait(50);
  }
}

/** Whether nothing but the configured services is used, so that several processes may share the folder. */
export function isShared(config: Config): boolean {
  return Boolean(config.database.url && config.redis.url);
}

/** Web and worker processes share a data folder; private services belong to one process. */
export function takeFolder(config: Config, purpose: Purpose): ReturnType<typeof takeDataFolder> {
  try {
    mkdirSync(config.data_dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotWrite(config.data_dir, error);
  }
  return isShared(config) ? () => {} : takeDataFolder(config.data_dir, purpose);
}

/** Starts what is private, both at once; whatever happens, the folder is let go in the end. */
export async function startUnder(
  unlock: () => void,
  options: { config: Config; log: Log; path: string },
): Promise<Services> {
  const { config, log, path } = options;
  const { data_dir: dataDir, database, redis } = config;
  const sockets = isShared(config) ? '' : ownSockets(dataDir, unlock);
  const [startedDatabase, startedRedis] = await Promise.allSettled([
    database.url
      ? null
      : startPrivateDatabase({
          file: join(dataDir, 'mitoyen.db'),
          socketPath: join(sockets, 'mongo.sock'),
          log,
        }),
    redis.url
      ? null
      : startPrivateRedis({
          folder: join(dataDir, 'redis'),
          socketPath: join(sockets, 'redis.sock'),
          path,
          log,
        }),
  ]);
  const ownDatabase = startedDatabase.status === 'fulfilled' ? startedDatabase.value : null;
  const ownRedis = startedRedis.status === 'fulfilled' ? startedRedis.value : null;

  async function stop(): Promise<void> {
    try {
      await Promise.all([ownRedis?.stop(), ownDatabase?.stop()]);
    } finally {
      unlock();
    }
  }

  for (const one of [startedDatabase, startedRedis]) {
    if (one.status === 'fulfilled') continue;
    await stop();
    throw one.reason;
  }
  return {
    databaseUrl: database.url ?? ownDatabase?.url ?? '',
    redis: ownRedis ? { socketPath: ownRedis.socketPath } : { url: redis.url ?? '' },
    pids: () => ({
      ...(ownDatabase && { database: ownDatabase.pid() }),
      ...(ownRedis && { redis: ownRedis.pid() }),
    }),
    stop,
  };
}

function ownSockets(dataDir: string, unlock: () => void): string {
  try {
    return socketFolder(dataDir);
  } catch (error) {
    unlock();
    throw error instanceof ServiceError ? error : cannotWrite(dataDir, error);
  }
}
