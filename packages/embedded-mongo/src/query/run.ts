import type { Elem } from '../bson/raw.ts';
import { MongoError } from '../errors.ts';
import type { Collection } from '../storage/collection.ts';
import type { SortedIndex } from '../storage/sorted-index.ts';
import type { Predicate } from './ast.ts';
import { blockingSort } from './blocking-sort.ts';
import { choosePlan, type Plan } from './choose.ts';
import type { Collation } from './collation.ts';
import { fetchFew, meetRows } from './meet-rows.ts';
import {
  accessEntries,
  type Cost,
  type Found,
  fetchMatching,
  mergeEntries,
  type Source,
  scanMatching,
} from './scan.ts';
import type { SortField } from './sort.ts';

/** A query as all commands state it. */
export interface Query {
  /** What was asked, where a client asked it; for the record. */
  filter?: Elem | undefined;
  predicate: Predicate;
  test: (doc: Elem) => boolean;
  sort: readonly SortField[];
  collation?: Collation | undefined;
  skip?: number | undefined;
  /** 0 or undefined: no limit. */
  limit?: number | undefined;
  hint?: SortedIndex | undefined;
  /** `$natural` order: 1, -1, or undefined when an index may be used. */
  natural?: 1 | -1 | undefined;
  deadline?: Deadline | undefined;
}

/** When a query is given up. Once its first results are out, a cursor may take its time. */
export interface Deadline {
  /** Milliseconds since the epoch. */
  until: number;
}

export interface Running {
  readonly plan: Plan;
  readonly cost: Cost;
  readonly next: Source<Found>;
}

/** Plans a query and starts it; nothing is read before the first pull. */
export function runQuery(collection: Collection, query: Query): Running {
  const plan = choosePlan(collection, query);
  const cost: Cost = { keysExamined: 0, docsExamined: 0, returned: 0 };
  const wanted = query.limit ? query.limit + (query.skip ?? 0) : 0;
  let next = planSource(collection, query, plan, { cost, wanted });
  if (plan.blockingSort) {
    next = blockingSort(next, { sort: query.sort, collation: query.collation, keep: wanted });
  }
  return { plan, cost, next: counted(window(next, query.skip ?? 0, query.limit ?? 0), cost) };
}

function planSource(
  collection: Collection,
  query: Query,
  plan: Plan,
  { cost, wanted }: { cost: Cost; wanted: number },
): Source<Found> {
  const test = withDeadline(query.test, query.deadline);
  if (plan.kind === 'scan') {
    return scanMatching(collection, { test, reverse: plan.reverse, cost });
  }
  if (plan.kind === 'empty') return () => undefined;
  const hint = plan.blockingSort || wanted === 0 ? 101 : wanted;
  const { branches } = plan;
  if (branches.length === 1) {
    const access = branches[0]!;
    const { also, but, few } = plan;
    if (few) return fetchFew(collection, { access, few }, query, { test, cost });
    if (also.length + but.length > 0)
      return meetRows(collection, { access, also, but }, query, { test, hint, cost });
    const seen = access.index.multikey !== 0 ? new Set<number>() : undefined;
    return fetchMatching(collection, accessEntries(access, hint, cost), { test, seen, cost });
  }
  const entries = branches.map((access) => accessEntries(access, plan.mergeFrom ? 1 : hint, cost));
  if (plan.mergeFrom) {
    const inputs = entries.map((next, i) => ({ next, prefix: plan.mergeFrom![i]! }));
    const merged = mergeEntries(inputs, branches[0]!.reverse);
    return fetchMatching(collection, merged, { test, seen: new Set(), cost });
  }
  let at = 0;
  const chained = () => {
    while (at < entries.length) {
      const entry = entries[at]!();
      if (entry) return entry;
      at++;
    }
    return undefined;
  };
  return fetchMatching(collection, chained, { test, seen: new Set(), cost });
}

function counted(source: Source<Found>, cost: Cost): Source<Found> {
  return () => {
    const found = source();
    if (found) cost.returned++;
    return found;
  };
}

function window(source: Source<Found>, skip: number, limit: number): Source<Found> {
  if (skip === 0 && limit === 0) return source;
  let skipped = 0;
  let given = 0;
  return () => {
    for (; skipped < skip; skipped++) if (!source()) return undefined;
    if (limit !== 0 && given >= limit) return undefined;
    given++;
    return source();
  };
}

/** Gives up with MaxTimeMSExpired as soon as a document is tested too late. */
function withDeadline(test: Query['test'], deadline: Deadline | undefined): Query['test'] {
  if (deadline === undefined) return test;
  return (doc) => {
    if (Date.now() > deadline.until) {
      throw new MongoError('MaxTimeMSExpired', 'operation exceeded time limit');
    }
    return test(doc);
  };
}
