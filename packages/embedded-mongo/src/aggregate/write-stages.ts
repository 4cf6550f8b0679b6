import { docOf } from '../bson/convert.ts';
import { keyOf } from '../bson/key.ts';
import { type Elem, fields, items, stringOf } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import type { DocSource } from '../cursors.ts';
import type { Engine } from '../engine.ts';
import { MongoError } from '../errors.ts';
import type { Predicate } from '../query/ast.ts';
import { compileMatch } from '../query/match.ts';
import { parsePath, plainPathValue } from '../query/path.ts';
import { runQuery } from '../query/run.ts';
import type { Collection } from '../storage/collection.ts';
import { idOf } from '../storage/collection.ts';
import { prepareInsert } from '../update/update.ts';
import type { Stage } from './pipeline.ts';
import { runPipelineUpdate } from './update-pipeline.ts';

interface Target {
  db: string;
  name: string;
}

function target(value: Elem | undefined, db: string): Target {
  if (value?.type === T.string) return { db, name: stringOf(value) };
  const named = value?.type === T.object ? new Map(fields(value)) : undefined;
  const coll = named?.get('coll');
  if (coll?.type !== T.string)
    throw new MongoError('FailedToParse', 'the target collection must be a string or {db, coll}');
  const other = named?.get('db');
  return { db: other?.type === T.string ? stringOf(other) : db, name: stringOf(coll) };
}

function drain(source: DocSource): Elem[] {
  const docs: Elem[] = [];
  for (let doc = source(); doc; doc = source()) docs.push(doc);
  return docs;
}

/** `$out`: the results become the whole content of a collection, all or nothing. */
function out(engine: Engine, db: string, argument: Elem, source: DocSource): void {
  const { db: toDb, name } = target(argument, db);
  const docs = drain(source).map(prepareInsert);
  const old = engine.catalog.find(toDb, name);
  const made = engine.catalog.ensure(toDb, old ? `${name}.tmp.out` : name, old?.options);
  try {
    for (const index of old?.indexes.slice(1) ?? []) engine.catalog.createIndex(made, index.spec);
    for (const doc of docs) made.insert(doc);
  } catch (error) {
    engine.catalog.drop(made);
    throw error;
  }
  if (old) {
    engine.catalog.drop(old);
    engine.catalog.rename(made, toDb, name);
  }
}

const MATCHED = new Set(['replace', 'keepExisting', 'merge', 'fail']);
const NOT_MATCHED = new Set(['insert', 'discard', 'fail']);

/** `$merge`: each result is put into a collection by its `on` fields. */
function merge(engine: Engine, db: string, argument: Elem, source: DocSource): void {
  const options =
    argument.type === T.object ? new Map(fields(argument)) : new Map([['into', argument]]);
  const { db: toDb, name } = target(options.get('into'), db);
  const matched = options.get('whenMatched');
  const whenMatched = !matched
    ? 'merge'
    : matched.type === T.array
      ? items(matched)
      : stringOf(matched);
  const whenNotMatched = options.has('whenNotMatched')
    ? stringOf(options.get('whenNotMatched')!)
    : 'insert';
  if (
    (typeof whenMatched === 'string' && !MATCHED.has(whenMatched)) ||
    !NOT_MATCHED.has(whenNotMatched)
  ) {
    throw new MongoError(
      'BadValue',
      `Enumeration value for $merge is not valid: ${whenMatched}, ${whenNotMatched}`,
    );
  }
  const on = onFields(options.get('on'));
  const docs = drain(source).map(prepareInsert);
  const collection = engine.catalog.ensure(toDb, name);
  requireUnique(collection, on);
  for (const doc of docs) {
    const found = findOn(collection, on, doc);
    if (!found) {
      if (whenNotMatched === 'insert') collection.insert(doc);
      else if (whenNotMatched === 'fail')
        throw new MongoError(
          13113,
          '$merge could not find a matching document in the target collection for at least one document in the source collection',
        );
    } else if (whenMatched === 'fail') {
      collection.insert(doc);
    } else if (whenMatched !== 'keepExisting') {
      const next =
        typeof whenMatched !== 'string'
          ? runPipelineUpdate(whenMatched, found.doc, { constants: docOf([['new', doc]]) })
          : whenMatched === 'replace'
            ? keepId(doc, found.doc)
            : mergeDocs(found.doc, doc);
      collection.replace(found.row, found.doc, next);
    }
  }
}

function onFields(elem: Elem | undefined): string[] {
  if (!elem) return ['_id'];
  return elem.type === T.array ? items(elem).map(stringOf) : [stringOf(elem)];
}

function requireUnique(collection: Collection, on: string[]): void {
  const wanted = [...on].sort().join();
  const found = collection.indexes.some(
    ({ spec }) =>
      spec.unique &&
      !spec.partial &&
      spec.fields
        .map(({ path }) => path.text)
        .sort()
        .join() === wanted,
  );
  if (!found)
    throw new MongoError(51183, 'Cannot find index to verify that join fields will be unique');
}

function findOn(collection: Collection, on: string[], doc: Elem) {
  const list = on.map((name): Predicate => {
    const path = parsePath(name);
    const value = plainPathValue(doc, path);
    if (!value || value.type === T.null)
      throw new MongoError(
        51132,
        "$merge write error: 'on' field cannot be missing, null, undefined or an array",
      );
    return { kind: 'compare', path, op: 'eq', value, key: keyOf(value) };
  });
  const predicate: Predicate = { kind: 'and', list };
  return runQuery(collection, {
    predicate,
    test: compileMatch(predicate),
    sort: [],
    limit: 1,
  }).next();
}

function keepId(doc: Elem, old: Elem): Elem {
  return docOf([['_id', idOf(old)!], ...fields(doc).filter(([name]) => name !== '_id')]);
}

function mergeDocs(old: Elem, doc: Elem): Elem {
  return docOf(new Map([...fields(old), ...fields(keepId(doc, old))]));
}

/** Takes a final `$out` or `$merge` off a pipeline. */
export function takeWriter(stages: Stage[]): Stage | undefined {
  stages.forEach(({ name }, i) => {
    if ((name === '$out' || name === '$merge') && i < stages.length - 1) {
      throw new MongoError(40601, `${name} can only be the final stage in the pipeline`);
    }
  });
  const last = stages.at(-1);
  return last && (last.name === '$out' || last.name === '$merge') ? stages.pop() : undefined;
}

export function runWriter(engine: Engine, db: string, stage: Stage, source: DocSource): void {
  if (stage.name === '$out') out(engine, db, stage.argument, source);
  else merge(engine, db, stage.argument, source);
}
