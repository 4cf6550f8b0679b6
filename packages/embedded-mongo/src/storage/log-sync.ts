import { closeSync, openSync } from 'node:fs';
import { MongoError } from '../errors.ts';

/**
 * Makes commits durable without standing still: SQLite writes its log and goes on, and
 * the log is flushed to the disk beside the next pieces of work. One flush serves all
 * commits that came before it began.
 */
export interface LogSync {
  /** A commit has been written to the log. */
  wrote(): void;
  /** Calls back once every commit so far is on the disk (at once where it is), or with why it is not. */
  whenSafe(done: (error?: Error) => void): void;
  close(): void;
}

/** What `fs.fdatasync` does. */
export type Flush = (fd: number, done: (error: Error | null) => void) => void;

/**
 * @param file the log; null where nothing is on a disk
 * @param onFailed the disk did not take what it was given. What the system still holds of it
 *   cannot be flushed again (Linux drops it), so nothing is acknowledged from then on.
 */
export function createLogSync(
  file: string | null,
  onFailed: (error: Error) => void,
  flush: Flush,
): LogSync {
  if (file === null) return { wrote() {}, whenSafe: (done) => done(), close() {} };
  // SQLite keeps the log as long as the database is open, and locks another file.
  const fd = openSync(file, 'r+');
  let written = 0;
  let safe = 0;
  let flushing = false;
  let failure: Error | undefined;
  let waiting: { upTo: number; done: (error?: Error) => void }[] = [];

  function start(): void {
    flushing = true;
    const upTo = written;
    flush(fd, (error) => {
      flushing = false;
      if (error) return fail(error);
      safe = upTo;
      const ready = waiting.filter((one) => one.upTo <= safe);
      waiting = waiting.filter((one) => one.upTo > safe);
      if (waiting.length > 0) start();
      for (const { done } of ready) done();
    });
  }

  function fail({ message }: Error): void {
    failure = new MongoError('OutOfDiskSpace', `the database cannot write: ${message}`);
    const lost = waiting;
    waiting = [];
    for (const { done } of lost) done(failure);
    onFailed(failure);
  }

  return {
    wrote() {
      written++;
    },
    whenSafe(done) {
      if (failure) return done(failure);
      if (safe >= written) return done();
      waiting.push({ upTo: written, done });
      if (!flushing) start();
    },
    close: () => closeSync(fd),
  };
}
