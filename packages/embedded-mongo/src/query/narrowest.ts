import { T } from '../bson/types.ts';
import { conjuncts, type Predicate } from './ast.ts';
import { accessBy, type IndexAccess } from './plan.ts';
import type { Query } from './run.ts';

/** An access, and others of the same index: every result has a key of `also`, and none of `but`. */
export interface Narrowed {
  readonly access: IndexAccess;
  readonly also: readonly IndexAccess[];
  readonly but: readonly IndexAccess[];
  /** Where they are known already: the few rows among which all results are. */
  readonly few?: readonly number[] | undefined;
}

/** How far keys are read: so few documents are read in the time of reading on. */
const FEW_KEYS = 1000;
/** So many documents at most are fetched and put in order, where reading keys in theirs is dearer. */
const FEW_ROWS = 100;

/**
 * Several conditions on one field of arrays (`{$and: [{tags: "a"}, {tags: "b"}]}`) may be met
 * by different items, so that an index is bound by one of them only: by the one with the
 * fewest keys. The others serve to pass over documents without reading them
 * (`meet-rows.ts`).
 */
export function narrowest(query: Query, found: IndexAccess): Narrowed {
  const alone = { access: found, also: [], but: [] };
  const field = found.index.spec.fields[0]?.path.text;
  if (query.collation || !(found.index.multikey & 1) || found.points === 0) return alone;
  const list = conjuncts(query.predicate);
  const same = list.filter((part) => isEquality(part) && part.path.text === field);
  const rest = list.filter((part) => !same.includes(part));
  const accessOf = (part: Predicate) => accessBy(found.index, [part, ...rest], query) ?? [];
  const but = rest.flatMap((part) => (isWithout(part, field) ? accessOf(part.inner) : []));
  if (same.length < 2) return { ...alone, but };
  const accesses = same.flatMap(accessOf);
  if (accesses.length < same.length || accesses.some(({ sorted }) => sorted !== found.sorted))
    return alone;
  const read = accesses
    .map((access) => ({ access, rows: access.index.someRows(access.ranges, FEW_KEYS) }))
    .sort((a, b) => a.rows.length - b.rows.length);
  const [first, ...others] = read;
  const whole = read.filter(({ rows }) => rows.length < FEW_KEYS);
  // To begin in order costs a look at each range, as much as a document does.
  const worth = Math.max(first!.access.ranges.length, (query.limit ?? 0) + (query.skip ?? 0));
  // Beside few documents the many keys of another condition are not worth their reading.
  const also = others.filter((one) => whole.length === 0 || whole.includes(one));
  return {
    access: first!.access,
    also: also.map(({ access }) => access),
    but,
    few: fewOf(
      whole.map(({ rows }) => rows),
      Math.min(worth, FEW_ROWS),
    ),
  };
}

/** The rows that all of these have in common, where that is no more than `most`. */
function fewOf([first, ...others]: number[][], most: number): number[] | undefined {
  if (!first) return undefined;
  let met = new Set(first);
  for (const rows of others) met = met.intersection(new Set(rows));
  return met.size <= most ? [...met] : undefined;
}

/** None of some strings: whatever has a key of them is no result. */
function isWithout(part: Predicate, field: string | undefined): part is Without {
  if (part.kind !== 'not' || !isEquality(part.inner) || part.inner.path.text !== field)
    return false;
  const { inner } = part;
  const values = inner.kind === 'in' ? inner.values : [inner.value];
  return values.every(({ type }) => type === T.string);
}

type Without = { kind: 'not'; inner: Predicate };

function isEquality(part: Predicate): part is Extract<Predicate, { kind: 'in' | 'compare' }> {
  return part.kind === 'in' || (part.kind === 'compare' && part.op === 'eq');
}
