import { changedFields } from '../bson/changed-fields.ts';
import { type Elem, findField, latin1 } from '../bson/raw.ts';
import { MongoError } from '../errors.ts';
import type { CollectionOptions } from './collection-options.ts';
import { duplicateKey } from './duplicate-key.ts';
import { type Entry, type SortedIndex, storedDoc } from './sorted-index.ts';
import type { Store } from './store.ts';

/** MongoDB's limit on one document. */
export const MAX_DOCUMENT = 16 * 1024 * 1024;

/** A collection: rows of BSON and the indexes over them, always changed together. */
export interface Collection {
  readonly id: number;
  readonly db: string;
  readonly name: string;
  readonly namespace: string;
  readonly options: CollectionOptions;
  /** The first is always `_id_`. */
  readonly indexes: SortedIndex[];
  get(row: number): Elem | undefined;
  /** Rows behind `from` (or from the start), in insertion order or against it. */
  scan(from: number | undefined, count: number, reverse?: boolean): [number, Elem][];
  insert(doc: Elem): void;
  /** Runs work that inserts and reads nothing: keys that cannot collide are written sorted at its end. */
  inserting<R>(work: () => R): R;
  replace(row: number, before: Elem, after: Elem): void;
  remove(row: number, doc: Elem): void;
  count(): number;
  /** Fills a new index from the rows that are there. */
  fill(index: SortedIndex): void;
}

interface Parts {
  store: Store;
  id: number;
  db: string;
  name: string;
  options: CollectionOptions;
  indexes: SortedIndex[];
}

const ID = Buffer.from('_id');

export function idOf(doc: Elem): Elem | undefined {
  return findField(doc.buf, doc.start, ID);
}

export function openCollection({ store, id, db, name, options, indexes }: Parts): Collection {
  const namespace = `${db}.${name}`;
  const insertRow = store.prepare(`INSERT INTO c${id} VALUES (?, ?)`);
  const updateRow = store.prepare(`UPDATE c${id} SET d = ? WHERE r = ?`);
  const deleteRow = store.prepare(`DELETE FROM c${id} WHERE r = ?`);
  const getRow = store.prepare(`SELECT d FROM c${id} WHERE r = ?`);
  const scanRows = store.prepare(`SELECT r, d FROM c${id} WHERE r > ? ORDER BY r LIMIT ?`);
  const scanBack = store.prepare(`SELECT r, d FROM c${id} WHERE r < ? ORDER BY r DESC LIMIT ?`);
  const lastRow = store.prepare(`SELECT max(r) FROM c${id}`);
  let last: number | undefined;
  let total: number | undefined;

  function bytes(doc: Elem): Uint8Array {
    if (doc.end - doc.start > MAX_DOCUMENT) {
      throw new MongoError(
        'BSONObjectTooLarge',
        `object to insert too large. size in bytes: ${doc.end - doc.start}, max size: ${MAX_DOCUMENT}`,
      );
    }
    return doc.buf.subarray(doc.start, doc.end);
  }

  /** Keys that wait for the end of `inserting`, by the index that they are for. */
  let waiting: Map<SortedIndex, Entry[]> | undefined;

  /** Adds keys index by index; where a unique key is taken, takes back what it added. */
  function addKeys(row: number, wanted: Buffer[][], doc: Elem): void {
    for (let i = 0; i < indexes.length; i++) {
      const keys = wanted[i]!;
      for (let k = 0; k < keys.length; k++) {
        if (indexes[i]!.add(keys[k]!, row)) continue;
        for (let j = 0; j <= i; j++) {
          for (const key of j < i ? wanted[j]! : keys.slice(0, k)) indexes[j]!.remove(key, row);
        }
        throw duplicateKey(namespace, indexes[i]!.spec, keys[k]!, doc);
      }
    }
  }

  return {
    id,
    db,
    name,
    namespace,
    options,
    indexes,
    get(row) {
      const found = getRow.get(row) as [Uint8Array] | undefined;
      return found && storedDoc(found[0]);
    },
    scan(from, count, reverse = false) {
      const found = reverse
        ? scanBack.all(from ?? Number.MAX_SAFE_INTEGER, count)
        : scanRows.all(from ?? 0, count);
      const rows = found as unknown as [number, Uint8Array][];
      return rows.map(([row, doc]) => [row, storedDoc(doc)]);
    },
    insert(doc) {
      const stored = bytes(doc);
      store.beginWrite();
      last ??= ((lastRow.get() as unknown as [number | null])[0] ?? 0) as number;
      const row = last + 1;
      const keys = indexes.map((index) => index.keysOf(doc));
      const lists = indexes.map((index) => waiting?.get(index));
      addKeys(
        row,
        keys.map((list, i) => (lists[i] ? [] : list)),
        doc,
      );
      lists.forEach((list, i) => {
        for (const key of list ? keys[i]! : []) list!.push([key, row]);
      });
      insertRow.run(row, stored);
      last = row;
      if (total !== undefined) total++;
    },
    inserting(work) {
      const plain = indexes.filter(({ spec }) => !spec.unique);
      waiting = new Map(plain.map((index) => [index, []]));
      try {
        const result = work();
        for (const [index, entries] of waiting) index.addAll(entries);
        return result;
      } finally {
        waiting = undefined;
      }
    },
    replace(row, before, after) {
      const stored = bytes(after);
      store.beginWrite();
      const changed = changedFields(before, after);
      const changes = indexes.map((index) =>
        dependsOn(index, changed)
          ? difference(index.keysOf(before), index.keysOf(after))
          : UNCHANGED,
      );
      changes.forEach(({ gone }, i) => {
        for (const key of gone) indexes[i]!.remove(key, row);
      });
      try {
        addKeys(
          row,
          changes.map(({ added }) => added),
          after,
        );
      } catch (error) {
        changes.forEach(({ gone }, i) => {
          for (const key of gone) indexes[i]!.add(key, row);
        });
        throw error;
      }
      updateRow.run(stored, row);
    },
    remove(row, doc) {
      store.beginWrite();
      for (const index of indexes) for (const key of index.keysOf(doc)) index.remove(key, row);
      deleteRow.run(row);
      if (total !== undefined) total--;
    },
    count() {
      total ??= indexes[0]!.size();
      return total;
    },
    fill(index) {
      store.beginWrite();
      for (let after = 0; ; ) {
        const rows = this.scan(after, 500);
        if (rows.length === 0) return;
        for (const [row, doc] of rows) {
          for (const key of index.keysOf(doc)) {
            if (!index.add(key, row)) throw duplicateKey(namespace, index.spec, key, doc);
          }
          after = row;
        }
      }
    },
  };
}

const UNCHANGED: { gone: Buffer[]; added: Buffer[] } = { gone: [], added: [] };

/** Most updates touch no indexed field: counting, marking, carrying work. */
function dependsOn({ spec: { roots } }: SortedIndex, changed: ReadonlySet<string>): boolean {
  return roots === undefined || !roots.isDisjointFrom(changed);
}

/** The keys that a change takes away and the ones that it adds. */
function difference(before: Buffer[], after: Buffer[]): { gone: Buffer[]; added: Buffer[] } {
  if (before.length === 1 && after.length === 1) {
    return before[0]!.equals(after[0]!) ? { gone: [], added: [] } : { gone: before, added: after };
  }
  const had = new Set(before.map((key) => latin1(key)));
  const has = new Set(after.map((key) => latin1(key)));
  return {
    gone: before.filter((key) => !has.has(latin1(key))),
    added: after.filter((key) => !had.has(latin1(key))),
  };
}
