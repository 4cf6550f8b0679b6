import { keyOf } from '../bson/key.ts';
import { type Elem, latin1 } from '../bson/raw.ts';
import type { Collection } from '../storage/collection.ts';
import { conjuncts } from './ast.ts';
import { isExact } from './covered-count.ts';
import { successor } from './interval.ts';
import { type Path, plainPathValue } from './path.ts';
import { type IndexAccess, indexAccesses } from './plan.ts';
import type { Query } from './run.ts';

/**
 * The values of a field by leaps through an index, one look-up for each value however many
 * documents have it (MongoDB's DISTINCT_SCAN); undefined where no index allows that.
 */
export function distinctScan(
  collection: Collection,
  query: Query,
  path: Path,
): Map<string, Elem> | undefined {
  if (query.collation || query.hint || query.natural !== undefined) return undefined;
  const list = conjuncts(query.predicate);
  for (const access of indexAccesses(collection, query)) {
    const field = access.index.spec.fields[access.points];
    if (field?.path.text !== path.text || field.descending) continue;
    if (isExact(access, list)) return leap(collection, access, path);
  }
  return undefined;
}

function leap(
  collection: Collection,
  { index, ranges }: IndexAccess,
  path: Path,
): Map<string, Elem> | undefined {
  const values = new Map<string, Elem>();
  for (const { lo, hi, prefix } of ranges) {
    for (let from = lo; ; ) {
      const [entry] = index.read({ lo: from, hi }, false, undefined, 1);
      if (!entry) break;
      const doc = collection.get(entry[1]);
      const value = doc && plainPathValue(doc, path);
      // Absent values share the key of null; whether one is null only their documents tell.
      if (!value) return undefined;
      const key = keyOf(value);
      values.set(latin1(key), value);
      from = successor(Buffer.concat([entry[0].subarray(0, prefix), key]));
    }
  }
  return values;
}
