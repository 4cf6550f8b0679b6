import { toElem } from './bson/convert.ts';
import { keyOf } from './bson/key.ts';
import type { Engine } from './engine.ts';
import type { Predicate } from './query/ast.ts';
import { compileMatch } from './query/match.ts';
import { runQuery } from './query/run.ts';
import type { Collection } from './storage/collection.ts';
import type { SortedIndex } from './storage/sorted-index.ts';

/** Documents removed per piece of work, so that clients get their turns in between. */
const BATCH = 500;

/** Removes the documents that TTL indexes have expired; returns how many. */
export async function expireDocuments(engine: Engine): Promise<number> {
  let removed = 0;
  for (const collection of engine.catalog.list()) {
    for (const index of [...collection.indexes]) {
      if (index.spec.expireAfterSeconds === undefined) continue;
      for (;;) {
        const n = await engine.executor.run(() => expireBatch(engine, collection, index));
        removed += n;
        if (n < BATCH) break;
      }
    }
  }
  return removed;
}

function expireBatch(engine: Engine, listed: Collection, index: SortedIndex): number {
  const collection = engine.catalog.find(listed.db, listed.name);
  const { expireAfterSeconds, fields } = index.spec;
  const same = collection?.indexes.find(({ id }) => id === index.id);
  if (!collection || !same || expireAfterSeconds === undefined) return 0;
  // Only dates expire, and of an array the least: this is what the range of dates means.
  const value = toElem(new Date(engine.now() - expireAfterSeconds * 1000));
  const predicate: Predicate = {
    kind: 'compare',
    path: fields[0]!.path,
    op: 'lte',
    value,
    key: keyOf(value),
  };
  const hint = same.spec.partial || same.spec.sparse ? undefined : same;
  const running = runQuery(collection, {
    predicate,
    test: compileMatch(predicate),
    sort: [],
    limit: BATCH,
    hint,
  });
  const expired = [];
  for (let found = running.next(); found; found = running.next()) expired.push(found);
  const { partial } = same.spec;
  const own = partial ? expired.filter(({ doc }) => partial.test(doc)) : expired;
  for (const { row, doc } of own) collection.remove(row, doc);
  engine.metrics.documents.deleted += own.length;
  return own.length;
}
