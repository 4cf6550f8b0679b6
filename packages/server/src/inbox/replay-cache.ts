/**
 * Signatures that were used, shared by all processes for as long as their date lets them count.
 * An activity is marked only once its receipt is durable, so a sender whose answer was lost is
 * never turned away; a signed GET is good for a moment after its first use, because two
 * processes of one server may ask the same in the same second.
 */
import { createHash } from 'node:crypto';
import { SIGNATURE_FUTURE_MS, SIGNATURE_PAST_MS } from '@mitoyen/federation';
import type { Redis } from 'ioredis';
import type { Clock } from '../platform/clock.ts';
import { createCoalescer } from '../platform/coalesce.ts';
import type { Log } from '../platform/log.ts';

const KEEP_SECONDS = Math.ceil((SIGNATURE_PAST_MS + SIGNATURE_FUTURE_MS) / 1000);
const GET_AGAIN_MS = 60_000;
/** Accepting goes on without Redis: the receipts alone then tell a second delivery. */
const LONGEST_WAIT_MS = 500;

export type ReplayCache = {
  /** Whether an activity was accepted under this signature. */
  wasUsed: (host: string, signature: Buffer) => Promise<boolean>;
  /** Call when the activity is stored. */
  markUsed: (host: string, signature: Buffer) => void;
  /** Counts a use by a GET; false where its first use is too long ago. */
  mayRead: (host: string, signature: Buffer) => Promise<boolean>;
};

export function createReplayCache(deps: {
  redis: Redis;
  clock: Clock;
  log: Log;
  prefix: string;
}): ReplayCache {
  const { redis, clock, log } = deps;

  const read = createCoalescer(async (keys: string[]) => {
    const values = await orNothing(redis.mget(keys));
    return keys.map((_, index) => ({ ok: true as const, value: values?.[index] ?? null }));
  });

  const write = createCoalescer(async (keys: string[]) => {
    const batch = redis.pipeline();
    for (const key of keys) batch.set(key, '1', 'EX', KEEP_SECONDS);
    await orNothing(batch.exec());
    return keys.map(() => ({ ok: true as const, value: undefined }));
  });

  /** When each was first used: now, where it never was. */
  const claim = createCoalescer(async (keys: string[]) => {
    const now = clock.now();
    const batch = redis.pipeline();
    for (const key of keys) batch.set(key, String(now), 'EX', KEEP_SECONDS, 'NX').get(key);
    const results = await orNothing(batch.exec());
    return keys.map((_, index) => {
      const first = results?.[2 * index + 1]?.[1];
      return { ok: true as const, value: typeof first === 'string' ? Number(first) : now };
    });
  });

  async function orNothing<T>(asked: Promise<T>): Promise<T | null> {
    const { promise, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(resolve, LONGEST_WAIT_MS, null);
    try {
      return await Promise.race([asked, promise]);
    } catch (error) {
      log.warn({ err: error }, 'used signatures cannot be looked up');
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ninety-six bits tell apart what one host can send in an hour. */
  function keyOf(kind: string, host: string, signature: Buffer): string {
    const hash = createHash('sha256').update(host).update('\0').update(signature).digest();
    return `{${deps.prefix}}:${kind}:${hash.subarray(0, 12).toString('base64url')}`;
  }

  const answers = () => redis.status === 'ready';

  return {
    wasUsed: async (host, signature) =>
      answers() && (await read(keyOf('sent', host, signature))) !== null,
    markUsed: (host, signature) => {
      if (!answers()) return;
      write(keyOf('sent', host, signature)).catch((error) =>
        log.warn({ err: error }, 'a used signature was not marked'),
      );
    },
    mayRead: async (host, signature) => {
      if (!answers()) return true;
      const first = await claim(keyOf('read', host, signature));
      return clock.now() - first <= GET_AGAIN_MS;
    },
  };
}
