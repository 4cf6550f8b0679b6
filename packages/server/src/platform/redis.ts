/** Redis: the connections that queues, rate limits and live updates share. */
import { Redis, type RedisOptions } from 'ioredis';

/** Where Redis is: a `redis://` address, or a socket path of the private one. */
export type RedisTarget = { url: string } | { socketPath: string };

/** Options for ioredis; BullMQ's blocking connections need `maxRetriesPerRequest: null`. */
export function redisOptions(target: RedisTarget): RedisOptions {
  const common: RedisOptions = {
    maxRetriesPerRequest: null,
    enableReadyCheck: true,
    retryStrategy: (times) => Math.min(2000, 50 * times),
  };
  if ('socketPath' in target) return { ...common, path: target.socketPath };
  const url = new URL(target.url);
  if (url.protocol === 'unix:') return { ...common, path: url.pathname };
  return {
    ...common,
    host: url.hostname,
    port: url.port ? Number(url.port) : 6379,
    username: decodeURIComponent(url.username) || undefined,
    password: decodeURIComponent(url.password) || undefined,
    db: url.pathname.length > 1 ? Number(url.pathname.slice(1)) : 0,
    tls: url.protocol === 'rediss:' ? {} : undefined,
  };
}

/** Connects, and connects again whenever the connection is lost; `onError` is told each time. */
export function connectRedis(target: RedisTarget, onError: (error: Error) => void): Redis {
  const client = new Redis(redisOptions(target));
  client.on('error', onError);
  return client;
}
