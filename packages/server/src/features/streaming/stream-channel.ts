/** The channel in Redis through which every process that serves apps hears what happened in any. */

import type { Kit } from '../../kit.ts';
import { createCoalescer } from '../../platform/coalesce.ts';
import type { Log } from '../../platform/log.ts';
import type { StreamMessage } from './stream-message.ts';

export type StreamChannel = {
  /** Never throws, and is not waited for: a live update that is lost is read again by the app. */
  send: (message: StreamMessage) => void;
  /** Waits for what is on its way: a command that cut somebody off must not end before it was told. */
  flush: () => Promise<void>;
  /** Resolves when listening. `lost` is told after each time that something may have been missed. */
  listen: (take: (message: StreamMessage) => void, lost: () => void) => Promise<void>;
};

/** Redis that does not answer in this time would not later. */
const FLUSH_MS = 2000;

export function createStreamChannel(deps: {
  redis: Kit['redis'];
  log: Log;
  name: string;
}): StreamChannel {
  const { redis, log, name } = deps;

  const onTheWay = new Set<Promise<unknown>>();
  const publish = createCoalescer(async (messages: StreamMessage[]) => {
    await redis.publish(name, JSON.stringify(messages));
    return messages.map(() => ({ ok: true as const, value: undefined }));
  });

  return {
    send: (message) => {
      const sending = publish(message)
        .catch((error) => log.warn({ err: error }, 'a live update was not sent'))
        .finally(() => onTheWay.delete(sending));
      onTheWay.add(sending);
    },
    flush: async () => {
      const patience = new Promise((resolve) => {
        setTimeout(resolve, FLUSH_MS).unref();
      });
      await Promise.race([Promise.all(onTheWay), patience]);
    },
    listen: async (take, lost) => {
      const subscriber = redis.duplicate();
      // The platform closes its connection when the app stops; this one follows it.
      redis.once('end', () => subscriber.disconnect());
      subscriber.on('error', (error) => log.warn({ err: error }, 'stream listener error'));
      // Only our own processes write here.
      subscriber.on('message', (_, text: string) => {
        for (const message of JSON.parse(text) as StreamMessage[]) take(message);
      });
      await subscriber.subscribe(name);
      subscriber.on('ready', lost);
    },
  };
}
