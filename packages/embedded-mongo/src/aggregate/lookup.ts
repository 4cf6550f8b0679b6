import { arrayOf, NULL } from '../bson/convert.ts';
import { keyOf } from '../bson/key.ts';
import { type Elem, fields, items, stringOf } from '../bson/raw.ts';
import { close, openDoc } from '../bson/tree.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import type { Predicate } from '../query/ast.ts';
import { compileMatch } from '../query/match.ts';
import { parsePath, somePathValue } from '../query/path.ts';
import { runQuery } from '../query/run.ts';
import type { Collection } from '../storage/collection.ts';
import { changeAt } from '../update/apply.ts';
import type { NativeStage } from './stage.ts';

const SIMPLE = new Set(['from', 'localField', 'foreignField', 'as']);

/** `$lookup` by equality, through the other collection's indexes. */
export const lookup: NativeStage = (argument, context) => {
  if (argument.type !== T.object)
    throw new MongoError('FailedToParse', 'the $lookup specification must be an Object');
  const entries = fields(argument);
  if (entries.length !== 4 || entries.some(([name]) => !SIMPLE.has(name))) return undefined;
  const texts = new Map(
    entries.map(([name, value]) => {
      if (value.type !== T.string)
        throw new MongoError('FailedToParse', `$lookup argument '${name}' must be a string`);
      return [name, stringOf(value)] as const;
    }),
  );
  const local = parsePath(texts.get('localField')!);
  const foreign = parsePath(texts.get('foreignField')!);
  const as = texts.get('as')!.split('.');
  return (source) => () => {
    const doc = source();
    if (!doc) return undefined;
    const values: Elem[] = [];
    somePathValue(doc, local, false, (value) => {
      values.push(...(value?.type === T.array ? items(value) : [value ?? NULL]));
      return false;
    });
    const collection = context.collection(texts.get('from')!);
    const found = collection ? findEqual(collection, { path: foreign, values }) : [];
    const root = openDoc(doc);
    changeAt(root, as, true, () => arrayOf(found));
    return close(root);
  };
};

function findEqual(
  collection: Collection,
  { path, values }: { path: ReturnType<typeof parsePath>; values: Elem[] },
): Elem[] {
  const predicate: Predicate = {
    kind: 'in',
    path,
    values,
    keys: values.map((value) => keyOf(value)),
    patterns: [],
  };
  const running = runQuery(collection, { predicate, test: compileMatch(predicate), sort: [] });
  const found: Elem[] = [];
  for (let one = running.next(); one; one = running.next()) found.push(one.doc);
  return found;
}
