import { conjuncts, type Predicate } from './ast.ts';
import { accessBy, type IndexAccess } from './plan.ts';
import type { Query } from './run.ts';

/** An access, and others of the same index of which every result has a key as well. */
export interface Narrowed {
  readonly access: IndexAccess;
  readonly also: readonly IndexAccess[];
}

/** Keys beyond this many are not told apart. */
const MOST_KEYS = 20_000;
/** So few documents are read sooner than the keys of the others. */
const FEW_KEYS = 100;

/**
 * Several conditions on one field of arrays (`{$and: [{tags: "a"}, {tags: "b"}]}`) may be met
 * by different items, so that an index is bound by one of them only: by the one with the
 * fewest keys. The others serve to pass over documents without reading them.
 */
export function narrowest(query: Query, found: IndexAccess): Narrowed {
  const field = found.index.spec.fields[0]?.path.text;
  if (query.collation || !(found.index.multikey & 1)) return { access: found, also: [] };
  const list = conjuncts(query.predicate);
  const same = list.filter((part) => isEquality(part) && part.path.text === field);
  if (same.length < 2) return { access: found, also: [] };
  const rest = list.filter((part) => !same.includes(part));
  const candidates = same.flatMap((part) => {
    const access = accessBy(found.index, [part, ...rest], query);
    return access && access.sorted === found.sorted ? [{ access, keys: countKeys(access) }] : [];
  });
  if (candidates.length < same.length) return { access: found, also: [] };
  candidates.sort((a, b) => a.keys - b.keys);
  const [first, ...others] = candidates;
  // Only what comes in the same order can be read along.
  const isFew = first!.keys < FEW_KEYS;
  const also = isFew ? [] : others.map(({ access }) => access).filter(isOrdered);
  return { access: first!.access, also: isOrdered(first!.access) ? also : [] };
}

/** Its entries come by what follows the keys' common beginnings, one range or many. */
function isOrdered({ ranges, merge }: IndexAccess): boolean {
  return merge || ranges.length === 1;
}

function isEquality(part: Predicate): part is Extract<Predicate, { kind: 'in' | 'compare' }> {
  return part.kind === 'in' || (part.kind === 'compare' && part.op === 'eq');
}

function countKeys({ index, ranges }: IndexAccess): number {
  let keys = 0;
  for (const range of ranges) {
    keys += index.countUpTo(range, MOST_KEYS - keys);
    if (keys >= MOST_KEYS) break;
  }
  return keys;
}
