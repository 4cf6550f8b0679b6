/** Puts a backup into an empty database and an empty storage, and reads it back to compare. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BSON, type Db, type IndexDescription } from 'mongodb';
import { AppError } from '../platform/app-error.ts';
import type { Blobs } from '../platform/blobs.ts';
import type { Summary } from './entries.ts';
import { compare, type Read, readBackup } from './read-backup.ts';

/** As they are: numbers keep their types, so that the bytes are the same again. */
const LOSSLESS = { promoteValues: false, promoteBuffers: false, bsonRegExp: true } as const;

/** @throws AppError where the database is not empty, or what arrived is not what was saved */
export async function restoreBackup(
  path: string,
  passphrase: string,
  to: { db: Db; blobs: Blobs; progress: (line: string) => void },
): Promise<Read> {
  const { db, blobs, progress } = to;
  await refuseUnlessEmpty(db);
  const indexes = new Map<string, IndexDescription[]>();
  const folder = await mkdtemp(join(tmpdir(), 'mitoyen-restore-'));
  try {
    const read = await readBackup(path, passphrase, {
      collection: async ({ name, options, indexes: all }) => {
        await db.createCollection(name, options);
        indexes.set(name, all as IndexDescription[]);
      },
      documents: async (name, documents) => {
        const parsed = documents.map((one) => BSON.deserialize(one, LOSSLESS));
        await db.collection(name).insertMany(parsed);
      },
      file: async (key, parts) => {
        const temporary = join(folder, 'file');
        await pipeline(parts, createWriteStream(temporary));
        await blobs.putFile(key, temporary);
      },
    });
    for (const [name, all] of indexes) await createIndexes(db, name, all);
    progress('comparing');
    const collections: Summary[] = [];
    for (const { collection } of read.manifest.collections)
      collections.push(await summarize(db, collection));
    compare(read.manifest, { collections, files: read.manifest.files });
    return read;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function refuseUnlessEmpty(db: Db): Promise<void> {
  const there = await db.listCollections({}, { nameOnly: true }).toArray();
  if (there.length === 0) return;
  const names = there.slice(0, 5).map(({ name }) => name);
  throw new AppError(
    'conflict',
    `The database ${db.databaseName} is not empty (${names.join(', ')} ...): a backup is restored into an empty one. Give it another data_dir or database.name.`,
  );
}

async function createIndexes(db: Db, name: string, all: IndexDescription[]): Promise<void> {
  const own = all
    .filter((index) => index.name !== '_id_')
    .map(({ ns: _, ...index }: IndexDescription & { ns?: string }) => index);
  if (own.length > 0) await db.collection(name).createIndexes(own);
}

async function summarize(db: Db, name: string): Promise<Summary> {
  const hash = createHash('sha256');
  let documents = 0;
  const cursor = db.collection(name).find({}, { raw: true, sort: { _id: 1 }, batchSize: 500 });
  for await (const document of cursor) {
    hash.update(document as unknown as Uint8Array);
    documents += 1;
  }
  return { collection: name, documents, sha256: hash.digest('hex') };
}
