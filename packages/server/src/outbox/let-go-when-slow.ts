/**
 * A job of many deliveries must not wait for the slowest host: what has not ended soon goes
 * on by itself, and the job makes room for the next. Each delivery keeps its own state in the
 * database, so that a crash meanwhile loses nothing.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../platform/log.ts';

/** A host that has answered by now is healthy. */
const SOON_MS = 150;
/** Attempts that may go on by themselves at once: each holds a socket and a body. */
const MOST_SLOW = 500;

export type LetGoWhenSlow = {
  /** Resolves when all have ended, or soon; rejects where one fails until then. */
  run: (attempts: Promise<void>[]) => Promise<void>;
  /** Waits for those that go on by themselves, but no longer than this. */
  drain: (milliseconds: number) => Promise<void>;
};

/** `track` is told of each attempt that goes on by itself: it is still work to be done. */
export function createLetGoWhenSlow(deps: {
  log: Log;
  track: (attempt: Promise<void>) => void;
}): LetGoWhenSlow {
  const slow = new Set<Promise<void>>();

  function letGo(attempt: Promise<void>): void {
    const alone = attempt
      .catch((error) => deps.log.warn({ err: error }, 'a slow delivery waits for the sweep'))
      .finally(() => slow.delete(alone));
    slow.add(alone);
    deps.track(alone);
  }

  return {
    run: async (attempts) => {
      const open = new Set(attempts);
      const ended = Promise.all(
        attempts.map((attempt) => attempt.finally(() => open.delete(attempt))),
      );
      // The rejection of one that was let go is told there.
      ended.catch(() => undefined);
      await within(ended, SOON_MS);
      for (const attempt of open) letGo(attempt);
      while (slow.size > MOST_SLOW) await Promise.race(slow);
    },
    drain: async (milliseconds) => {
      await within(Promise.all(slow), milliseconds);
    },
  };
}

/** Resolves when the work has ended or this time has passed; rejects where the work fails before. */
async function within(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const timer = new AbortController();
  const passed = wait(milliseconds, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([work, passed]).finally(() => timer.abort());
}
