import { createHash } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Db } from 'mongodb';
import { rootElem } from '../bson/raw.ts';
import { toExtendedJson } from './extended-json.ts';
import type { Progress } from './maintain.ts';
import { fileName, type Manifest, rawDocuments, type Summary } from './transfer.ts';

const CHUNK = 1 << 20;

/**
 * Writes a database to a folder: `<collection>.json` with one document of canonical
 * Extended JSON per line (what `mongoimport` reads), `<collection>.metadata.json` with
 * options and indexes, and `manifest.json` with counts and checksums. The database may be
 * the embedded one or MongoDB: it is read through the driver.
 */
export async function dumpDatabase(
  db: Db,
  folder: string,
  progress: Progress = () => undefined,
): Promise<Manifest> {
  await mkdir(folder, { recursive: true });
  const collections: Summary[] = [];
  const listed = await db.listCollections().toArray();
  for (const { name, type, options } of listed.sort((a, b) => (a.name < b.name ? -1 : 1)) as {
    name: string;
    type: string;
    options?: object;
  }[]) {
    if (type !== 'collection' || name.startsWith('system.')) continue;
    const base = join(folder, fileName(name));
    const indexes = await db.collection(name).indexes();
    await writeFile(
      `${base}.metadata.json`,
      `${JSON.stringify({ options: options ?? {}, indexes }, null, 2)}\n`,
    );
    collections.push(await dumpCollection(db, name, { path: `${base}.json`, progress }));
  }
  const manifest: Manifest = { format: 1, database: db.databaseName, collections };
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

async function dumpCollection(
  db: Db,
  name: string,
  { path, progress }: { path: string; progress: Progress },
): Promise<Summary> {
  const hash = createHash('sha256');
  const file = await open(path, 'w', 0o600);
  let documents = 0;
  let text = '';
  try {
    for await (const bytes of rawDocuments(db.collection(name))) {
      hash.update(bytes);
      text += `${toExtendedJson(rootElem(bytes))}\n`;
      if (text.length > CHUNK) {
        await file.write(text);
        text = '';
      }
      if (++documents % 10_000 === 0) progress(`${name}: ${documents} documents written`);
    }
    await file.write(text);
    await file.sync();
  } finally {
    await file.close();
  }
  progress(`${name}: ${documents} documents written`);
  return { collection: name, documents, sha256: hash.digest('hex') };
}
