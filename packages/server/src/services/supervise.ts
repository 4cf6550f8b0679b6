/** Keeps a child of this process running: started again, after a growing pause, should it die. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../platform/log.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
/** A child that ran this long was well: what killed it was not its start. */
const WELL_MS = 10_000;

export type Child = {
  pid: number;
  /** Settles when the process has ended, with what is known of how. */
  exited: Promise<string>;
  stop: () => Promise<void>;
};

export type Supervised = { pid: () => number | undefined; stop: () => Promise<void> };

/** @throws whatever `launch` throws the first time; later failures are logged and tried again */
export async function supervise(options: {
  name: string;
  launch: () => Promise<Child>;
  log: Log;
}): Promise<Supervised> {
  const { name, launch, log } = options;
  const stopping = new AbortController();
  let child: Child | null = await launch();
  const watching = watch();

  async function watch(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!stopping.signal.aborted) {
      if (child) {
        const started = performance.now();
        const how = await child.exited;
        child = null;
        if (stopping.signal.aborted) return;
        if (performance.now() - started > WELL_MS) pause = FIRST_PAUSE_MS;
        log.error({ service: name, how }, 'a private service ended and is started again');
      }
      await wait(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
      if (!stopping.signal.aborted) await again();
    }
  }

  async function again(): Promise<void> {
    try {
      child = await launch();
      log.warn({ service: name, pid: child.pid }, 'a private service runs again');
      // Told to stop while it was starting.
      if (stopping.signal.aborted) await child.stop();
    } catch (error) {
      log.error({ service: name, err: error }, 'a private service does not start');
    }
  }

  return {
    pid: () => child?.pid,
    stop: async () => {
      stopping.abort();
      await child?.stop();
      await watching;
    },
  };
}
