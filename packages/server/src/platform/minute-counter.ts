/** Counts by key within the minute of the clock, in memory: bounded, and of this process alone. */
import { createBoundedCache } from './bounded-cache.ts';
import type { Clock } from './clock.ts';

const MINUTE_MS = 60_000;

export type MinuteCounter = {
  /** How often in this minute. */
  used: (key: string) => number;
  add: (key: string, times?: number) => void;
};

/** @param most keys held at once; the ones that were least used lately are forgotten first */
export function createMinuteCounter(clock: Clock, most = 10_000): MinuteCounter {
  const counts = createBoundedCache<string, { minute: number; used: number }>(most);
  const minuteNow = () => Math.floor(clock.now() / MINUTE_MS);

  function used(key: string): number {
    const count = counts.get(key);
    return count?.minute === minuteNow() ? count.used : 0;
  }

  return {
    used,
    add: (key, times = 1) => {
      counts.set(key, { minute: minuteNow(), used: used(key) + times });
    },
  };
}
