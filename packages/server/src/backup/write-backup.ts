/** Writes a whole instance into one encrypted file, a part at a time. */
import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ClientSession, Db } from 'mongodb';
import { AppError } from '../platform/app-error.ts';
import type { Blobs } from '../platform/blobs.ts';
import { createSealer, type Sealer } from './archive-cipher.ts';
import { type Entry, frame, type Manifest, type Summary } from './entries.ts';

const compress = promisify(gzip);
/** Bytes of documents that are compressed together. */
const BLOCK = 4 << 20;

export type BackupSource = {
  about: Omit<Extract<Entry, { kind: 'backup' }>, 'kind' | 'size'>;
  /** The text of the configuration file, where there is one. */
  config: string | null;
  db: Db;
  session?: ClientSession;
  /** Null where they are in a bucket. */
  blobs: Blobs | null;
  progress: (line: string) => void;
};

export type Written = Manifest & { bytes: number };

/** @throws AppError where the file is there already */
export async function writeBackup(
  path: string,
  passphrase: string,
  source: BackupSource,
): Promise<Written> {
  const temporary = `${path}.part`;
  const file = await create(path, temporary);
  try {
    const manifest = await fill(file, passphrase, source);
    await file.sync();
    const { size: bytes } = await file.stat();
    await file.close();
    await rename(temporary, path);
    return { ...manifest, bytes };
  } catch (error) {
    await file.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

async function create(path: string, temporary: string): Promise<FileHandle> {
  const there = await open(path, 'r').catch(() => null);
  await there?.close();
  if (there) throw new AppError('conflict', `${path} is there already.`);
  return open(temporary, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    throw new AppError(
      'conflict',
      `${temporary} is there: another backup runs, or one was broken off. Remove it.`,
    );
  });
}

async function fill(
  file: FileHandle,
  passphrase: string,
  { about, config, db, session, blobs, progress }: BackupSource,
): Promise<Manifest> {
  const out = await createSealer(passphrase, async (bytes) => {
    await file.writeFile(bytes);
  });
  await put(out, { kind: 'backup', ...about });
  if (config !== null) await put(out, { kind: 'config' }, Buffer.from(config));
  const collections: Summary[] = [];
  for (const { name, options } of await collectionsOf(db)) {
    const indexes = await db.collection(name).indexes();
    await put(out, { kind: 'collection', name, options, indexes });
    collections.push(await putDocuments(out, db, { name, session }));
    progress(`${name}: ${collections.at(-1)?.documents} documents`);
  }
  const files = blobs ? await putFiles(out, blobs, progress) : { count: 0, bytes: 0 };
  const manifest: Manifest = { kind: 'manifest', collections, files };
  await put(out, manifest);
  await out.end();
  return manifest;
}

async function put(out: Sealer, entry: Entry, payload?: Buffer): Promise<void> {
  await out.write(frame({ ...entry, ...(payload && { size: payload.length }) }));
  if (payload) await out.write(payload);
}

async function collectionsOf(db: Db): Promise<{ name: string; options: object }[]> {
  const listed = (await db.listCollections().toArray()) as {
    name: string;
    type?: string;
    options?: object;
  }[];
  return listed
    .filter(({ name, type }) => type === 'collection' && !name.startsWith('system.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, options = {} }) => ({ name, options }));
}

async function putDocuments(
  out: Sealer,
  db: Db,
  { name, session }: { name: string; session: ClientSession | undefined },
): Promise<Summary> {
  const hash = createHash('sha256');
  let [documents, bytes, block]: [number, number, Buffer[]] = [0, 0, []];
  const flush = async () => {
    if (block.length === 0) return;
    await put(out, { kind: 'documents', name }, await compress(Buffer.concat(block), { level: 1 }));
    [bytes, block] = [0, []];
  };
  const cursor = db
    .collection(name)
    .find({}, { raw: true, sort: { _id: 1 }, batchSize: 500, ...(session && { session }) });
  for await (const document of cursor) {
    const raw = Buffer.from(document as unknown as Uint8Array);
    hash.update(raw);
    documents += 1;
    bytes += raw.length;
    block.push(raw);
    if (bytes >= BLOCK) await flush();
  }
  await flush();
  return { collection: name, documents, sha256: hash.digest('hex') };
}

/** What is deleted while the backup is written is not in it. */
async function putFiles(
  out: Sealer,
  blobs: Blobs,
  progress: (line: string) => void,
): Promise<Manifest['files']> {
  const files = { count: 0, bytes: 0 };
  for await (const { key } of blobs.list()) {
    const opened = await blobs.open(key).catch(() => null);
    if (!opened) continue;
    const hash = createHash('sha256');
    let read = 0;
    await out.write(frame({ kind: 'file', key, size: opened.size }));
    for await (const part of opened.stream) {
      hash.update(part);
      read += (part as Buffer).length;
      await out.write(part as Buffer);
    }
    if (read !== opened.size)
      throw new AppError('conflict', `${key} changed while it was read; try again.`);
    await put(out, { kind: 'sum', sha256: hash.digest('hex') });
    files.count += 1;
    files.bytes += read;
    if (files.count % 1000 === 0) progress(`${files.count} files`);
  }
  progress(`${files.count} files`);
  return files;
}
