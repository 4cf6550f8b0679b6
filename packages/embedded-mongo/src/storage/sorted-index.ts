import type { StatementSync } from 'node:sqlite';
import { type Elem, readInt32, rootElem } from '../bson/raw.ts';
import { documentKeys } from './index-keys.ts';
import type { IndexSpec } from './index-spec.ts';
import type { Store } from './store.ts';

/** One entry of an index: the key's bytes and the row of its document. */
export type Entry = readonly [key: Uint8Array, row: number];

/** Half-open stretch of keys, `lo` within and `hi` outside. */
export interface KeyRange {
  readonly lo: Uint8Array;
  readonly hi: Uint8Array;
  /** `lo` is a whole key of a unique index: there is one entry or none. */
  readonly exact?: boolean;
}

/** An index kept in its own SQLite table, ordered by key (and row, where keys repeat). */
export interface SortedIndex {
  readonly id: number;
  spec: IndexSpec;
  /** A bit for each field that ever met an array. */
  multikey: number;
  keysOf(doc: Elem): Buffer[];
  /** Returns false when a unique key is already taken. */
  add(key: Uint8Array, row: number): boolean;
  /** Adds many to an index that is not unique; keys that are near one another cost one look-up. */
  addAll(entries: Entry[]): void;
  remove(key: Uint8Array, row: number): void;
  has(key: Uint8Array, row: number): boolean;
  /** Up to `count` entries of the range, after the entry `from` where it is given. */
  read(range: KeyRange, reverse: boolean, from: Entry | undefined, count: number): Entry[];
  /** The first entry of each range, many per statement: what a merge of feeds starts with. */
  heads(ranges: readonly KeyRange[], reverse: boolean): (Entry | undefined)[];
  /** The row of every entry of the ranges, some of them at a time. */
  rows(ranges: readonly KeyRange[]): Iterable<number[]>;
  /** The rows of entries of the ranges, no more than `limit`: in no order, and some more than once. */
  someRows(ranges: readonly KeyRange[], limit: number): number[];
  countRange(range: KeyRange): number;
  /** Counts no further than `limit`: cheap on any range. */
  countUpTo(range: KeyRange, limit: number): number;
  size(): number;
}

/** Above every key: no key starts with 0xff. */
export const WHOLE: KeyRange = { lo: new Uint8Array(0), hi: Uint8Array.of(0xff) };

export function createIndexTable(store: Store, id: number, unique: boolean): void {
  store.db.exec(
    unique
      ? `CREATE TABLE i${id} (k BLOB PRIMARY KEY, r INTEGER NOT NULL) WITHOUT ROWID`
      : `CREATE TABLE i${id} (k BLOB NOT NULL, r INTEGER NOT NULL, PRIMARY KEY (k, r)) WITHOUT ROWID`,
  );
}

/** Entries that one statement writes. */
const ROWS = 16;

/** Ranges that one statement reads: each statement costs as much as some of them. */
const HEADS = 16;
const NOTHING = new Uint8Array(0);

function eachOf(table: string, column: string): string {
  return Array(HEADS)
    .fill(`SELECT ${column} FROM ${table} WHERE k >= ? AND k < ?`)
    .join(' UNION ALL ');
}

/** The bounds of so many ranges as a statement takes; what is missing holds nothing. */
function* batches(ranges: readonly KeyRange[]) {
  for (let at = 0; at < ranges.length; at += HEADS) {
    const bounds = ranges.slice(at, at + HEADS).flatMap(({ lo, hi }) => [lo, hi]);
    while (bounds.length < 2 * HEADS) bounds.push(NOTHING);
    yield bounds;
  }
}

function headsOf(table: string, reverse: boolean): string {
  const order = reverse ? 'k DESC, r DESC' : 'k, r';
  const one = (n: number) =>
    `SELECT * FROM (SELECT ${n}, k, r FROM ${table} WHERE k >= ? AND k < ? ORDER BY ${order} LIMIT 1)`;
  return Array.from({ length: HEADS }, (_, n) => one(n)).join(' UNION ALL ');
}

export interface SortedIndexParts {
  store: Store;
  id: number;
  spec: IndexSpec;
  multikey: number;
}

export function openIndex({ store, id, spec, multikey }: SortedIndexParts): SortedIndex {
  const table = `i${id}`;
  const lazily = (sql: string) => {
    let statement: StatementSync | undefined;
    return () => {
      statement ??= store.prepare(sql);
      return statement;
    };
  };
  const insert = lazily(`INSERT OR IGNORE INTO ${table} VALUES (?, ?)`);
  const insertRows = lazily(
    `INSERT OR IGNORE INTO ${table} VALUES ${Array(ROWS).fill('(?, ?)').join(', ')}`,
  );
  const remove = lazily(`DELETE FROM ${table} WHERE k = ? AND r = ?`);
  const has = lazily(`SELECT 1 FROM ${table} WHERE k = ? AND r = ?`);
  const count = lazily(`SELECT count(*) FROM ${table} WHERE k >= ? AND k < ?`);
  // One text for all is made and read in a fraction of the time that a value for each takes.
  const everyRow = lazily(`SELECT json_group_array(r) FROM (${eachOf(table, 'r')})`);
  const someRows = lazily(`SELECT json_group_array(r) FROM (${eachOf(table, 'r')} LIMIT ?)`);
  const countSome = lazily(
    `SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE k >= ? AND k < ? LIMIT ?)`,
  );
  const size = lazily(`SELECT count(*) FROM ${table}`);
  const only = lazily(`SELECT k, r FROM ${table} WHERE k = ?`);
  const first = lazily(`SELECT k, r FROM ${table} WHERE k >= ? AND k < ? ORDER BY k, r LIMIT ?`);
  const firstBack = lazily(
    `SELECT k, r FROM ${table} WHERE k >= ? AND k < ? ORDER BY k DESC, r DESC LIMIT ?`,
  );
  const next = lazily(
    `SELECT k, r FROM ${table} WHERE (k, r) > (?, ?) AND k < ? ORDER BY k, r LIMIT ?`,
  );
  const nextBack = lazily(
    `SELECT k, r FROM ${table} WHERE k >= ? AND (k, r) < (?, ?) ORDER BY k DESC, r DESC LIMIT ?`,
  );
  const head = lazily(headsOf(table, false));
  const headBack = lazily(headsOf(table, true));
  const markMultikey = lazily('UPDATE indexes SET multikey = ? WHERE id = ?');
  const index: SortedIndex = {
    id,
    spec,
    multikey,
    keysOf(doc) {
      const { partial, sparse, fields, collation } = index.spec;
      if (partial && !partial.test(doc)) return [];
      const found = documentKeys(doc, fields, collation?.fold);
      if (sparse && !found.present) return [];
      if ((found.multikey | index.multikey) !== index.multikey) {
        store.beginWrite();
        index.multikey |= found.multikey;
        markMultikey().run(index.multikey, id);
      }
      return found.keys;
    },
    add: (key, row) => insert().run(key, row).changes === 1,
    addAll(entries) {
      entries.sort(([a, i], [b, j]) => Buffer.compare(a, b) || i - j);
      const whole = entries.length - (entries.length % ROWS);
      for (let at = 0; at < whole; at += ROWS) {
        const values: (Uint8Array | number)[] = [];
        for (let i = at; i < at + ROWS; i++) values.push(...entries[i]!);
        insertRows().run(...values);
      }
      for (let i = whole; i < entries.length; i++) insert().run(...entries[i]!);
    },
    remove: (key, row) => {
      remove().run(key, row);
    },
    has: (key, row) => has().get(key, row) !== undefined,
    read({ lo, hi, exact }, reverse, from, limit) {
      let rows: unknown;
      if (exact) {
        const entry = from ? undefined : only().get(lo);
        return entry ? [entry as unknown as Entry] : [];
      }
      if (!from) rows = (reverse ? firstBack() : first()).all(lo, hi, limit);
      else if (reverse) rows = nextBack().all(lo, from[0], from[1], limit);
      else rows = next().all(from[0], from[1], hi, limit);
      return rows as Entry[];
    },
    heads(ranges, reverse) {
      const found: (Entry | undefined)[] = [];
      const whole = ranges.length - (ranges.length % HEADS);
      for (let at = 0; at < whole; at += HEADS) {
        const bounds: Uint8Array[] = [];
        for (let i = at; i < at + HEADS; i++) bounds.push(ranges[i]!.lo, ranges[i]!.hi);
        const rows = (reverse ? headBack() : head()).all(...bounds);
        for (const [n, key, row] of rows as unknown as [number, Uint8Array, number][]) {
          found[at + n] = [key, row];
        }
      }
      for (let i = whole; i < ranges.length; i++) {
        found[i] = index.read(ranges[i]!, reverse, undefined, 1)[0];
      }
      return found;
    },
    *rows(ranges) {
      for (const bounds of batches(ranges))
        yield JSON.parse((everyRow().get(...bounds) as unknown as [string])[0]);
    },
    someRows(ranges, limit) {
      const found: number[] = [];
      // Any order is right. From the end: of keys that begin with who may read, those of "public"
      // are the last, and where they are many already nothing else is looked at.
      for (const bounds of batches(ranges.toReversed())) {
        const [text] = someRows().get(...bounds, limit - found.length) as unknown as [string];
        found.push(...(JSON.parse(text) as number[]));
        if (found.length >= limit) break;
      }
      return found;
    },
    countRange: ({ lo, hi }) => (count().get(lo, hi) as unknown as [number])[0],
    countUpTo: ({ lo, hi }, limit) => (countSome().get(lo, hi, limit) as unknown as [number])[0],
    size: () => (size().get() as unknown as [number])[0],
  };
  return index;
}

/** The stored bytes as a document. */
export function storedDoc(bytes: Uint8Array): Elem {
  if (readInt32(bytes, 0) !== bytes.length) throw new Error('a stored document has a wrong length');
  return rootElem(bytes);
}
