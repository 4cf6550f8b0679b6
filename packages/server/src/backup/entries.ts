/**
 * The inside of a backup: entries of a JSON header (its length before it, 4 bytes big endian)
 * and `size` bytes that follow it. They come in this order: `backup`, `config`, then each
 * `collection` with its `documents`, then each `file` with its `sum`, then the `manifest`.
 */
import { AppError } from '../platform/app-error.ts';
import type { ByteReader } from './byte-reader.ts';

export type Summary = { collection: string; documents: number; sha256: string };

export type Manifest = {
  kind: 'manifest';
  collections: Summary[];
  files: { count: number; bytes: number };
};

export type Entry = (
  | {
      kind: 'backup';
      baseUrl: string;
      version: string;
      createdAt: string;
      /** All of it as it was at one moment. */
      consistent: boolean;
      /** Where its files were; those of a bucket are not in it. */
      storage: 'disk' | 's3';
    }
  | { kind: 'config' }
  | { kind: 'collection'; name: string; options: object; indexes: object[] }
  /** BSON, one document after the other, compressed with gzip. */
  | { kind: 'documents'; name: string }
  | { kind: 'file'; key: string }
  | { kind: 'sum'; sha256: string }
  | Manifest
) & { size?: number };

const MOST_HEADER = 1 << 20;

/** The header of an entry; its `size` bytes are written after it. */
export function frame(entry: Entry): Buffer {
  const json = Buffer.from(JSON.stringify(entry));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json]);
}

/** The next header, or null at the end. */
export async function readFrame(reader: ByteReader): Promise<Entry | null> {
  if (await reader.isAtEnd()) return null;
  const length = (await exactly(reader, 4)).readUInt32BE();
  if (length > MOST_HEADER) throw torn();
  return JSON.parse((await exactly(reader, length)).toString('utf8')) as Entry;
}

export async function exactly(reader: ByteReader, bytes: number): Promise<Buffer> {
  const found = await reader.upTo(bytes);
  if (found.length !== bytes) throw torn();
  return found;
}

/** The bytes of an entry, in parts. */
export async function* partsOf(reader: ByteReader, size: number): AsyncGenerator<Buffer> {
  for (let left = size; left > 0; ) {
    const part = await exactly(reader, Math.min(left, 1 << 20));
    left -= part.length;
    yield part;
  }
}

export function torn(): AppError {
  return new AppError('invalid', 'The backup ends too early or is not what was written.');
}
