import type { Collection } from '../storage/collection.ts';
import type { KeyRange, SortedIndex } from '../storage/sorted-index.ts';
import { conjuncts, type Predicate } from './ast.ts';
import { fieldBounds } from './bounds.ts';
import { type Collation, sameCollation } from './collation.ts';
import { impliesPartial, impliesPresent } from './implies.ts';
import { type Interval, isPoint, placeBytes, successor, turned } from './interval.ts';
import type { SortField } from './sort.ts';

/** How one index answers a filter. */
export interface IndexAccess {
  readonly index: SortedIndex;
  readonly ranges: readonly PrefixedRange[];
  readonly reverse: boolean;
  /** The index gives the order that was asked for. */
  readonly sorted: boolean;
  /** Ranges must be merged by what follows their prefix to keep that order. */
  readonly merge: boolean;
  /** Bounds of each field, for explain. */
  readonly bounds: readonly (readonly Interval[] | undefined)[];
  /** Fields bound to single values, from the left. */
  readonly points: number;
  readonly score: number;
}

export interface PrefixedRange extends KeyRange {
  /** Length of the part of the key that is the same throughout the range. */
  readonly prefix: number;
}

export interface Wanted {
  readonly predicate: Predicate;
  readonly sort: readonly SortField[];
  readonly collation?: Collation | undefined;
}

/** More ranges than this are not worth their reads; the field is then scanned through. */
const MAX_RANGES = 4000;

/** All indexes that could serve, best first. */
export function indexAccesses(
  collection: Collection,
  wanted: Wanted,
  forced?: SortedIndex,
): IndexAccess[] {
  const list = conjuncts(wanted.predicate);
  const found: IndexAccess[] = [];
  for (const index of forced ? [forced] : collection.indexes) {
    if (index.spec.hidden && !forced) continue;
    const access = accessBy(index, list, wanted);
    if (access && (forced || access.score > 0)) found.push(access);
  }
  return found.sort(
    (a, b) => b.score - a.score || a.index.spec.fields.length - b.index.spec.fields.length,
  );
}

/** How one index serves these conjuncts, if it may. */
export function accessBy(
  index: SortedIndex,
  list: Predicate[],
  wanted: Wanted,
): IndexAccess | undefined {
  const { spec } = index;
  if (spec.partial && !impliesPartial(list, spec.partial.predicate)) return undefined;
  // A sparse index lacks documents without any of its fields, which _id never is.
  const complete = !spec.sparse || spec.fields.some(({ path }) => path.text === '_id');
  if (!complete && !spec.fields.some(({ path }) => impliesPresent(list, path.text))) {
    return undefined;
  }
  const same = sameCollation(spec.collation, wanted.collation);
  const bounds = spec.fields.map(({ path }, i) =>
    fieldBounds(list, {
      path: path.text,
      multikey: (index.multikey & (1 << i)) !== 0,
      stringsUnusable: !same,
      collated: same && spec.collation !== undefined,
    }),
  );
  dropSharedArrayBounds(index, bounds);
  const { ranges, points } = combine(index, bounds);
  // Collated keys are only good for equality; their order is not the collation's.
  const orderly = spec.collation === undefined && wanted.collation === undefined;
  const order = orderly ? sortedBy(index, bounds, points, wanted.sort) : undefined;
  const bounded = bounds[points] !== undefined;
  return {
    index,
    ranges,
    reverse: order?.reverse ?? false,
    sorted: order !== undefined,
    merge: order?.merge ?? false,
    bounds,
    points,
    score: score(index, bounds, {
      points,
      bounded,
      sorted: order !== undefined && wanted.sort.length > 0,
    }),
  };
}

/**
 * Two fields under one array: `{"a.x": 1, "a.y": 2}` may be met by two items, whose keys
 * are apart. Only the first such field may be bound.
 */
function dropSharedArrayBounds(index: SortedIndex, bounds: (Interval[] | undefined)[]): void {
  let seen = false;
  bounds.forEach((own, i) => {
    if (!own || !(index.multikey & (1 << i))) return;
    if (seen) bounds[i] = undefined;
    seen = true;
  });
}

function combine(index: SortedIndex, bounds: readonly (Interval[] | undefined)[]) {
  let prefixes: Buffer[] = [Buffer.alloc(0)];
  let points = 0;
  for (const { descending } of index.spec.fields) {
    const own = bounds[points];
    if (!own) break;
    const stretches = descending ? own.map(turnedInterval).reverse() : own;
    if (prefixes.length * stretches.length > MAX_RANGES) break;
    if (!own.every(isPoint)) {
      const ranges = prefixes.flatMap((prefix) =>
        stretches.map(
          ({ lo, hi }): PrefixedRange => ({
            lo: placeBytes(prefix, lo),
            hi: placeBytes(prefix, hi),
            prefix: prefix.length,
          }),
        ),
      );
      return { ranges, points };
    }
    prefixes = prefixes.flatMap((prefix) =>
      stretches.map(({ lo }) => Buffer.concat([prefix, lo.bytes])),
    );
    points++;
  }
  const whole = (prefix: Buffer): PrefixedRange => ({
    lo: prefix,
    hi: successor(prefix),
    prefix: prefix.length,
    exact: index.spec.unique && points === index.spec.fields.length,
  });
  return { ranges: prefixes.map(whole), points };
}

function turnedInterval({ lo, hi }: Interval): Interval {
  return { lo: turned(hi), hi: turned(lo) };
}

/** Whether reading the index (forwards, backwards or merged) gives the sort. */
function sortedBy(
  index: SortedIndex,
  bounds: readonly (Interval[] | undefined)[],
  points: number,
  sort: readonly SortField[],
): { reverse: boolean; merge: boolean } | undefined {
  if (sort.length === 0) return { reverse: false, merge: false };
  const straight = direction(index, bounds, 0, sort);
  if (straight) return { reverse: straight === 'backward', merge: false };
  const merged = direction(index, bounds, points, sort);
  return merged && { reverse: merged === 'backward', merge: true };
}

function direction(
  index: SortedIndex,
  bounds: readonly (Interval[] | undefined)[],
  from: number,
  sort: readonly SortField[],
): 'forward' | 'backward' | undefined {
  const { fields } = index.spec;
  const fixed = (i: number) =>
    !(index.multikey & (1 << i)) && bounds[i]?.length === 1 && isPoint(bounds[i]![0]!);
  let at = from;
  let found: 'forward' | 'backward' | undefined;
  for (const { path, descending } of sort) {
    const own = fields.findIndex((field) => field.path.text === path.text);
    if (own >= 0 && fixed(own)) continue;
    while (at < fields.length && at !== own && fixed(at)) at++;
    if (at >= fields.length || at !== own || index.multikey & (1 << at)) return undefined;
    const way = fields[at]!.descending === descending ? 'forward' : 'backward';
    if (found && found !== way) return undefined;
    found = way;
    at++;
  }
  return found ?? 'forward';
}

function score(
  index: SortedIndex,
  bounds: readonly (Interval[] | undefined)[],
  { points, bounded, sorted }: { points: number; bounded: boolean; sorted: boolean },
): number {
  let total = 0;
  for (let i = 0; i < points; i++) total += bounds[i]!.length === 1 ? 100 : 80;
  if (index.spec.unique && points === index.spec.fields.length) total += 500;
  if (bounded) total += 40;
  if (sorted) total += 60;
  return total;
}
