/** Copies all files from one storage to another; may be broken off and run again. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Blobs } from './blobs.ts';

export type Copied = { copied: number; bytes: number; there: number };

/** What is there already with the same size is left alone. @throws Error where a copy is not whole */
export async function copyBlobs(
  from: Blobs,
  to: Blobs,
  onCopied: (copied: number) => void = () => {},
): Promise<Copied> {
  const folder = await mkdtemp(join(tmpdir(), 'mitoyen-copy-'));
  const done: Copied = { copied: 0, bytes: 0, there: 0 };
  try {
    for await (const { key, size } of from.list()) {
      if ((await to.sizeOf(key)) === size) {
        done.there += 1;
        continue;
      }
      if (!(await copyOne(key, join(folder, 'file')))) continue;
      done.copied += 1;
      done.bytes += size;
      onCopied(done.copied);
    }
    return done;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }

  /** False for what was removed meanwhile. */
  async function copyOne(key: string, path: string): Promise<boolean> {
    const opened = await from.open(key);
    if (!opened) return false;
    await pipeline(opened.stream, createWriteStream(path));
    await to.putFile(key, path);
    if ((await to.sizeOf(key)) !== opened.size) throw new Error(`${key} was not copied as a whole`);
    return true;
  }
}

/** Removes from one storage what the other has with the same size. */
export async function removeCopied(from: Blobs, to: Blobs): Promise<number> {
  let removed = 0;
  for await (const { key, size } of from.list()) {
    if ((await to.sizeOf(key)) !== size) continue;
    await from.remove(key);
    removed += 1;
  }
  return removed;
}
