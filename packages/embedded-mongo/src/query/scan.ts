import { compareBytes } from '../bson/key.ts';
import type { Elem } from '../bson/raw.ts';
import type { Collection } from '../storage/collection.ts';
import type { Entry, SortedIndex } from '../storage/sorted-index.ts';
import type { IndexAccess, PrefixedRange } from './plan.ts';

/** What a query has cost so far, as `explain` reports it. */
export interface Cost {
  keysExamined: number;
  docsExamined: number;
  /** Results given out. */
  returned: number;
}

/** A document and the row that it lies in. */
export interface Found {
  readonly row: number;
  readonly doc: Elem;
}

/** Pulls one result after the other; safe to leave and take up again after other work. */
export type Source<R> = () => R | undefined;

const MAX_CHUNK = 512;

/**
 * Reads a range in growing chunks. No SQLite statement stays open between two pulls, so a
 * cursor that waits for its client neither holds a lock nor keeps the log from shrinking.
 */
function rangeEntries(
  index: SortedIndex,
  range: PrefixedRange,
  { reverse, first, head }: { reverse: boolean; first: number; head?: Entry | undefined },
  cost: Cost,
): Source<Entry> {
  let chunk: Entry[] = head ? [head] : [];
  let at = 0;
  let size = first;
  let last = head;
  let done = false;
  return () => {
    if (at === chunk.length) {
      if (done) return undefined;
      chunk = index.read(range, reverse, last, size);
      cost.keysExamined += chunk.length;
      done = range.exact === true || chunk.length < size;
      size = Math.min(size * 2, MAX_CHUNK);
      at = 0;
      last = chunk.at(-1);
    }
    return chunk[at++];
  };
}

/** The rows that an index access yields, in its order. `hint` is how many are likely wanted. */
export function accessEntries(access: IndexAccess, hint: number, cost: Cost): Source<Entry> {
  const { index, ranges, reverse, merge } = access;
  const ordered = reverse ? [...ranges].reverse() : ranges;
  if (merge && ordered.length > 1) {
    // With few ranges each gives several results; with many, most give none.
    const each = Math.ceil(hint / ordered.length);
    const first = ordered.length <= hint ? Math.min(each + 1, 32) : 1;
    if (first === 1) return mergeEntries(headedSources(access, ordered, cost), reverse);
    const sources = ordered.map((range) => ({
      next: rangeEntries(index, range, { reverse, first }, cost),
      prefix: range.prefix,
    }));
    return mergeEntries(sources, reverse);
  }
  const first = Math.max(1, Math.min(hint, MAX_CHUNK));
  let at = 0;
  let current: Source<Entry> | undefined;
  return () => {
    for (;;) {
      if (!current) {
        const range = ordered[at++];
        if (!range) return undefined;
        current = rangeEntries(index, range, { reverse, first }, cost);
      }
      const entry = current();
      if (entry) return entry;
      current = undefined;
    }
  };
}

/** Many ranges of which most give nothing: their first entries are read together. */
function headedSources(
  { index, reverse }: IndexAccess,
  ranges: readonly PrefixedRange[],
  cost: Cost,
): MergeInput[] {
  return index.heads(ranges, reverse).flatMap((head, i) => {
    if (!head) return [];
    cost.keysExamined++;
    const range = ranges[i]!;
    return [
      { next: rangeEntries(index, range, { reverse, first: 1, head }, cost), prefix: range.prefix },
    ];
  });
}

interface MergeInput {
  next: Source<Entry>;
  /** Bytes of the key that do not count for the order. */
  prefix: number;
}

interface Head extends MergeInput {
  entry: Entry;
}

/** Merges sorted inputs by what follows their prefixes: a binary heap of their heads. */
export function mergeEntries(inputs: MergeInput[], reverse: boolean): Source<Entry> {
  const sign = reverse ? -1 : 1;
  const before = (a: Head, b: Head) =>
    sign * compareBytes(a.entry[0], b.entry[0], a.prefix, b.prefix) < 0;
  const heap: Head[] = [];
  for (const { next, prefix } of inputs) {
    const entry = next();
    if (entry) push(heap, { entry, next, prefix }, before);
  }
  return () => {
    const top = heap[0];
    if (!top) return undefined;
    const { entry } = top;
    const following = top.next();
    if (following) {
      top.entry = following;
      sink(heap, before);
    } else {
      const tail = heap.pop()!;
      if (heap.length > 0) {
        heap[0] = tail;
        sink(heap, before);
      }
    }
    return entry;
  };
}

function push<V>(heap: V[], value: V, before: (a: V, b: V) => boolean): void {
  let at = heap.push(value) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(heap[at]!, heap[parent]!)) return;
    [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
    at = parent;
  }
}

function sink<V>(heap: V[], before: (a: V, b: V) => boolean): void {
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const right = left + 1;
    let least = at;
    if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
    if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least]!, heap[at]!];
    at = least;
  }
}

interface Fetching {
  test: (doc: Elem) => boolean;
  /** Rows that were looked at before: each is looked at once. Absent where none comes twice. */
  seen?: Set<number> | undefined;
  cost: Cost;
}

/** Fetches the rows' documents, each once, and keeps those that the filter accepts. */
export function fetchMatching(
  collection: Collection,
  entries: Source<Entry>,
  { test, seen, cost }: Fetching,
): Source<Found> {
  return () => {
    for (;;) {
      const entry = entries();
      if (!entry) return undefined;
      const row = entry[1];
      if (seen) {
        if (seen.has(row)) continue;
        seen.add(row);
      }
      const doc = collection.get(row);
      if (!doc) continue;
      cost.docsExamined++;
      if (test(doc)) return { row, doc };
    }
  };
}

/** Reads the whole collection in insertion order (or against it). */
export function scanMatching(
  collection: Collection,
  options: { test: (doc: Elem) => boolean; reverse: boolean; cost: Cost },
): Source<Found> {
  const { test, reverse, cost } = options;
  let chunk: [number, Elem][] = [];
  let at = 0;
  let size = 16;
  let last: number | undefined;
  let done = false;
  return () => {
    for (;;) {
      if (at === chunk.length) {
        if (done) return undefined;
        chunk = collection.scan(last, size, reverse);
        done = chunk.length < size;
        // Rows may be large: a chunk stays small enough to hold.
        size = Math.min(size * 2, 128);
        at = 0;
        last = chunk.at(-1)?.[0];
      } else {
        const [row, doc] = chunk[at++]!;
        cost.docsExamined++;
        if (test(doc)) return { row, doc };
      }
    }
  };
}
