import { statSync } from 'node:fs';
import { collectionSizes } from '../commands/stats.ts';
import { openCatalog } from '../storage/catalog.ts';
import { openStore, type Store } from '../storage/store.ts';
import { checkCollection } from './check-collection.ts';

/** Reported while long work goes on. */
export type Progress = (message: string) => void;

const SILENT: Progress = () => undefined;

/** Opens a file that no server has open, for the time of some work. */
function withFile<R>(file: string, work: (store: Store) => R): R {
  // Opening would make a missing file, which nobody who checks or dumps one wants.
  statSync(file);
  const store = openStore({ file });
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/**
 * Checks SQLite's own structure and every index against the documents. Answers what is
 * wrong; an empty list means sound. Throws FileInUseError while a server has the file.
 */
export async function checkDatabase(file: string, progress: Progress = SILENT): Promise<string[]> {
  return withFile(file, (store) => {
    progress('checking the file');
    const rows = store.db.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
    const errors = rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
    if (errors.length > 0) return errors;
    for (const collection of openCatalog(store).list()) {
      progress(`checking ${collection.namespace}`);
      errors.push(...checkCollection(collection).errors);
    }
    return errors;
  });
}

/** Gives unused space back to the file system; answers the sizes before and after, in bytes. */
export async function compactDatabase(
  file: string,
  progress: Progress = SILENT,
): Promise<{ before: number; after: number }> {
  const before = statSync(file).size;
  withFile(file, (store) => {
    progress('writing the file anew');
    store.db.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  });
  return { before, after: statSync(file).size };
}

export interface CollectionStats {
  db: string;
  collection: string;
  documents: number;
  /** Bytes of the documents. */
  size: number;
  /** Bytes of keys by index name. */
  indexes: Record<string, number>;
}

/** What the file holds, collection by collection. */
export async function databaseStats(
  file: string,
): Promise<{ fileSize: number; collections: CollectionStats[] }> {
  return withFile(file, (store) => ({
    fileSize: statSync(file).size,
    collections: openCatalog(store)
      .list()
      .map((collection) => {
        const { count, data, indexes } = collectionSizes(store, collection);
        return {
          db: collection.db,
          collection: collection.name,
          documents: count,
          size: data,
          indexes: Object.fromEntries(indexes),
        };
      }),
  }));
}
