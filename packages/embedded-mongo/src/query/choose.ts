import type { Collection } from '../storage/collection.ts';
import { conjuncts, type Predicate } from './ast.ts';
import { narrowest } from './narrowest.ts';
import { type IndexAccess, indexAccesses } from './plan.ts';
import type { Query } from './run.ts';
import type { SortField } from './sort.ts';

/** How a query will be answered. */
export type Plan =
  | { kind: 'scan'; reverse: boolean; blockingSort: boolean }
  | { kind: 'empty'; blockingSort: false }
  | {
      kind: 'index';
      /** One access, or one per branch of an `$or`. */
      branches: IndexAccess[];
      /** Of one branch: accesses of which every result has a key too, and of which none has. */
      also: readonly IndexAccess[];
      but: readonly IndexAccess[];
      /** The rows among which all results are, where they are few and known. */
      few?: readonly number[] | undefined;
      /** Where branches are merged in order: where the sort's part of each key starts. */
      mergeFrom: number[] | undefined;
      blockingSort: boolean;
    };

/** Picks an index by its bounds, the order it gives and, where close, by what it would read. */
export function choosePlan(collection: Collection, query: Query): Plan {
  const { sort } = query;
  if (query.natural !== undefined) {
    return { kind: 'scan', reverse: query.natural < 0, blockingSort: sort.length > 0 };
  }
  if (neverTrue(query.predicate)) return { kind: 'empty', blockingSort: false };
  const found = indexAccesses(collection, query, query.hint);
  const best = pick(found, query);
  if (best && (best.points > 0 || query.hint)) return single(best, query);
  const union = orUnion(collection, query);
  if (union && (!best || best.points === 0)) return union;
  if (best) return single(best, query);
  return { kind: 'scan', reverse: false, blockingSort: sort.length > 0 };
}

function single(found: IndexAccess, query: Query): Plan {
  const { access, also, but, few } = narrowest(query, found);
  return {
    kind: 'index',
    branches: [access],
    also,
    but,
    few,
    mergeFrom: undefined,
    blockingSort: query.sort.length > 0 && !access.sorted,
  };
}

function neverTrue(predicate: Predicate): boolean {
  return conjuncts(predicate).some(
    (part) => part.kind === 'never' || (part.kind === 'in' && part.values.length === 0),
  );
}

/** Reads beyond this many keys are not told apart when candidates are compared. */
const PROBE = 1000;

/**
 * The best by rule, unless another candidate provably reads far less: each is probed by
 * counting at most `PROBE` of its keys.
 */
function pick(found: IndexAccess[], query: Query): IndexAccess | undefined {
  const [first, ...others] = found;
  if (!first || query.hint || others.length === 0 || isLookup(first)) return first;
  // In order, with a limit and nothing left to filter: no other can read less.
  if (query.limit && first.sorted && coversFilter(first, query)) return first;
  let best = first;
  let bestCost = estimate(first, query);
  for (const other of others.slice(0, 4)) {
    if (bestCost <= 16) break;
    if (!isBounded(other)) continue;
    const cost = estimate(other, query);
    if (cost * 2 < bestCost) {
      best = other;
      bestCost = cost;
    }
  }
  return best;
}

function isLookup({ index, points }: IndexAccess): boolean {
  return index.spec.unique && points === index.spec.fields.length;
}

function isBounded(access: IndexAccess): boolean {
  return access.points > 0 || access.bounds[0] !== undefined;
}

/** Keys that an access would read, up to a limit; in order with a limit it may stop early. */
function estimate(access: IndexAccess, query: Query): number {
  const stops = query.limit && access.sorted && coversFilter(access, query);
  if (stops) return query.limit! + access.ranges.length;
  let keys = 0;
  for (const range of access.ranges) {
    keys += access.index.countUpTo(range, PROBE - keys);
    if (keys >= PROBE) break;
  }
  return keys;
}

/** Whether the bounds say all that the filter says, so that nearly every key is a result. */
function coversFilter(access: IndexAccess, query: Query): boolean {
  const bound = new Set(
    access.index.spec.fields.filter((_, i) => access.bounds[i]).map(({ path }) => path.text),
  );
  return conjuncts(query.predicate).every((part) => 'path' in part && bound.has(part.path.text));
}

/** `$or`: each branch by an index of its own; their rows are united, or merged in order. */
function orUnion(collection: Collection, query: Query): Plan | undefined {
  const parts = conjuncts(query.predicate);
  const or = parts.find((part) => part.kind === 'or');
  if (or?.kind !== 'or') return undefined;
  const rest = parts.filter((part) => part !== or);
  const branches: IndexAccess[] = [];
  for (const branch of or.list) {
    const predicate: Predicate = { kind: 'and', list: [branch, ...rest] };
    const wanted = { predicate, sort: query.sort, collation: query.collation };
    const access = pick(indexAccesses(collection, wanted), { ...query, predicate });
    if (!access || !isBounded(access)) return undefined;
    branches.push(access);
  }
  const mergeFrom = mergeOffsets(branches, query.sort);
  const blockingSort = query.sort.length > 0 && mergeFrom === undefined;
  return { kind: 'index', branches, also: [], but: [], mergeFrom, blockingSort };
}

/**
 * Branches can be merged when each gives the sort from one prefix and all have the sort's
 * fields in the same directions, so that the rests of their keys compare.
 */
function mergeOffsets(branches: IndexAccess[], sort: readonly SortField[]): number[] | undefined {
  if (sort.length === 0) return undefined;
  const { reverse } = branches[0]!;
  const comparable = branches.every(
    ({ index, points, sorted, ranges, ...access }) =>
      sorted &&
      access.reverse === reverse &&
      ranges.length === 1 &&
      sort.every(({ path }, i) => index.spec.fields[points + i]?.path.text === path.text),
  );
  return comparable ? branches.map(({ ranges }) => ranges[0]!.prefix) : undefined;
}
