/** The embedded database as a child of this process, started again should it die. */
import { setTimeout as wait } from 'node:timers/promises';
import { type EmbeddedMongo, startEmbeddedMongo } from '@mitoyen/embedded-mongo';
import type { Log } from '../platform/log.ts';
import { ServiceError } from './service-error.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export type PrivateDatabase = { url: string; pid: () => number; stop: () => Promise<void> };

/** @throws ServiceError where it cannot start the first time (the file is in use, say) */
export async function startPrivateDatabase(options: {
  file: string;
  socketPath: string;
  log: Log;
}): Promise<PrivateDatabase> {
  const { file, socketPath, log } = options;
  let current = await first();
  let stopping = false;

  async function first(): Promise<EmbeddedMongo> {
    try {
      return await startEmbeddedMongo({ file, socketPath });
    } catch (error) {
      throw new ServiceError(
        `The embedded database could not start: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** What it acknowledged is in its file, so a new one goes on where the old one ended. */
  async function watch(): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; ; ) {
      const code = await current.exited;
      if (stopping) return;
      log.error({ code }, 'the embedded database ended and is started again');
      try {
        current = await startEmbeddedMongo({ file, socketPath });
        pause = FIRST_PAUSE_MS;
      } catch (error) {
        log.error({ err: error }, 'the embedded database does not start');
        await wait(pause);
        pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
      }
    }
  }

  void watch();
  return {
    url: current.url,
    pid: () => current.pid,
    stop: async () => {
      stopping = true;
      await current.stop();
    },
  };
}
