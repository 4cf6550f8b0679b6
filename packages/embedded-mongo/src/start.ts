import { fork } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileInUseError, FormatError } from './storage/file-errors.ts';

export interface StartOptions {
  /** Path of the SQLite file; its directory must exist. */
  file: string;
  /** Path of the unix socket (at most 100 bytes). */
  socketPath: string;
  /** Page cache in MiB (default 10). */
  cacheMiB?: number;
  ttlIntervalMs?: number;
}

export interface EmbeddedMongo {
  /** Connection string for the official driver. */
  readonly url: string;
  readonly pid: number;
  /** Settles with the exit code when the process has ended, for whatever reason. */
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

/**
 * Starts the database in a child process and waits until it listens. The child ends with
 * this process, however that ends. Throws FileInUseError when the file is taken.
 */
export async function startEmbeddedMongo(options: StartOptions): Promise<EmbeddedMongo> {
  const child = fork(
    fileURLToPath(new URL('process.ts', import.meta.url)),
    [JSON.stringify(options)],
    {
      // The heap holds no data, only what is under way: with a young generation of 1 MiB (which is
      // what `--optimize-for-size` makes of it) a quarter of the time was spent collecting it.
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        '--expose-gc',
        '--max-semi-space-size=8',
        '--v8-pool-size=1',
      ],
      env: { ...process.env, ...childEnvironment(options.file) },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('message', (message) => {
      const { ready, failed, kind } = message as { ready?: string; failed?: string; kind?: string };
      if (ready !== undefined) resolve(ready);
      else reject(failure(kind, failed ?? 'the embedded database did not start'));
    });
    child.once('exit', (code) =>
      reject(new Error(`the embedded database ended with code ${code}`)),
    );
  });
  return {
    url,
    pid: child.pid!,
    exited,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/**
 * Compiled modules are kept beside the database: a start then neither strips types nor
 * loads what strips them, which saves 30 MB and most of the time. One malloc arena keeps
 * what is freed from being held back.
 */
function childEnvironment(file: string): Record<string, string> {
  const own: Record<string, string> = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '1048576' };
  if (!process.env.NODE_COMPILE_CACHE && file !== ':memory:') {
    own.NODE_COMPILE_CACHE = join(dirname(file), 'compile-cache');
  }
  return own;
}

export { FileInUseError };

function failure(kind: string | undefined, message: string): Error {
  if (kind === 'FileInUseError') return new FileInUseError(message);
  if (kind === 'FormatError') return new FormatError(message);
  return new Error(message);
}
