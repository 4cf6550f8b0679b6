/** One server at a time on one data folder. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from './service-error.ts';

/**
 * Takes the folder, or says who has it. A lock that a killed server left behind is taken over.
 *
 * @throws ServiceError where a server runs on this folder
 */
export function lockDataFolder(dataDir: string, runFolder: string): () => void {
  const file = join(runFolder, 'server.pid');
  const holder = readPid(file);
  if (holder !== null && holder !== process.pid && isServer(holder)) {
    throw new ServiceError(
      `Another server (process ${holder}) runs on ${dataDir}. Stop it first, or give this one another data_dir.`,
    );
  }
  writeFileSync(file, `${process.pid}\n`, { mode: 0o600 });
  return () => {
    if (readPid(file) === process.pid) rmSync(file, { force: true });
  };
}

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

/** Alive, and (where the system tells) a Node process: pids are used again. */
function isServer(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('node');
  } catch {
    return true;
  }
}
