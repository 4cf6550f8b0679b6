/** A private Redis (or Valkey) of this instance: unix socket only, append-only file, never evicting. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../platform/log.ts';
import { ServiceError } from './service-error.ts';

const BINARIES = ['valkey-server', 'redis-server'];
const START_MS = 15_000;
const LONGEST_PAUSE_MS = 5_000;

export type PrivateRedis = {
  socketPath: string;
  pid: () => number | undefined;
  stop: () => Promise<void>;
};

/** The path of the first of the binaries on PATH, or null. */
export function findRedisBinary(path: string): string | null {
  for (const folder of path.split(delimiter)) {
    for (const binary of BINARIES) {
      const candidate = join(folder, binary);
      try {
        accessSync(candidate, constants.X_OK);
        return candidate;
      } catch {
        // Not here; look further.
      }
    }
  }
  return null;
}

/** Starts it, keeps it running (a killed one comes back with its data), and stops it when asked. */
export async function startPrivateRedis(options: {
  folder: string;
  socketPath: string;
  path: string;
  log: Log;
}): Promise<PrivateRedis> {
  const binary = findRedisBinary(options.path);
  if (!binary) {
    throw new ServiceError(
      'No redis-server or valkey-server was found on the PATH: install the package redis-server (Debian: apt-get install redis-server), or set redis.url.',
    );
  }
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  await endOrphan(options.socketPath);
  let child: ChildProcess | undefined;
  let stopping = false;
  let pause = 100;

  function launch(): void {
    child = spawn(binary as string, redisArguments(options), {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr?.on('data', (text: Buffer) =>
      options.log.warn({ redis: text.toString().trim() }, 'redis says'),
    );
    child.on('exit', (code, signal) => {
      if (stopping) return;
      options.log.warn({ code, signal }, 'the private Redis ended and is started again');
      setTimeout(launch, pause).unref();
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
    });
  }

  launch();
  process.on('exit', () => child?.kill('SIGTERM'));
  await answering(options.socketPath);
  return {
    socketPath: options.socketPath,
    pid: () => child?.pid,
    stop: async () => {
      stopping = true;
      const ending = child;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.kill('SIGTERM');
      await ended;
    },
  };
}

/** A server that was killed leaves its Redis behind; two on one folder would spoil its file. */
async function endOrphan(socketPath: string): Promise<void> {
  if (!(await ping(socketPath))) return;
  await new Promise<void>((resolve) => {
    const socket = connect(socketPath, () => socket.write('SHUTDOWN\r\n'));
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
  const deadline = Date.now() + START_MS;
  while (await ping(socketPath)) {
    if (Date.now() > deadline)
      throw new ServiceError(
        'The private Redis of an earlier start does not end; stop it by hand.',
      );
    await wait(20);
  }
}

function redisArguments({ folder, socketPath }: { folder: string; socketPath: string }): string[] {
  return [
    ...['--port', '0', '--unixsocket', socketPath, '--unixsocketperm', '600'],
    ...['--dir', folder, '--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''],
    ...['--maxmemory-policy', 'noeviction', '--loglevel', 'warning', '--daemonize', 'no'],
  ];
}

async function answering(socketPath: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (await ping(socketPath)) return;
    await wait(20);
  }
  throw new ServiceError('The private Redis did not start within 15 seconds; see the lines above.');
}

/** Whether a Redis answers PING on this socket. */
export function ping(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => done(false));
    socket.on('error', () => done(false));
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (text) => done(text.toString().startsWith('+PONG')));
  });
}
