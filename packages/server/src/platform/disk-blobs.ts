/** Files on the disk of this machine. */
import { createReadStream } from 'node:fs';
import {
  copyFile,
  mkdir,
  opendir,
  open as openFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type Blobs, checkBlobKey, isBlobKey } from './blobs.ts';

/** @param folder where the files live; made when first needed */
export function createDiskBlobs(folder: string, nextId: () => string): Blobs {
  function pathOf(key: string): string {
    checkBlobKey(key);
    return join(folder, key);
  }

  /** Under another name first, so that half a file is never found under its own. */
  async function place(key: string, write: (temporary: string) => Promise<void>): Promise<void> {
    const path = pathOf(key);
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${nextId()}.tmp`;
    try {
      await write(temporary);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async function sizeOf(key: string): Promise<number | null> {
    if (!isBlobKey(key)) return null;
    const found = await stat(pathOf(key)).catch(() => null);
    return found?.isFile() ? found.size : null;
  }

  return {
    put: (key, bytes) => place(key, (path) => writeFile(path, bytes, { flush: true })),
    putFile: (key, from) =>
      place(key, async (path) => {
        await copyFile(from, path);
        await flush(path);
      }),
    open: async (key, range) => {
      const size = await sizeOf(key);
      return size === null ? null : { stream: createReadStream(pathOf(key), range), size };
    },
    sizeOf,
    remove: (key) => rm(pathOf(key), { force: true }),
    list: () => filesIn(folder),
  };
}

async function flush(path: string): Promise<void> {
  const file = await openFile(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function* filesIn(folder: string): ReturnType<Blobs['list']> {
  const entries = await opendir(folder, { recursive: true }).catch(() => []);
  for await (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const key = relative(folder, path);
    const found = isBlobKey(key) ? await stat(path).catch(() => null) : null;
    if (found) yield { key, size: found.size, changedAt: found.mtimeMs };
  }
}
