/** A private Redis (or Valkey) of this instance: unix socket only, append-only file, never evicting. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../platform/log.ts';
import { findBinary } from './find-binary.ts';
import { pingRedis, shutDownRedis } from './ping-redis.ts';
import { isRunning } from './process-identity.ts';
import { ServiceError } from './service-error.ts';
import { type Child, type Supervised, supervise } from './supervise.ts';

const START_MS = 15_000;
const ASK_EVERY_MS = 10;
const LAST_WORDS_MS = 200;
const REMEMBERED_LINES = 8;

export type PrivateRedis = Supervised & { socketPath: string };

export function findRedisBinary(path: string): string | null {
  return findBinary(['valkey-server', 'redis-server'], path);
}

/**
 * Starts it, keeps it running (a killed one comes back with its data), and stops it when asked.
 *
 * @throws ServiceError with one sentence that says what to do
 */
export async function startPrivateRedis(options: {
  folder: string;
  socketPath: string;
  path: string;
  log: Log;
}): Promise<PrivateRedis> {
  const { folder, socketPath, path, log } = options;
  const binary = findRedisBinary(path);
  if (!binary) {
    throw new ServiceError(
      'No redis-server or valkey-server was found on the PATH: install the package redis-server (Debian: apt-get install redis-server), or set redis.url.',
    );
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pidFile = join(folder, 'redis.pid');
  const settings = redisSettings({ folder, socketPath, pidFile });
  const plain = [binary, ...settings];
  let tie = diesWithParent(path);

  async function launch(): Promise<Child> {
    await endOrphan(socketPath, pidFile);
    if (tie.length === 0) return launchRedis(plain, socketPath);
    try {
      return await launchRedis([...tie, ...plain], socketPath);
    } catch (error) {
      // What ties it is not what we know by this name: from now on without.
      if (!(error instanceof ServiceError && error.message.includes('setpriv:'))) throw error;
      tie = [];
      return launchRedis(plain, socketPath);
    }
  }

  const running = await supervise({ name: 'redis', launch, log });
  return { ...running, socketPath };
}

function redisSettings(where: { folder: string; socketPath: string; pidFile: string }): string[] {
  return [
    ...['--port', '0', '--unixsocket', where.socketPath, '--unixsocketperm', '600'],
    ...['--dir', where.folder, '--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''],
    ...['--maxmemory-policy', 'noeviction', '--loglevel', 'warning', '--daemonize', 'no'],
    ...['--pidfile', where.pidFile],
  ];
}

/**
 * A killed server must not leave its Redis behind. Linux can tie it to its parent: util-linux's
 * `setpriv` sets the signal and becomes Redis, so no process is added. Elsewhere (and with
 * busybox, which lacks the option and says so at once) the next start ends what is left: `endOrphan`.
 */
function diesWithParent(path: string): string[] {
  const setpriv = process.platform === 'linux' ? findBinary(['setpriv'], path) : null;
  return setpriv ? [setpriv, '--pdeathsig', 'TERM'] : [];
}

async function launchRedis(words: string[], socketPath: string): Promise<Child> {
  const [command = '', ...settings] = words;
  // A process group of its own: Ctrl-C is for the server, which still needs Redis to drain.
  const child = spawn(command, settings, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const said = lastLines(child);
  const killOnExit = () => void child.kill('SIGTERM');
  process.on('exit', killOnExit);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  }).finally(() => process.off('exit', killOnExit));

  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  const silent = new Promise((resolve) => child.once('close', resolve));
  const ended = exited.then(async (how) => {
    // Its last words may still be on their way.
    await Promise.race([silent, wait(LAST_WORDS_MS)]);
    throw new ServiceError(`The private Redis did not start (${how}). It said: ${said()}`);
  });
  const enough = new AbortController();
  try {
    await Promise.race([ended, answering(socketPath, enough.signal)]);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    enough.abort();
  }
  return { pid: child.pid ?? 0, exited, stop };
}

/** Remembers the last lines that a child writes, to quote them where it fails. */
function lastLines(child: ChildProcess): () => string {
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    if (!input) continue;
    createInterface({ input }).on('line', (line) => {
      lines.push(line.trim());
      if (lines.length > REMEMBERED_LINES) lines.shift();
    });
  }
  return () => lines.join(' / ') || 'nothing';
}

/**
 * A killed server may have left its Redis behind, or one may be writing its last lines: two
 * on one folder would spoil its file.
 */
async function endOrphan(socketPath: string, pidFile: string): Promise<void> {
  if (await pingRedis(socketPath)) await shutDownRedis(socketPath);
  const deadline = Date.now() + START_MS;
  while ((await pingRedis(socketPath)) || isRunning(readPid(pidFile), /redis|valkey/)) {
    if (Date.now() > deadline) {
      throw new ServiceError(
        `The private Redis of an earlier start (process ${readPid(pidFile)}) does not end; stop it by hand.`,
      );
    }
    await wait(20);
  }
  rmSync(pidFile, { force: true });
}

function readPid(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8').trim());
  } catch {
    return 0;
  }
}

/** Counts tries, not time: while this process loads its modules it cannot hear an answer. */
async function answering(socketPath: string, enough: AbortSignal): Promise<void> {
  for (let left = START_MS / ASK_EVERY_MS; left > 0 && !enough.aborted; left -= 1) {
    if (await pingRedis(socketPath)) return;
    await wait(ASK_EVERY_MS);
  }
  throw new ServiceError('The private Redis did not answer within 15 seconds.');
}
