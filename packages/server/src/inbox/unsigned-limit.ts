/**
 * Requests that no signature stands for, by the address that they came from: looking at one
 * costs more than sending it, and the host that it names has no part in it (anybody can name a
 * host). In memory and by each process, since every delivery passes here.
 */
import { isIPv6 } from 'node:net';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import { createMinuteCounter } from '../platform/minute-counter.ts';

const MOST_ADDRESSES = 20_000;

export type UnsignedLimit = {
  /** Throws AppError `rate_limited` where this address has sent too many of them in this minute. */
  admit: (address: string) => void;
  /** Counts one that was not signed by whom it names. */
  refused: (address: string) => void;
};

/** @param deps.perMinute 0 is no limit */
export function createUnsignedLimit(deps: { perMinute: number; clock: Clock }): UnsignedLimit {
  const { perMinute } = deps;
  const counts = createMinuteCounter(deps.clock, MOST_ADDRESSES);

  return {
    admit: (address) => {
      if (perMinute === 0 || counts.used(networkOf(address)) < perMinute) return;
      throw new AppError('rate_limited', 'Too many requests without a signature that holds', {
        retryAfterSeconds: 60,
      });
    },
    refused: (address) => {
      if (perMinute > 0) counts.add(networkOf(address));
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
