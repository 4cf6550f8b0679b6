import type { Collection } from '../storage/collection.ts';
import type { Entry } from '../storage/sorted-index.ts';
import { blockingSort } from './blocking-sort.ts';
import type { Narrowed } from './narrowest.ts';
import type { IndexAccess } from './plan.ts';
import type { Query } from './run.ts';
import { accessEntries, type Cost, type Found, fetchMatching, type Source } from './scan.ts';

/** Documents that are read and tested before all keys are held against each other. */
const MOST_TRIED = 100;
/** So many documents are read and sorted sooner than the keys of all are read in their order. */
const MOST_SORTED = 1000;

const NO_KEY = new Uint8Array(0);

/**
 * What several conditions on one array meet in. Where they are often met together, enough is
 * found among the first documents. Where they seldom are, the rows of all conditions are read
 * without their keys and held against each other, a bit for each row.
 */
export function meetRows(
  collection: Collection,
  narrowed: Narrowed,
  query: Query,
  { test, hint, cost }: { test: Query['test']; hint: number; cost: Cost },
): Source<Found> {
  const { access } = narrowed;
  const entries = accessEntries(access, hint, cost);
  const seen = new Set<number>();
  const fetch = (from: Source<Entry>) => fetchMatching(collection, from, { test, seen, cost });
  let tried = 0;
  const early = fetch(() => (tried++ < MOST_TRIED ? entries() : undefined));
  let later: Source<Found> | undefined;

  function start(): Source<Found> {
    const met = meetingRows(narrowed, cost);
    if (met.length > MOST_SORTED) {
      const rows = new Set(met);
      return fetch(passing(entries, (row) => rows.has(row)));
    }
    return inOrder(access, query, fetch(listed(met)));
  }

  return () => {
    const found = later ? later() : early();
    if (found || later || tried <= MOST_TRIED) return found;
    later = start();
    return later();
  };
}

/** The results among rows that are known: fetched, tested, and put in the order of the access. */
export function fetchFew(
  collection: Collection,
  { access, few }: { access: IndexAccess; few: readonly number[] },
  query: Query,
  { test, cost }: { test: Query['test']; cost: Cost },
): Source<Found> {
  cost.keysExamined += few.length;
  const seen = new Set<number>();
  return inOrder(access, query, fetchMatching(collection, listed(few), { test, seen, cost }));
}

function listed(rows: readonly number[]): Source<Entry> {
  let at = 0;
  return () => (at < rows.length ? [NO_KEY, rows[at++]!] : undefined);
}

function inOrder({ sorted }: IndexAccess, query: Query, found: Source<Found>): Source<Found> {
  if (!sorted || query.sort.length === 0) return found;
  return blockingSort(found, { sort: query.sort, collation: query.collation, keep: 0 });
}

function passing(entries: Source<Entry>, keep: (row: number) => boolean): Source<Entry> {
  return () => {
    for (;;) {
      const entry = entries();
      if (!entry || keep(entry[1])) return entry;
    }
  };
}

/** Rows that every condition has a key of, and that no unwanted one has. */
function meetingRows({ access, also, but }: Narrowed, cost: Cost): number[] {
  const wanted = also.map((other) => rowsOf(other, cost));
  const unwanted = but.map((other) => rowsOf(other, cost));
  const met: number[] = [];
  const mine = rowsOf(access, cost);
  mine.forEach((byte, at) => {
    let left = byte;
    for (const rows of wanted) left &= rows[at] ?? 0;
    for (const rows of unwanted) left &= ~(rows[at] ?? 0);
    for (let bit = 0; left !== 0; bit++, left >>= 1) if (left & 1) met.push(at * 8 + bit);
  });
  return met;
}

/** A bit for each row: rows are counted up from one, so they lie close together. */
function rowsOf({ index, ranges }: IndexAccess, cost: Cost): Uint8Array {
  let bits = new Uint8Array(1024);
  for (const rows of index.rows(ranges)) {
    cost.keysExamined += rows.length;
    for (const row of rows) {
      const at = Math.floor(row / 8);
      if (at >= bits.length) {
        const larger = new Uint8Array(Math.max(at + 1, bits.length * 2));
        larger.set(bits);
        bits = larger;
      }
      bits[at]! |= 1 << (row % 8);
    }
  }
  return bits;
}
