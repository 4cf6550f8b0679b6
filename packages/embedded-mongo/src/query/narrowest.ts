import { T } from '../bson/types.ts';
import { conjuncts, type Predicate } from './ast.ts';
import { accessBy, type IndexAccess } from './plan.ts';
import type { Query } from './run.ts';

/** An access, and others of the same index: every result has a key of `also`, and none of `but`. */
export interface Narrowed {
  readonly access: IndexAccess;
  readonly also: readonly IndexAccess[];
  readonly but: readonly IndexAccess[];
}

/** How far keys are counted: so few documents are read in the time of counting on. */
const FEW_KEYS = 1000;

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
  const [first, ...others] = accesses
    .map((access) => ({ access, keys: access.index.countAll(access.ranges, FEW_KEYS) }))
    .sort((a, b) => a.keys - b.keys);
  // Beside few documents the many keys of another condition are not worth their reading.
  const isFew = first!.keys < FEW_KEYS;
  const also = others.filter(({ keys }) => !isFew || keys < FEW_KEYS).map(({ access }) => access);
  return { access: first!.access, also, but };
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
