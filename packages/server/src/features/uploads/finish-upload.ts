/** A file that is there as a whole becomes a media, exactly as one that came in a single request. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import { isWhole, type Resumable } from './resumable.ts';
import type { ResumableStore } from './resumable-store.ts';

/** A process that is still at it after this time has died. */
const LEASE_MS = 5 * 60_000;
/** What is wrong with the file itself, and will be when it is looked at again. */
const FINAL = ['invalid', 'too_large', 'unsupported_media', 'forbidden'];

export function createFinishUpload(deps: { kit: Kit; apis: Apis; store: ResumableStore }) {
  const { kit, apis, store } = deps;

  async function accept(upload: Resumable): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'mitoyen-upload-'));
    try {
      const path = join(folder, 'whole');
      await pipeline(Readable.from(bytesOf(upload)), createWriteStream(path));
      const { filename, mediaType, length: bytes, alt, focus } = upload;
      const file = { path, filename, mediaType, bytes };
      return (await apis.media.accept(file, upload.owner, { alt, focus }))._id;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async function* bytesOf(upload: Resumable): AsyncGenerator<Buffer> {
    for (const key of upload.parts) {
      const part = await kit.blobs.open(key);
      if (!part) throw new Error(`a part of upload ${upload._id} is not there`);
      yield* part.stream;
    }
  }

  async function dropParts(upload: Resumable): Promise<void> {
    for (const key of upload.parts) await kit.blobs.remove(key);
  }

  /**
   * Idempotent: a crash on the way leaves it to the next who asks.
   *
   * @throws AppError that says what is wrong with the file
   */
  async function finish(upload: Resumable): Promise<Resumable> {
    if (!upload.open || !isWhole(upload)) return upload;
    const mine = await store.beginFinish(upload, kit.clock.now(), LEASE_MS);
    if (!mine) return (await store.get(upload._id, upload.owner)) ?? upload;
    try {
      const media = await accept(mine);
      const done = await store.finished(mine._id, { media });
      await dropParts(mine);
      return done ?? mine;
    } catch (error) {
      if (!(error instanceof AppError) || !FINAL.includes(error.code)) {
        await store.letGo(mine._id);
        throw error;
      }
      const failure = error.problems[0]?.message ?? error.message;
      await store.finished(mine._id, { failure });
      await dropParts(mine);
      throw error;
    }
  }

  async function drop(upload: Resumable): Promise<void> {
    const closed = await store.close(upload._id);
    if (closed) await dropParts(closed);
    await store.remove(upload._id);
  }

  return { finish, drop };
}

export type FinishUpload = ReturnType<typeof createFinishUpload>;
