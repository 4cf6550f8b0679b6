import { conjuncts, type Predicate } from './ast.ts';
import { accessBy, type IndexAccess } from './plan.ts';
import type { Query } from './run.ts';
import type { Cost } from './scan.ts';

/** An access, and others of the same index of which every result has a key as well. */
export interface Narrowed {
  readonly access: IndexAccess;
  readonly also: readonly IndexAccess[];
}

/** Keys beyond this many are too many to be held against each other. */
const MOST_KEYS = 100_000;
const CHUNK = 512;

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
  const also = others.filter(({ keys }) => keys < MOST_KEYS).map(({ access }) => access);
  return { access: first!.access, also };
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

/** The rows that an access has keys of. */
export function rowsOf({ index, ranges }: IndexAccess, cost: Cost): Set<number> {
  const rows = new Set<number>();
  for (const range of ranges) {
    let chunk = index.read(range, false, undefined, CHUNK);
    for (;;) {
      cost.keysExamined += chunk.length;
      for (const [, row] of chunk) rows.add(row);
      if (range.exact || chunk.length < CHUNK) break;
      chunk = index.read(range, false, chunk.at(-1), CHUNK);
    }
  }
  return rows;
}
