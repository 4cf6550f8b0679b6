/** Files by key, on the disk or in object storage. Keys are made here, never from what a peer or a person sent. */
import type { Readable } from 'node:stream';

const KEY = /^[a-z]+\/[0-9A-Z]{2}\/[0-9A-Za-z_-]{8,80}\.[a-z0-9]{2,5}$/;

/** Bytes from `start` to `end`, both included. */
export type ByteRange = { start: number; end: number };

export type Blobs = {
  /** Writes the whole file or nothing. */
  put: (key: string, bytes: Buffer) => Promise<void>;
  /** The same with a file of this machine, which stays where it is; for what is too large for memory. */
  putFile: (key: string, path: string) => Promise<void>;
  /** `size` is that of the whole file, whatever the range. A range must lie inside the file. */
  open: (key: string, range?: ByteRange) => Promise<{ stream: Readable; size: number } | null>;
  /** The bytes of a file, or null where there is none. */
  sizeOf: (key: string) => Promise<number | null>;
  remove: (key: string) => Promise<void>;
  /** Every file, in no order; for cleaning up and moving. */
  list: () => AsyncIterable<{ key: string; size: number; changedAt: number }>;
};

/** The storage could not be asked: nothing is said about the file. */
export class BlobsError extends Error {
  override name = 'BlobsError';
}

/** `media/AB/<random id>.webp`: spread over folders, and not to be guessed from the media's id. */
export function blobKey(folder: string, id: string, extension: string): string {
  return `${folder}/${id.slice(-2)}/${id}.${extension}`;
}

export function isBlobKey(key: string): boolean {
  return KEY.test(key);
}

/** @throws Error for a key that was not made here */
export function checkBlobKey(key: string): void {
  if (!KEY.test(key)) throw new Error('not a blob key');
}
