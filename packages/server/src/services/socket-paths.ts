/** Where the private sockets of a data folder are. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceError } from './service-error.ts';

/** The longest socket path that every system takes, in bytes (sun_path, with its ending zero). */
const MAX_SOCKET_PATH = 100;
const LONGEST_NAME = 'mongo.sock';

/**
 * Inside the data folder, or under the system's temporary folder where that path is too long.
 *
 * @throws ServiceError where somebody else could have made the folder to listen in
 */
export function socketFolder(dataDir: string): string {
  const inside = join(dataDir, 'run');
  const fits = Buffer.byteLength(join(inside, LONGEST_NAME)) <= MAX_SOCKET_PATH;
  const folder = fits ? inside : join(tmpdir(), `mitoyen-${shortHash(dataDir)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!fits) checkOwn(folder);
  return folder;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Everybody may write to the temporary folder, and the name can be guessed. */
function checkOwn(folder: string): void {
  const { uid, mode } = lstatSync(folder);
  const isFolder = (mode & 0o170000) === 0o040000;
  if (isFolder && uid === process.getuid?.() && (mode & 0o077) === 0) return;
  throw new ServiceError(
    `${folder} belongs to somebody else or is open to others; remove it, or give data_dir a shorter path.`,
  );
}
