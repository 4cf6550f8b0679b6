import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The longest socket path that every system takes (sun_path, with its ending zero). */
const MAX_SOCKET_PATH = 100;

/** Where the private sockets of a data folder are: inside it, or under the system's temporary folder where that is too long. */
export function socketFolder(dataDir: string): string {
  const inside = join(dataDir, 'run');
  const folder =
    join(inside, 'mongo.sock').length <= MAX_SOCKET_PATH
      ? inside
      : join(
          tmpdir(),
          `mitoyen-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`,
        );
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
