import type { Collection } from '../storage/collection.ts';
import { conjuncts, type Predicate } from './ast.ts';
import { choosePlan } from './choose.ts';
import type { IndexAccess } from './plan.ts';
import type { Query } from './run.ts';

/**
 * The number of matches where the index's ranges say exactly what the filter says, so
 * that counting keys counts documents; undefined where documents must be looked at.
 */
export function coveredCount(collection: Collection, query: Query): number | undefined {
  if (query.collation || query.hint || query.natural !== undefined) return undefined;
  if (matchesAll(query.predicate)) return collection.count();
  const plan = choosePlan(collection, query);
  if (plan.kind !== 'index' || plan.branches.length !== 1) return undefined;
  const access = plan.branches[0]!;
  if (!isExact(access, conjuncts(query.predicate))) return undefined;
  return access.ranges.reduce((sum, range) => sum + access.index.countRange(range), 0);
}

function matchesAll(predicate: Predicate): boolean {
  return predicate.kind === 'and' && predicate.list.length === 0;
}

/** Whether the ranges of an access hold what the filter accepts and nothing else. */
export function isExact({ index, points, bounds }: IndexAccess, list: Predicate[]): boolean {
  // An item per key: an array would be counted as often as it has matching items.
  if (index.multikey !== 0 || index.spec.collation) return false;
  const bound = points + (bounds[points] ? 1 : 0);
  const paths = new Set(index.spec.fields.slice(0, bound).map(({ path }) => path.text));
  return list.every(
    (part) => 'path' in part && paths.has(part.path.text) && isExactCondition(part),
  );
}

/** Conditions whose bounds hold no key that the condition refuses. */
function isExactCondition(part: Predicate): boolean {
  // Keys of null also stand for missing and undefined values, which all match null here,
  // but NaN lies inside of every range of numbers that is open below.
  if (part.kind === 'compare') {
    if (part.op === 'eq') return EXACT.has(part.key[0]!);
    return (
      (part.op === 'gt' || part.op === 'gte') && EXACT.has(part.key[0]!) && !isNaNKey(part.key)
    );
  }
  return (
    part.kind === 'in' && part.patterns.length === 0 && part.keys.every((key) => EXACT.has(key[0]!))
  );
}

/** Numbers, strings, ObjectIds, booleans and dates. */
const EXACT = new Set([0x0a, 0x0f, 0x23, 0x28, 0x2d]);

function isNaNKey(key: Buffer): boolean {
  return key[0] === 0x0a && key.readBigUInt64BE(1) === 0n;
}
