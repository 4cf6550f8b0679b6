/** Takes the bytes of one request and keeps what has come, even where the connection breaks. */
import { randomBytes } from 'node:crypto';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import { MOST_PARTS, PART_BYTES, partKey, type Resumable } from './resumable.ts';
import type { ResumableStore } from './resumable-store.ts';

export type ReceivePart = (
  upload: Resumable,
  offset: number,
  bytes: AsyncIterable<Buffer>,
) => Promise<Resumable>;

export function createReceivePart(deps: { kit: Kit; store: ResumableStore }): ReceivePart {
  const { kit, store } = deps;

  /** Of two who send the same part one is told that the other was first. */
  async function keep(upload: Resumable, part: Buffer): Promise<Resumable> {
    if (upload.parts.length >= MOST_PARTS)
      throw new AppError('too_large', 'The file came in too many small parts; send larger ones');
    const key = partKey(randomBytes(16).toString('hex').toUpperCase());
    await kit.blobs.put(key, part);
    const longer = await store.append(upload._id, upload.offset, { key, bytes: part.length });
    if (longer) return longer;
    await kit.blobs.remove(key);
    throw conflict();
  }

  return async function receivePart(upload, offset, bytes) {
    if (offset !== upload.offset) throw conflict();
    let current = upload;
    let held: Buffer[] = [];
    let heldBytes = 0;

    async function flush(): Promise<void> {
      if (heldBytes === 0) return;
      const part = Buffer.concat(held);
      held = [];
      heldBytes = 0;
      current = await keep(current, part);
    }

    try {
      for await (const chunk of bytes) {
        if (current.offset + heldBytes + chunk.length > current.length)
          throw new AppError('too_large', `The file is said to have ${current.length} bytes`);
        held.push(chunk);
        heldBytes += chunk.length;
        if (heldBytes >= PART_BYTES) await flush();
      }
    } catch (error) {
      if (error instanceof AppError) throw error;
      // The connection broke: the sender goes on from what has come.
      await flush();
      throw new AppError('bad_request', 'The request was aborted', { cause: error });
    }
    await flush();
    return current;
  };
}

function conflict(): AppError {
  return new AppError('conflict', 'The file does not end at this offset; ask for it with HEAD');
}
