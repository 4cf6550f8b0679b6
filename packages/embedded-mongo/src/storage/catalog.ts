import { docOf } from '../bson/convert.ts';
import { rootElem } from '../bson/raw.ts';
import { MongoError } from '../errors.ts';
import { type Collection, openCollection } from './collection.ts';
import { type CollectionOptions, parseCollectionOptions } from './collection-options.ts';
import { type IndexSpec, idIndexSpec, parseIndexSpec } from './index-spec.ts';
import { createIndexTable, openIndex, type SortedIndex } from './sorted-index.ts';
import type { Store } from './store.ts';

/** All collections of all databases in the file. */
export interface Catalog {
  find(db: string, name: string): Collection | undefined;
  /** Creates the collection where it is missing, as MongoDB does on the first write. */
  ensure(db: string, name: string, options?: CollectionOptions): Collection;
  drop(collection: Collection): void;
  rename(collection: Collection, db: string, name: string): void;
  createIndex(collection: Collection, spec: IndexSpec): void;
  dropIndex(collection: Collection, index: SortedIndex): void;
  changeIndex(index: SortedIndex, spec: IndexSpec): void;
  list(db?: string): Collection[];
  databases(): string[];
  /** Forgets what memory holds and reads the file again, after a roll-back. */
  reload(): void;
}

export const NO_OPTIONS = parseCollectionOptions(docOf([]));

export function openCatalog(store: Store): Catalog {
  const collections = new Map<string, Collection>();
  const keyOf = (db: string, name: string) => `${db}.${name}`;
  const insertCollection = store.prepare(
    'INSERT INTO collections (db, name, options) VALUES (?, ?, ?)',
  );
  const insertIndex = store.prepare(
    'INSERT INTO indexes (collection, name, spec) VALUES (?, ?, ?)',
  );

  function load(): void {
    collections.clear();
    const rows = store
      .prepare('SELECT id, db, name, options FROM collections ORDER BY id')
      .all() as unknown as [number, string, string, Uint8Array][];
    const indexes = store.prepare(
      'SELECT id, spec, multikey FROM indexes WHERE collection = ? ORDER BY id',
    );
    for (const [id, db, name, raw] of rows) {
      const own = indexes.all(id) as unknown as [number, Uint8Array, number][];
      const opened = own.map(([indexId, spec, multikey]) =>
        openIndex({ store, id: indexId, spec: parseIndexSpec(rootElem(spec)), multikey }),
      );
      const options = parseCollectionOptions(rootElem(raw));
      collections.set(
        keyOf(db, name),
        openCollection({ store, id, db, name, options, indexes: opened }),
      );
    }
  }

  function addIndex(collectionId: number, spec: IndexSpec): SortedIndex {
    const { buf, start, end } = spec.raw;
    const { lastInsertRowid } = insertIndex.run(collectionId, spec.name, buf.subarray(start, end));
    const id = Number(lastInsertRowid);
    createIndexTable(store, id, spec.unique);
    return openIndex({ store, id, spec, multikey: 0 });
  }

  function removeIndex(index: SortedIndex): void {
    store.db.exec(`DROP TABLE i${index.id}; DELETE FROM indexes WHERE id = ${index.id}`);
  }

  load();
  return {
    find: (db, name) => collections.get(keyOf(db, name)),
    ensure(db, name, options = NO_OPTIONS) {
      const found = collections.get(keyOf(db, name));
      if (found) return found;
      checkName(db, name);
      store.beginWrite();
      const { buf, start, end } = options.raw;
      const { lastInsertRowid } = insertCollection.run(db, name, buf.subarray(start, end));
      const id = Number(lastInsertRowid);
      store.db.exec(`CREATE TABLE c${id} (r INTEGER PRIMARY KEY, d BLOB NOT NULL)`);
      const indexes = [addIndex(id, idIndexSpec())];
      const created = openCollection({ store, id, db, name, options, indexes });
      collections.set(keyOf(db, name), created);
      return created;
    },
    drop(collection) {
      store.beginWrite();
      for (const index of collection.indexes) removeIndex(index);
      store.db.exec(
        `DROP TABLE c${collection.id}; DELETE FROM collections WHERE id = ${collection.id}`,
      );
      collections.delete(collection.namespace);
    },
    rename(collection, db, name) {
      store.beginWrite();
      store
        .prepare('UPDATE collections SET db = ?, name = ? WHERE id = ?')
        .run(db, name, collection.id);
      collections.delete(collection.namespace);
      const { id, options, indexes } = collection;
      collections.set(keyOf(db, name), openCollection({ store, id, db, name, options, indexes }));
    },
    createIndex(collection, spec) {
      store.beginWrite();
      const index = addIndex(collection.id, spec);
      try {
        collection.fill(index);
      } catch (error) {
        removeIndex(index);
        throw error;
      }
      collection.indexes.push(index);
    },
    dropIndex(collection, index) {
      store.beginWrite();
      removeIndex(index);
      collection.indexes.splice(collection.indexes.indexOf(index), 1);
    },
    changeIndex(index, spec) {
      store.beginWrite();
      const { buf, start, end } = spec.raw;
      store
        .prepare('UPDATE indexes SET spec = ? WHERE id = ?')
        .run(buf.subarray(start, end), index.id);
      index.spec = spec;
    },
    list: (db) => [...collections.values()].filter((one) => db === undefined || one.db === db),
    databases: () => [...new Set([...collections.values()].map(({ db }) => db))],
    reload: load,
  };
}

/** Refuses names that MongoDB refuses. */
export function checkName(db: string, name: string): void {
  if (db === '' || db.length > 63 || /[/\\. "$\0]/.test(db)) {
    throw new MongoError('InvalidNamespace', `Invalid database name: '${db}'`);
  }
  if (
    name === '' ||
    name.includes('$') ||
    name.includes('\0') ||
    name.startsWith('.') ||
    name.endsWith('.')
  ) {
    throw new MongoError('InvalidNamespace', `Invalid collection name: '${name}'`);
  }
  if (name.startsWith('system.')) {
    throw new MongoError('InvalidNamespace', `cannot write to '${db}.${name}'`);
  }
}
