import { CLASS, classOf, keyOf } from '../bson/key.ts';
import { type Elem, items } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { conjuncts, type Predicate } from './ast.ts';
import { type Interval, intersect, isPoint, point, union } from './interval.ts';
import { ITEM_PATH } from './path.ts';
import { literalPrefix } from './regex.ts';

export interface BoundsOptions {
  path: string;
  /** The field holds arrays in some document: two conditions may be met by two items. */
  multikey: boolean;
  /** Strings in the index are in another collation than the query's. */
  stringsUnusable: boolean;
  /** Index and query share a collation: equal strings share a key, order is not the index's. */
  collated: boolean;
}

/**
 * The intervals of index keys that can hold matches for one field, or undefined when the
 * filter does not bound it. Always a superset: the filter itself still judges each document.
 */
export function fieldBounds(
  list: readonly Predicate[],
  options: BoundsOptions,
): Interval[] | undefined {
  let bounds: Interval[] | undefined;
  for (const predicate of list) {
    const own = predicateBounds(predicate, options);
    if (!own) continue;
    if (!bounds) bounds = own;
    else if (!options.multikey) bounds = intersect(bounds, own);
    else if (weight(own) < weight(bounds)) bounds = own;
  }
  return bounds;
}

/** Fewer points are better than more, points better than stretches. */
function weight(intervals: Interval[]): number {
  return intervals.every(isPoint) ? intervals.length : 1e6 + intervals.length;
}

function predicateBounds(predicate: Predicate, options: BoundsOptions): Interval[] | undefined {
  if (predicate.kind === 'elemMatch') return elemMatchBounds(predicate, options);
  if (!('path' in predicate) || predicate.path.text !== options.path) return undefined;
  switch (predicate.kind) {
    case 'compare':
      return compareBounds(predicate, options);
    case 'in': {
      const parts: Interval[] = [];
      predicate.values.forEach((value, i) => {
        if (value.type !== T.regex)
          parts.push(...(equalBounds(value, predicate.keys[i]!, options) ?? ALL));
      });
      for (const pattern of predicate.patterns) parts.push(...regexBounds(pattern, options));
      return union(parts);
    }
    case 'regex':
      return regexBounds(predicate.pattern, options);
    default:
      return undefined;
  }
}

/** `{a: {$elemMatch: {b: 1}}}` bounds a.b; `{a: {$elemMatch: {$gt: 1, $lt: 3}}}` bounds a. */
function elemMatchBounds(
  predicate: Extract<Predicate, { kind: 'elemMatch' }>,
  options: BoundsOptions,
): Interval[] | undefined {
  const outer = predicate.path.text;
  const parts = conjuncts(predicate.inner);
  if (!predicate.onDocuments) {
    if (outer !== options.path) return undefined;
    // Both ends must hold for one item, so the bounds may be cut with each other.
    return fieldBounds(parts, { ...options, path: ITEM_PATH.text, multikey: false });
  }
  if (!options.path.startsWith(`${outer}.`)) return undefined;
  return fieldBounds(parts, { ...options, path: options.path.slice(outer.length + 1) });
}

const NOTHING_BELOW = { bytes: Buffer.alloc(0), after: false };
const ALL: Interval[] = [{ lo: NOTHING_BELOW, hi: { bytes: Buffer.alloc(0), after: true } }];

function classRange(cls: number): Interval {
  const byte = Buffer.of(cls);
  return { lo: { bytes: byte, after: false }, hi: { bytes: byte, after: true } };
}

/** Missing and null share a key; an empty array has that of undefined. */
const NULLISH: Interval = {
  lo: { bytes: Buffer.of(CLASS.undefined), after: false },
  hi: { bytes: Buffer.of(CLASS.null), after: true },
};

function holdsStrings(value: Elem): boolean {
  return (
    value.type === T.string ||
    value.type === T.symbol ||
    value.type === T.object ||
    value.type === T.array
  );
}

function equalBounds(value: Elem, key: Buffer, options: BoundsOptions): Interval[] | undefined {
  if (value.type === T.null || value.type === T.undefined) return [NULLISH];
  if (options.stringsUnusable && holdsStrings(value)) return undefined;
  if (value.type === T.array) {
    // An array that equals is indexed by its items; nested in another, as a whole.
    const first = items(value)[0];
    if (options.collated) return undefined;
    return union([point(key), first ? point(keyOf(first)) : NULLISH]);
  }
  return [point(key)];
}

function compareBounds(
  { op, value, key }: Extract<Predicate, { kind: 'compare' }>,
  options: BoundsOptions,
): Interval[] | undefined {
  if (op === 'eq') return equalBounds(value, key, options);
  if (value.type === T.null) return [NULLISH];
  if (value.type === T.minKey || value.type === T.maxKey || value.type === T.array)
    return undefined;
  if (holdsStrings(value)) {
    if (options.stringsUnusable) return undefined;
    if (options.collated) return [classRange(classOf(value.type))];
  }
  const whole = classRange(classOf(value.type));
  switch (op) {
    case 'lt':
      return [{ lo: whole.lo, hi: { bytes: key, after: false } }];
    case 'lte':
      return [{ lo: whole.lo, hi: { bytes: key, after: true } }];
    case 'gt':
      return [{ lo: { bytes: key, after: true }, hi: whole.hi }];
    case 'gte':
      return [{ lo: { bytes: key, after: false }, hi: whole.hi }];
  }
}

function regexBounds(pattern: RegExp, options: BoundsOptions): Interval[] {
  const prefix = options.collated || options.stringsUnusable ? '' : literalPrefix(pattern);
  const bytes = Buffer.concat([Buffer.of(CLASS.string), Buffer.from(prefix)]);
  const texts: Interval =
    prefix === '' || prefix.includes('\0')
      ? classRange(CLASS.string)
      : { lo: { bytes, after: false }, hi: { bytes, after: true } };
  return [texts, classRange(CLASS.regex)];
}
