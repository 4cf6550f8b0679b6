/** Reads a backup from its first byte to its last, and gives what is in it to whoever asks. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError } from '../platform/app-error.ts';
import { openSealed } from './archive-cipher.ts';
import { type ByteReader, createByteReader } from './byte-reader.ts';
import {
  type Entry,
  exactly,
  type Manifest,
  partsOf,
  readFrame,
  type Summary,
  torn,
} from './entries.ts';

const decompress = promisify(gunzip);
const MOST_BLOCK = 64 << 20;

export type About = Extract<Entry, { kind: 'backup' }>;

/** What is done with the parts; each is complete and unchanged when it comes. */
export type BackupReader = {
  collection?: (entry: Extract<Entry, { kind: 'collection' }>) => Promise<void>;
  documents?: (name: string, documents: Buffer[]) => Promise<void>;
  /** Must read the parts to their end. */
  file?: (key: string, parts: AsyncIterable<Buffer>) => Promise<void>;
};

export type Read = { about: About; manifest: Manifest };

/** Only what comes first: whose backup it is, and its configuration. */
export async function peekBackup(
  path: string,
  passphrase: string,
): Promise<{ about: About; config: string | null }> {
  const stream = createReadStream(path);
  try {
    const reader = createByteReader(openSealed(stream, passphrase));
    const about = await first(reader);
    const next = await readFrame(reader);
    if (next?.kind !== 'config') return { about, config: null };
    return { about, config: (await exactly(reader, next.size ?? 0)).toString('utf8') };
  } finally {
    stream.destroy();
  }
}

/** @throws AppError where anything is damaged, missing, or not as its manifest says */
export async function readBackup(
  path: string,
  passphrase: string,
  to: BackupReader = {},
): Promise<Read> {
  const reader = createByteReader(openSealed(createReadStream(path), passphrase));
  const about = await first(reader);
  const sums = new Map<string, { documents: number; hash: Hash }>();
  const files = { count: 0, bytes: 0 };
  for (;;) {
    const entry = await readFrame(reader);
    if (!entry) throw torn();
    if (entry.kind === 'manifest') {
      if (!(await reader.isAtEnd())) throw torn();
      compare(entry, { collections: summaries(sums), files });
      return { about, manifest: entry };
    }
    if (entry.kind === 'collection') {
      sums.set(entry.name, { documents: 0, hash: createHash('sha256') });
      await to.collection?.(entry);
    } else if (entry.kind === 'documents') {
      const documents = await documentsOf(reader, entry);
      const sum = sums.get(entry.name);
      if (!sum) throw torn();
      for (const one of documents) sum.hash.update(one);
      sum.documents += documents.length;
      await to.documents?.(entry.name, documents);
    } else if (entry.kind === 'file') {
      files.count += 1;
      files.bytes += await oneFile(reader, entry, to);
    } else await skip(reader, entry);
  }
}

async function first(reader: ByteReader): Promise<About> {
  const entry = await readFrame(reader);
  if (entry?.kind !== 'backup') throw torn();
  return entry;
}

async function documentsOf(reader: ByteReader, { size = 0 }: { size?: number }): Promise<Buffer[]> {
  if (size > MOST_BLOCK) throw torn();
  const block = await decompress(await exactly(reader, size), { maxOutputLength: MOST_BLOCK });
  const documents: Buffer[] = [];
  for (let at = 0; at < block.length; ) {
    const length = block.readInt32LE(at);
    if (length < 5 || at + length > block.length) throw torn();
    documents.push(block.subarray(at, at + length));
    at += length;
  }
  return documents;
}

async function oneFile(
  reader: ByteReader,
  { key, size = 0 }: { key: string; size?: number },
  to: BackupReader,
): Promise<number> {
  const hash = createHash('sha256');
  const hashed = (async function* () {
    for await (const part of partsOf(reader, size)) {
      hash.update(part);
      yield part;
    }
  })();
  if (to.file) await to.file(key, hashed);
  else for await (const _ of hashed);
  const sum = await readFrame(reader);
  if (sum?.kind !== 'sum' || sum.sha256 !== hash.digest('hex'))
    throw new AppError('invalid', `The file ${key} is not what was written into the backup.`);
  return size;
}

async function skip(reader: ByteReader, { size = 0 }: Entry): Promise<void> {
  for await (const _ of partsOf(reader, size));
}

function summaries(sums: Map<string, { documents: number; hash: Hash }>): Summary[] {
  return [...sums].map(([collection, { documents, hash }]) => ({
    collection,
    documents,
    sha256: hash.digest('hex'),
  }));
}

/** @throws AppError naming the first thing that differs */
export function compare(
  expected: Pick<Manifest, 'collections' | 'files'>,
  found: Pick<Manifest, 'collections' | 'files'>,
): void {
  for (const one of expected.collections) {
    const same = found.collections.find(({ collection }) => collection === one.collection);
    if (same?.documents !== one.documents || same.sha256 !== one.sha256)
      throw new AppError(
        'invalid',
        `${one.collection} differs: ${same?.documents ?? 0} documents, expected ${one.documents}.`,
      );
  }
  const { count, bytes } = found.files;
  if (count !== expected.files.count || bytes !== expected.files.bytes)
    throw new AppError('invalid', `${count} files, expected ${expected.files.count}.`);
}
