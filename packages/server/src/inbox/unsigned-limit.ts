/**
 * Requests that no signature stands for, by the address that they came from: looking at one
 * costs more than sending it, and the host that it names has no part in it (anybody can name a
 * host). In memory and by each process, since every delivery passes here.
 */
import { isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';

const MINUTE_MS = 60_000;
const MOST_ADDRESSES = 20_000;

export type UnsignedLimit = {
  /** Throws AppError `rate_limited` where this address has sent too many of them in this minute. */
  admit: (address: string) => void;
  /** Counts one that was not signed by whom it names. */
  refused: (address: string) => void;
};

/** @param deps.perMinute 0 is no limit */
export function createUnsignedLimit(deps: { perMinute: number; clock: Clock }): UnsignedLimit {
  const { perMinute, clock } = deps;
  const counts = new LRUCache<string, { minute: number; used: number }>({ max: MOST_ADDRESSES });
  const minuteNow = () => Math.floor(clock.now() / MINUTE_MS);

  function usedBy(network: string): number {
    const count = counts.get(network);
    return count?.minute === minuteNow() ? count.used : 0;
  }

  return {
    admit: (address) => {
      if (perMinute === 0 || usedBy(networkOf(address)) < perMinute) return;
      throw new AppError('rate_limited', 'Too many requests without a signature that holds', {
        retryAfterSeconds: 60,
      });
    },
    refused: (address) => {
      if (perMinute === 0) return;
      const network = networkOf(address);
      counts.set(network, { minute: minuteNow(), used: usedBy(network) + 1 });
    },
  };
}

/** One house has a whole /64 of IPv6 addresses to itself. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const leftOut = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(leftOut).fill('0'), ...after].slice(0, 4).join(':');
}
