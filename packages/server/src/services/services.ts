/** The database and Redis of this instance: those that the configuration names, else private ones. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config-schema.ts';
import type { Log } from '../platform/log.ts';
import type { RedisTarget } from '../platform/redis.ts';
import { lockDataFolder } from './data-lock.ts';
import { startPrivateDatabase } from './private-database.ts';
import { startPrivateRedis } from './private-redis.ts';
import { socketFolder } from './socket-paths.ts';

export type Services = {
  databaseUrl: string;
  redis: RedisTarget;
  /** Process ids of what was started here, by name. */
  pids: () => Record<string, number | undefined>;
  stop: () => Promise<void>;
};

/** @throws ServiceError with one sentence that says what to do */
export async function startServices(
  config: Config,
  log: Log,
  path: string = process.env.PATH ?? '',
): Promise<Services> {
  mkdirSync(config.data_dir, { recursive: true, mode: 0o700 });
  const sockets = socketFolder(config.data_dir);
  // Web and worker processes share a data folder; private services belong to one process.
  const isPrivate = !config.database.url || !config.redis.url;
  const unlock = isPrivate ? lockDataFolder(config.data_dir, sockets) : () => {};
  const database = config.database.url
    ? null
    : await startPrivateDatabase({
        file: join(config.data_dir, 'mitoyen.db'),
        socketPath: join(sockets, 'mongo.sock'),
        log,
      });
  try {
    const redis = config.redis.url
      ? null
      : await startPrivateRedis({
          folder: join(config.data_dir, 'redis'),
          socketPath: join(sockets, 'redis.sock'),
          path,
          log,
        });
    return {
      databaseUrl: config.database.url ?? database?.url ?? '',
      redis: redis ? { socketPath: redis.socketPath } : { url: config.redis.url ?? '' },
      pids: () => ({
        ...(database && { database: database.pid() }),
        ...(redis && { redis: redis.pid() }),
      }),
      stop: async () => {
        await redis?.stop();
        await database?.stop();
        unlock();
      },
    };
  } catch (error) {
    await database?.stop();
    unlock();
    throw error;
  }
}
