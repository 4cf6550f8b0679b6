import { createHash } from 'node:crypto';
import type { Collection, Db, Document } from 'mongodb';

/** What a dump says about one collection, and what a load must find again. */
export interface Summary {
  collection: string;
  documents: number;
  /** SHA-256 over the documents' BSON in the order of their `_id`. */
  sha256: string;
}

/** A collection's options and indexes, as `mongodump` writes them. */
export interface Metadata {
  options: Document;
  indexes: Document[];
}

export interface Manifest {
  format: 1;
  database: string;
  collections: Summary[];
}

/** Thrown where what was read back is not what was written. */
export class TransferError extends Error {}

/** Reads a whole collection as raw BSON in the order of `_id`. */
export async function* rawDocuments(collection: Collection): AsyncGenerator<Uint8Array> {
  const cursor = collection.find(
    {},
    { raw: true, sort: { _id: 1 }, batchSize: 1000, noCursorTimeout: true },
  );
  try {
    for await (const doc of cursor) yield doc as unknown as Uint8Array;
  } finally {
    await cursor.close();
  }
}

export async function summarize(db: Db, name: string): Promise<Summary> {
  const hash = createHash('sha256');
  let documents = 0;
  for await (const bytes of rawDocuments(db.collection(name))) {
    hash.update(bytes);
    documents++;
  }
  return { collection: name, documents, sha256: hash.digest('hex') };
}

/** Names that file systems and shells take without trouble. */
export function fileName(collection: string): string {
  return encodeURIComponent(collection);
}
