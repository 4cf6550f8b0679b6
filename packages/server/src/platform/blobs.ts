/** Files on disk, by key. Keys are made here, never from what a peer or a person sent. */
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

const KEY = /^[a-z]+\/[0-9A-Z]{2}\/[0-9A-Za-z_-]{8,80}\.[a-z0-9]{2,5}$/;

export type Blobs = {
  /** Writes the whole file or nothing. */
  put: (key: string, bytes: Buffer) => Promise<void>;
  open: (key: string) => Promise<{ stream: Readable; size: number } | null>;
  remove: (key: string) => Promise<void>;
};

/** @param folder where the files live; made when first needed */
export function createDiskBlobs(folder: string, nextId: () => string): Blobs {
  function pathOf(key: string): string {
    if (!KEY.test(key)) throw new Error('not a blob key');
    return join(folder, key);
  }

  return {
    put: async (key, bytes) => {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      const temporary = `${path}.${nextId()}.tmp`;
      await writeFile(temporary, bytes, { flush: true });
      await rename(temporary, path);
    },
    open: async (key) => {
      if (!KEY.test(key)) return null;
      const path = pathOf(key);
      const found = await stat(path).catch(() => null);
      return found?.isFile() ? { stream: createReadStream(path), size: found.size } : null;
    },
    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

/** `media/AB/<random id>.webp`: spread over folders, and not to be guessed from the media's id. */
export function blobKey(folder: string, id: string, extension: string): string {
  return `${folder}/${id.slice(-2)}/${id}.${extension}`;
}
