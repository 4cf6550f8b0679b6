import { keyOf } from '../bson/key.ts';
import { type Elem, isEmptyDoc, items, latin1 } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { coveredCount } from '../query/covered-count.ts';
import { distinctScan } from '../query/distinct-scan.ts';
import { type Path, parsePath, somePathValue } from '../query/path.ts';
import { type Query, runQuery } from '../query/run.ts';
import type { Collection } from '../storage/collection.ts';
import {
  type Command,
  collectionName,
  countOption,
  deadlineOf,
  docOption,
  expectOptions,
  type Handler,
  numberOption,
  stringOption,
} from './command.ts';
import { compileQuery } from './filter.ts';
import { queryParts } from './find.ts';
import { recordQuery } from './record.ts';

export const count: Handler = (command) => {
  expectOptions(command, 'query', 'limit', 'skip', 'hint', 'collation', 'fields');
  const collection = command.engine.catalog.find(command.db, collectionName(command));
  const limit = Math.abs(numberOption(command, 'limit') ?? 0);
  const skip = countOption(command, 'skip') ?? 0;
  const filter = docOption(command, 'query');
  const query = compileQuery(collection, {
    ...queryParts(command),
    filter,
    limit,
    skip,
    deadline: deadlineOf(command),
  });
  if (!collection) return { n: 0, ok: 1 };
  if (!filter || isEmptyDoc(filter)) {
    const n = Math.max(0, collection.count() - skip);
    return { n: limit > 0 ? Math.min(n, limit) : n, ok: 1 };
  }
  const covered = limit === 0 && skip === 0 ? coveredCount(collection, query) : undefined;
  if (covered !== undefined) {
    command.engine.metrics.scanned.keys += covered;
    return { n: covered, ok: 1 };
  }
  const running = runQuery(collection, query);
  let n = 0;
  while (running.next()) n++;
  recordQuery(command, collection.name, query.filter, running);
  return { n, ok: 1 };
};

export const distinct: Handler = (command) => {
  expectOptions(command, 'key', 'query', 'collation', 'hint');
  const key = stringOption(command, 'key');
  if (key === undefined)
    throw new MongoError(40414, "BSON field 'distinct.key' is missing but a required field");
  const collection = command.engine.catalog.find(command.db, collectionName(command));
  const query = compileQuery(collection, { ...queryParts(command), deadline: deadlineOf(command) });
  if (!collection) return { values: [], ok: 1 };
  const path = parsePath(key);
  const leapt = distinctScan(collection, query, path);
  if (leapt) command.engine.metrics.scanned.keys += leapt.size;
  const values = leapt ?? valuesOf(command, collection, { query, path });
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  return { values: sorted, ok: 1 };
};

/** The values of a field over all matches; the items of an array count as values. */
function valuesOf(
  command: Command,
  collection: Collection,
  { query, path }: { query: Query; path: Path },
): Map<string, Elem> {
  const values = new Map<string, Elem>();
  const running = runQuery(collection, query);
  for (let found = running.next(); found; found = running.next()) {
    somePathValue(found.doc, path, false, (value) => {
      for (const one of value?.type === T.array ? items(value) : value ? [value] : []) {
        const id = latin1(keyOf(one, query.collation?.fold));
        if (!values.has(id)) values.set(id, one);
      }
      return false;
    });
  }
  recordQuery(command, collection.name, query.filter, running);
  return values;
}
