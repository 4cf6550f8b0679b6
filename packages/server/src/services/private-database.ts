/** The embedded database as a child of this process, started again should it die. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  type EmbeddedMongo,
  FileInUseError,
  startEmbeddedMongo,
} from '@mitoyen/embedded-mongo/start';
import type { Log } from '../platform/log.ts';
import { ServiceError } from './service-error.ts';
import { type Child, type Supervised, supervise } from './supervise.ts';

/**
 * The database of a server that was killed closes its file by itself, within moments. Tries are
 * counted, not time: while this process loads its modules it cannot hear of one that failed.
 */
const TRIES = 40;

export type PrivateDatabase = Supervised & { url: string };

/**
 * What it acknowledged is in its file, so a new one goes on where the old one ended.
 *
 * @throws ServiceError where it cannot start the first time (the file is in use, say)
 */
export async function startPrivateDatabase(options: {
  file: string;
  socketPath: string;
  log: Log;
}): Promise<PrivateDatabase> {
  let url = '';

  async function launch(): Promise<Child> {
    const database = await startWhenFree(options);
    url = database.url;
    return {
      pid: database.pid,
      exited: database.exited.then((code) => (code === null ? 'killed' : `exit code ${code}`)),
      stop: () => database.stop(),
    };
  }

  const running = await supervise({ name: 'database', launch, log: options.log });
  return { ...running, url };
}

async function startWhenFree(where: { file: string; socketPath: string }): Promise<EmbeddedMongo> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await startEmbeddedMongo({ file: where.file, socketPath: where.socketPath });
    } catch (error) {
      if (!(error instanceof FileInUseError) || left <= 1) throw sentence(error);
    }
    await wait(100);
  }
}

function sentence(error: unknown): ServiceError {
  const why = error instanceof Error ? error.message : String(error);
  return new ServiceError(`The embedded database could not start: ${why}`);
}
