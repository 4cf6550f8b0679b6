import { createEmbeddedServer } from './server.ts';
import { FileInUseError, FormatError } from './storage/store.ts';

/**
 * The child process: `node process.ts '{"file": ..., "socketPath": ...}'`. Says `ready`
 * over IPC and goes with its parent: a closed channel ends it, as SIGTERM does.
 */
const options = JSON.parse(process.argv[2] ?? '{}') as Parameters<typeof createEmbeddedServer>[0];

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
  const server = await createEmbeddedServer(options);
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
  process.on('disconnect', close);
  process.on('SIGTERM', close);
  // Ctrl-C reaches the whole group; the parent decides when its database may go.
  process.on('SIGINT', () => undefined);
  process.send?.({ ready: server.url });
} catch (error) {
  fail(error);
}
