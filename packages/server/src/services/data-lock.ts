/** One server (or one command without a server) at a time on one data folder. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, startedAt } from './process-identity.ts';
import { ServiceError } from './service-error.ts';

/** `server` stays; `command` is gone in a moment, so it is worth waiting for. */
export type Purpose = 'server' | 'command';
export type Holder = { pid: number; started: string; purpose: Purpose };

const ATTEMPTS = 5;

/**
 * Takes the folder and gives the way to let it go, or says who has it. What a killed
 * process left behind is taken over.
 */
export function takeDataFolder(dataDir: string, purpose: Purpose): (() => void) | Holder {
  const file = lockFile(dataDir);
  const own: Holder = { pid: process.pid, started: startedAt(process.pid), purpose };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      writeFileSync(file, `${JSON.stringify(own)}\n`, { mode: 0o600, flag: 'wx' });
      return () => {
        if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(dataDir, error);
    }
    const holder = readHolder(file);
    if (holder && isAlive(holder)) return holder;
    removeStale(file);
  }
  throw new ServiceError(
    `${file} cannot be taken over; remove it if no server runs on this folder.`,
  );
}

/** Who holds the folder now, or null. */
export function holderOf(dataDir: string): Holder | null {
  const holder = readHolder(lockFile(dataDir));
  return holder && isAlive(holder) ? holder : null;
}

export function inUse(dataDir: string, holder: Holder): ServiceError {
  return new ServiceError(
    `Another ${holder.purpose} (process ${holder.pid}) runs on ${dataDir}. Stop it first, or give this one another data_dir.`,
  );
}

export function cannotWrite(dataDir: string, error: unknown): ServiceError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return new ServiceError(
    `The data folder ${dataDir} cannot be written (${code}); set data_dir to a folder that this user may write.`,
  );
}

function lockFile(dataDir: string): string {
  return join(dataDir, 'server.pid');
}

function readHolder(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    // Absent, or being written this very moment; a torn one is as good as absent.
    return null;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  if (!isRunning(pid, /./)) return false;
  const now = startedAt(pid);
  return now === '' || started === '' || now === started;
}

/** Two that find the same stale lock must not both win: whoever moved a fresh one puts it back. */
function removeStale(file: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    const moved = readHolder(aside);
    if (moved && isAlive(moved)) linkSync(aside, file);
  } catch {
    // Somebody else was quicker; the next attempt sees what they made of it.
  } finally {
    rmSync(aside, { force: true });
  }
}
