/**
 * What goes to and comes from each partner, for its admin: counted in memory, added to Redis
 * every few seconds, and kept by the hour for a day. What a crash loses are seconds of figures.
 */
import type { Redis } from 'ioredis';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** `refused`: requests in its name whose signature did not hold. */
export type TrafficKind = 'delivered' | 'failed' | 'received' | 'refused';

export type TrafficFigures = Record<TrafficKind, number> & {
  /** Of the deliveries that were taken; null where there was none. */
  medianMs: number | null;
  /** Milliseconds since the epoch; known for some weeks. */
  lastOutAt: number | null;
  lastInAt: number | null;
};

export type HostTraffic = {
  /** @param milliseconds how long a delivery took */
  count: (host: string, kind: TrafficKind, milliseconds?: number) => void;
  /** Of the last 24 hours, all processes together (the others' last seconds left out). */
  ofDay: (hosts: string[]) => Promise<Map<string, TrafficFigures>>;
  close: () => Promise<void>;
};

const HOUR_MS = 3600_000;
const HOURS = 24;
const FLUSH_MS = 5_000;
const KEEP_HOUR_SECONDS = 26 * 3600;
const KEEP_CONTACT_SECONDS = 90 * 24 * 3600;
const KINDS = ['delivered', 'failed', 'received', 'refused'] as const;
const SPAN = /^ms:(-?\d+)$/;

/** Quarters of an octave: a median within a tenth, in a few dozen counters. */
const spanOf = (milliseconds: number) => Math.round(4 * Math.log2(Math.max(1, milliseconds)));
const middleOf = (span: number) => Math.round(2 ** (span / 4));

/** @param deps.isPartner others are not counted, so that nobody fills Redis with names */
export function createHostTraffic(deps: {
  redis: Redis;
  prefix: string;
  clock: Clock;
  log: Log;
  isPartner: (host: string) => boolean;
}): HostTraffic {
  const { redis, clock } = deps;
  const hourKey = (host: string, hour: number) => `{${deps.prefix}}:traffic:${host}:${hour}`;
  const contactKey = (host: string) => `{${deps.prefix}}:contact:${host}`;
  let counts = new Map<string, number>();
  let contacts = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  function add(key: string, field: string): void {
    const name = `${key} ${field}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }

  function count(host: string, kind: TrafficKind, milliseconds?: number): void {
    if (!deps.isPartner(host)) return;
    const now = clock.now();
    const key = hourKey(host, Math.floor(now / HOUR_MS));
    add(key, kind);
    if (milliseconds !== undefined) add(key, `ms:${spanOf(milliseconds)}`);
    if (kind === 'delivered') contacts.set(`${contactKey(host)} out`, now);
    if (kind === 'received') contacts.set(`${contactKey(host)} in`, now);
    timer ??= setTimeout(flush, FLUSH_MS).unref();
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const [added, seen] = [counts, contacts];
    if (added.size + seen.size === 0 || redis.status !== 'ready') return;
    [counts, contacts] = [new Map(), new Map()];
    const batch = redis.pipeline();
    for (const [name, by] of added) {
      const [key = '', field = ''] = name.split(' ');
      batch.hincrby(key, field, by).expire(key, KEEP_HOUR_SECONDS);
    }
    for (const [name, at] of seen) {
      const [key = '', field = ''] = name.split(' ');
      batch.hset(key, field, at).expire(key, KEEP_CONTACT_SECONDS);
    }
    await batch.exec().catch((error) => deps.log.info({ err: error }, 'figures were not kept'));
  }

  async function ofHost(host: string): Promise<TrafficFigures> {
    const hour = Math.floor(clock.now() / HOUR_MS);
    const batch = redis.pipeline().hgetall(contactKey(host));
    for (let back = 0; back < HOURS; back += 1) batch.hgetall(hourKey(host, hour - back));
    const [contact = {}, ...hours] = ((await batch.exec()) ?? []).map(
      ([, value]) => (value ?? {}) as Record<string, string>,
    );
    return { ...totals(hours), lastOutAt: time(contact.out), lastInAt: time(contact.in) };
  }

  return {
    count,
    ofDay: async (hosts) => {
      await flush();
      if (redis.status !== 'ready') return new Map();
      const found = await Promise.all(hosts.map(ofHost));
      return new Map(hosts.map((host, index) => [host, found[index] as TrafficFigures]));
    },
    close: flush,
  };
}

const time = (text: string | undefined) => (text === undefined ? null : Number(text));

function totals(hours: Record<string, string>[]): Record<TrafficKind, number> & {
  medianMs: number | null;
} {
  const sum = new Map<string, number>();
  for (const [field, value] of hours.flatMap((hour) => Object.entries(hour)))
    sum.set(field, (sum.get(field) ?? 0) + Number(value));
  const of = (kind: TrafficKind) => sum.get(kind) ?? 0;
  const [delivered, failed, received, refused] = KINDS.map(of) as [number, number, number, number];
  const spans = [...sum].flatMap(([field, times]): [number, number][] => {
    const span = SPAN.exec(field)?.[1];
    return span === undefined ? [] : [[Number(span), times]];
  });
  return { delivered, failed, received, refused, medianMs: medianOf(spans) };
}

/** Of spans with how often each: the one in the middle. */
function medianOf(spans: [number, number][]): number | null {
  const all = spans.reduce((total, [, times]) => total + times, 0);
  let before = 0;
  for (const [span, times] of spans.toSorted(([a], [b]) => a - b)) {
    before += times;
    if (before * 2 >= all) return middleOf(span);
  }
  return null;
}
