import type { Engine } from './engine.ts';
import { createEmbeddedServer } from './server.ts';
import { FileInUseError, FormatError } from './storage/file-errors.ts';

/**
 * The child process: `node process.ts '{"file": ..., "socketPath": ...}'`. Says `ready`
 * over IPC and goes with its parent: a closed channel ends it, as SIGTERM does.
 */
const options = JSON.parse(process.argv[2] ?? '{}') as Parameters<typeof createEmbeddedServer>[0];

/** How long nothing must have been asked before memory is given back, in milliseconds. */
const QUIET_MS = 2000;
const QUIET_BYTES = 32 * 1024;
/** Traffic after which there is something to give back. */
const WORTHWHILE_BYTES = 4 * 1024 * 1024;

/**
 * What is put off until nothing is asked. Bytes of documents lie outside of the JavaScript heap, so that V8 hardly notices them.
 * After work, once it is quiet, one collection returns what they took.
 */
function tidyUpWhenQuiet({ metrics, store }: Engine): void {
  const { gc } = globalThis as { gc?: () => void };
  if (!gc) return;
  let seen = 0;
  let released = 0;
  const timer = setInterval(() => {
    const bytes = metrics.bytesIn + metrics.bytesOut;
    // Drivers ask for their heartbeat now and then: a few bytes are no work.
    if (bytes - seen < QUIET_BYTES && bytes - released > WORTHWHILE_BYTES) {
      // The log goes into the database now, so that the next rush need not wait for that.
      store.db.exec('PRAGMA wal_checkpoint(PASSIVE); PRAGMA shrink_memory');
      gc();
      released = bytes;
    }
    seen = bytes;
  }, QUIET_MS);
  timer.unref();
}

// Files and the socket are for this user alone from the moment they appear.
process.umask(0o077);

function fail(error: unknown): void {
  const known = error instanceof FileInUseError || error instanceof FormatError;
  const message = error instanceof Error ? error.message : String(error);
  process.send?.({ failed: message, kind: known ? error.constructor.name : 'Error' });
  process.exitCode = 1;
  process.disconnect?.();
}

try {
  const server = await createEmbeddedServer({
    ...options,
    // What started us starts us again: what is on the disk then is what was acknowledged.
    onDiskFailed: (error) => {
      process.stderr.write(`embedded-mongo: the disk failed: ${error.message}\n`);
      process.exit(1);
    },
  });
  let closing = false;
  const close = () => {
    if (closing) return;
    closing = true;
    server.close().then(
      () => process.exit(0),
      (error) => {
        process.stderr.write(`embedded-mongo: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  tidyUpWhenQuiet(server.engine);
  process.on('disconnect', close);
  process.on('SIGTERM', close);
  // Ctrl-C reaches the whole group; the parent decides when its database may go.
  process.on('SIGINT', () => undefined);
  process.send?.({ ready: server.url });
  // The parent may have gone while the file was opened.
  if (process.connected === false) close();
} catch (error) {
  fail(error);
}
