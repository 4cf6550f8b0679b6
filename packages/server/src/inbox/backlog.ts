/**
 * Back-pressure: accepting outruns processing, so what waits is bounded, in all and for
 * each host, and so is the rate of one host. Past a bound the sender is told when to come back.
 */

import type { Config } from '../config-schema.ts';
import { AppError } from '../platform/app-error.ts';
import { createBoundedCache } from '../platform/bounded-cache.ts';
import type { Clock } from '../platform/clock.ts';
import { createMinuteCounter } from '../platform/minute-counter.ts';
import type { ReceiptStore } from './receipt-store.ts';

const COUNT_MS = 1000;
const RETRY_SECONDS = 30;
/** An activity is nearly never larger. */
const USUAL_BYTES = 16_384;

export type Backlog = {
  /** Throws AppError `unavailable` or `rate_limited` while there is too much. Counts nothing. */
  admit: (host: string) => Promise<void>;
  /**
   * Counts one of this host, which has signed it, and throws AppError `rate_limited` past the
   * limit. A large one counts as several: what waits takes room.
   */
  charge: (host: string, bytes: number) => void;
  added: (host: string) => void;
};

type Count = { at: number; waiting: number };

export function createBacklog(deps: {
  config: Config;
  clock: Clock;
  receipts: ReceiptStore;
}): Backlog {
  const { clock, receipts } = deps;
  const { inbox_backlog, inbox_backlog_per_host, inbox_per_minute_per_host } = deps.config.limits;
  // Bounded: a host that sends from many names cannot grow these.
  const counts = createBoundedCache<string, Count>(5000);
  const rates = createMinuteCounter(clock, 5000);

  async function waiting(key: string, count: () => Promise<number>): Promise<number> {
    const known = counts.get(key);
    if (known && clock.now() - known.at < COUNT_MS) return known.waiting;
    const fresh = { at: clock.now(), waiting: await count() };
    counts.set(key, fresh);
    return fresh.waiting;
  }

  function refuseSpent(host: string): void {
    if (inbox_per_minute_per_host === 0 || rates.used(host) < inbox_per_minute_per_host) return;
    throw new AppError('rate_limited', 'Too many activities in one minute', {
      retryAfterSeconds: 60,
    });
  }

  return {
    charge: (host, bytes) => {
      refuseSpent(host);
      rates.add(host, Math.max(1, Math.ceil(bytes / USUAL_BYTES)));
    },
    admit: async (host) => {
      // Spares the look at the signature where the host has used up its minute by good ones.
      refuseSpent(host);
      const inAll = await waiting('*', receipts.backlog);
      const all = inbox_backlog > 0 && inAll >= inbox_backlog;
      const own =
        inbox_backlog_per_host > 0 &&
        // No host has more waiting than all together.
        inAll >= inbox_backlog_per_host &&
        (await waiting(host, () => receipts.backlogOf(host))) >= inbox_backlog_per_host;
      if (all || own) {
        throw new AppError('unavailable', 'Too much is waiting to be processed', {
          retryAfterSeconds: RETRY_SECONDS,
        });
      }
    },
    added: (host) => {
      for (const key of ['*', host]) {
        const count = counts.get(key);
        if (count) count.waiting += 1;
      }
    },
  };
}
