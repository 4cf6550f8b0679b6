/**
 * The policy in every process's memory. A change is written to the database first, then
 * announced through Redis; `changed` resolves when every process has read it anew, so that
 * what is revoked is refused everywhere by the time the command returns.
 */
import { normaliseHost } from '@mitoyen/protocol';
import type { Redis } from 'ioredis';
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Policy } from './partners.ts';
import { EVERYBODY } from './pause-store.ts';
import { isBlocked, type PolicyFacts, permits, permitsAgreement, restrictionOf } from './policy.ts';

export type HeldPolicy = {
  policy: Policy;
  /** Reads the facts and listens for changes. */
  start: () => Promise<void>;
  /** Has every process read the facts anew, and waits for them (two seconds at most). */
  changed: () => Promise<void>;
  /** Allows agreement traffic with a host while an admin's command looks at it. */
  whileReviewing: <T>(host: string, work: () => Promise<T>) => Promise<T>;
};

/** A process that does not answer in this time is stuck or gone; it reads anew when it is back. */
const ANSWER_MS = 2000;
const DAY_MS = 24 * 3600_000;

export function createHeldPolicy(deps: {
  redis: Redis;
  clock: Clock;
  log: Log;
  nextId: () => string;
  channel: string;
  /** What is true before the first read: nothing is allowed. */
  empty: PolicyFacts;
  readFacts: () => Promise<PolicyFacts>;
  knock: (host: string) => Promise<void>;
}): HeldPolicy {
  const { redis, clock, log, channel } = deps;
  const answers = `${channel}:read`;
  const waiting = new Map<string, () => void>();
  const reviewing = new Map<string, number>();
  const normal = createBoundedCache<string, { host: string | null }>(10_000);
  let facts = deps.empty;
  let reading: Promise<void> | null = null;
  let again: Promise<void> | null = null;

  function normalise(raw: string): string | null {
    let found = normal.get(raw);
    if (!found) {
      found = { host: normaliseHost(raw) };
      normal.set(raw, found);
    }
    return found.host;
  }

  async function readOnce(): Promise<void> {
    facts = await deps.readFacts();
  }

  /** A read that starts after this call: one under way may have missed the change. */
  function read(): Promise<void> {
    if (!reading) {
      reading = readOnce().finally(() => {
        reading = null;
      });
      return reading;
    }
    again ??= reading
      .catch(() => {})
      .then(() => {
        again = null;
        return read();
      });
    return again;
  }

  async function listen(): Promise<void> {
    const subscriber = redis.duplicate();
    // The platform closes its connection when the app stops; this one follows it.
    redis.once('end', () => subscriber.disconnect());
    subscriber.on('error', (error) => log.warn({ err: error }, 'policy listener error'));
    subscriber.on('message', (on: string, message: string) => {
      if (on === answers) waiting.get(message)?.();
      else readAndAnswer(message);
    });
    await subscriber.subscribe(channel, answers);
    // What was announced while the connection was down is caught up with.
    subscriber.on('ready', () => readAndAnswer(null));
  }

  function readAndAnswer(message: string | null): void {
    read()
      .then(() => (message === null ? 0 : redis.publish(answers, message)))
      .catch((error) => log.error({ err: error }, 'the policy could not be read anew'));
  }

  async function changed(): Promise<void> {
    const id = deps.nextId();
    const { promise: heard, resolve } = Promise.withResolvers<void>();
    let answered = 0;
    let expected = Number.POSITIVE_INFINITY;
    waiting.set(id, () => {
      answered += 1;
      if (answered >= expected) resolve();
    });
    const timeout = setTimeout(resolve, ANSWER_MS);
    try {
      expected = await redis.publish(channel, id);
      if (answered >= expected) resolve();
      await Promise.all([heard, read()]);
      if (answered < expected)
        log.warn({ answered, expected }, 'a process did not read the policy');
    } finally {
      clearTimeout(timeout);
      waiting.delete(id);
    }
  }

  return {
    start: async () => {
      await listen();
      await read();
    },
    changed,
    whileReviewing: async (host, work) => {
      reviewing.set(host, (reviewing.get(host) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const left = (reviewing.get(host) ?? 1) - 1;
        if (left > 0) reviewing.set(host, left);
        else reviewing.delete(host);
      }
    },
    policy: {
      allows: (raw, scope, groupId) => {
        const host = normalise(raw);
        if (host === null) return false;
        return permits(facts, {
          host,
          now: clock.now(),
          ...(scope && { scope }),
          ...(groupId !== undefined && { groupId }),
        });
      },
      allowsAgreement: (raw) => {
        const host = normalise(raw);
        return host !== null && permitsAgreement(facts, host, (one) => reviewing.has(one));
      },
      knock: async (raw) => {
        const host = normalise(raw);
        if (host !== null && host !== facts.ownHost) await deps.knock(host);
      },
      partnerName: (raw) => {
        const host = normalise(raw);
        return (host !== null && facts.active.get(host)?.name) || null;
      },
      isBlocked: (raw) => isBlocked(facts.blocked, normalise(raw) ?? raw),
      mode: () => facts.mode,
      pausedSince: (raw) => {
        if (facts.paused.size === 0) return null;
        return facts.paused.get(normalise(raw) ?? raw) ?? facts.paused.get(EVERYBODY) ?? null;
      },
      restriction: (raw) => {
        const host = normalise(raw);
        return host === null ? null : restrictionOf(facts.restricted, host);
      },
      oldestCopy: (raw) => {
        const host = normalise(raw);
        const days = host === null ? undefined : facts.active.get(host)?.limits.copyDays;
        return days ? clock.now() - days * DAY_MS : null;
      },
      copyLevel: (raw) => {
        const host = normalise(raw);
        return (host !== null && facts.active.get(host)?.limits.copyLevel) || 'full';
      },
      mediaBytes: (raw) => {
        const host = normalise(raw);
        return (host !== null && facts.active.get(host)?.limits.mediaBytes) || null;
      },
    },
  };
}
