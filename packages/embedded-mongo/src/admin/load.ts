import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Db, IndexDescription } from 'mongodb';
import { fromExtendedJson, type Loaded } from './extended-json.ts';
import type { Progress } from './maintain.ts';
import {
  fileName,
  type Manifest,
  type Metadata,
  type Summary,
  summarize,
  TransferError,
} from './transfer.ts';

/** Documents and bytes of text per insert. */
const BATCH = 1000;
const BATCH_BYTES = 8 * 1024 * 1024;

/**
 * Loads what `dumpDatabase` wrote into an empty database, the embedded one or MongoDB,
 * then reads it back and compares counts and checksums. Throws TransferError where the
 * database is not empty or anything differs.
 */
export async function loadDatabase(
  db: Db,
  folder: string,
  progress: Progress = () => undefined,
): Promise<Summary[]> {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  if (manifest.format !== 1)
    throw new TransferError(`the dump has format ${manifest.format}, which is not known here`);
  const there = await db.listCollections({}, { nameOnly: true }).toArray();
  if (there.length > 0) {
    throw new TransferError(
      `the database ${db.databaseName} is not empty: it has ${there.map(({ name }) => name).join(', ')}`,
    );
  }
  const loaded: Summary[] = [];
  for (const expected of manifest.collections) {
    const found = await loadCollection(db, expected, {
      base: join(folder, fileName(expected.collection)),
      progress,
    });
    if (found.documents !== expected.documents || found.sha256 !== expected.sha256) {
      throw new TransferError(
        `${expected.collection} differs from the dump: ${found.documents} documents (${found.sha256}), expected ${expected.documents} (${expected.sha256})`,
      );
    }
    loaded.push(found);
  }
  return loaded;
}

async function loadCollection(
  db: Db,
  { collection: name, documents: total }: Summary,
  { base, progress }: { base: string; progress: Progress },
): Promise<Summary> {
  const { options, indexes } = JSON.parse(
    await readFile(`${base}.metadata.json`, 'utf8'),
  ) as Metadata;
  await db.createCollection(name, options);
  let batch: Loaded[] = [];
  let bytes = 0;
  let done = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    await db.command({ insert: name, documents: batch, ordered: true }).then(refuseWriteErrors);
    done += batch.length;
    progress(`${name}: ${done} of ${total} documents loaded`);
    batch = [];
    bytes = 0;
  };
  let line = 0;
  for await (const text of createInterface({
    input: createReadStream(`${base}.json`),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line++;
    if (text.trim() === '') continue;
    batch.push(parseLine(text, `${base}.json`, line));
    bytes += text.length;
    if (batch.length >= BATCH || bytes >= BATCH_BYTES) await flush();
  }
  await flush();
  const own = indexes
    .filter((index) => index.name !== '_id_')
    .map(({ ns: _ns, ...index }) => index);
  if (own.length > 0) {
    progress(`${name}: ${own.length} indexes`);
    await db.collection(name).createIndexes(own as IndexDescription[]);
  }
  progress(`${name}: comparing`);
  return summarize(db, name);
}

function parseLine(text: string, path: string, line: number): Loaded {
  try {
    return fromExtendedJson(text);
  } catch (error) {
    throw new TransferError(`${path}:${line}: ${(error as Error).message}`, { cause: error });
  }
}

function refuseWriteErrors(reply: { writeErrors?: { errmsg: string }[] }): void {
  const [first] = reply.writeErrors ?? [];
  if (first) throw new TransferError(first.errmsg);
}
