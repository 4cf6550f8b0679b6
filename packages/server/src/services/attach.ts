/** For commands: the services of the server that runs, or private ones for as long as the command takes. */
import { join } from 'node:path';
import type { Config } from '../config-schema.ts';
import type { Log } from '../platform/log.ts';
import { listens } from './listens.ts';
import { ping } from './private-redis.ts';
import { type Services, startServices } from './services.ts';
import { socketFolder } from './socket-paths.ts';

export async function attachServices(
  config: Config,
  log: Log,
): Promise<Services & { running: boolean }> {
  const sockets = socketFolder(config.data_dir);
  const database = join(sockets, 'mongo.sock');
  const redis = join(sockets, 'redis.sock');
  const databaseUrl =
    config.database.url ??
    ((await listens(database)) ? `mongodb://${encodeURIComponent(database)}` : null);
  const redisTarget = config.redis.url
    ? { url: config.redis.url }
    : (await ping(redis))
      ? { socketPath: redis }
      : null;
  if (databaseUrl && redisTarget) {
    return {
      databaseUrl,
      redis: redisTarget,
      pids: () => ({}),
      stop: async () => {},
      running: true,
    };
  }
  return { ...(await startServices(config, log)), running: false };
}
