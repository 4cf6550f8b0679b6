import { variablesOf } from '../aggregate/expression.ts';
import { countOnly } from '../aggregate/group.ts';
import { limitOf, skipOf } from '../aggregate/native-stages.ts';
import { parseStages, runStages, type Stage } from '../aggregate/pipeline.ts';
import type { StageContext } from '../aggregate/stage.ts';
import { runWriter, takeWriter } from '../aggregate/write-stages.ts';
import { docOf, int32Elem, numberOf, plainDoc } from '../bson/convert.ts';
import { type Elem, fields, isEmptyDoc } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import type { DocSource } from '../cursors.ts';
import { MongoError } from '../errors.ts';
import { coveredCount } from '../query/covered-count.ts';
import { type Query, type Running, runQuery } from '../query/run.ts';
import type { Collection } from '../storage/collection.ts';
import {
  arrayOption,
  type Command,
  collectionName,
  deadlineOf,
  docOption,
  expectOptions,
  type Handler,
} from './command.ts';
import { compileQuery, type QueryParts, queryCollation } from './filter.ts';
import { firstBatch } from './find.ts';
import { recordQuery } from './record.ts';

export const aggregate: Handler = (command) => {
  expectOptions(
    command,
    'pipeline',
    'cursor',
    'allowDiskUse',
    'bypassDocumentValidation',
    'collation',
    'hint',
    'let',
    'explain',
  );
  const { engine, db } = command;
  const { running, query, source, writer } = preparePipeline(command);
  const name =
    command.options.get('aggregate')!.type === T.string
      ? collectionName(command)
      : '$cmd.aggregate';
  const namespace = `${db}.${name}`;
  if (!command.options.has('cursor')) {
    throw new MongoError(
      'FailedToParse',
      "The 'cursor' option is required, except for aggregate with the explain argument",
    );
  }
  if (writer) {
    runWriter(engine, db, writer, source);
    return firstBatch({ docs: [], id: 0n }, namespace);
  }
  const cursor = docOption(command, 'cursor');
  const batchSize = cursor
    ? numberOf(fields(cursor).find(([field]) => field === 'batchSize')?.[1])
    : undefined;
  if (batchSize !== undefined && batchSize < 0) {
    throw new MongoError('BadValue', "BSON field 'batchSize' value must be >= 0");
  }
  const batch = engine.cursors.open(namespace, source, { batchSize });
  if (running) recordQuery(command, name, query.filter, running);
  if (query.deadline) query.deadline.until = Number.POSITIVE_INFINITY;
  engine.metrics.documents.returned += batch.docs.length;
  return firstBatch(batch, namespace);
};

export interface PreparedPipeline {
  running: Running | undefined;
  query: Query;
  source: DocSource;
  writer: Stage | undefined;
  /** Stages behind those that the query itself carries out. */
  rest: Stage[];
}

/** Parses a pipeline, gives its head to the planner and chains what remains. */
export function preparePipeline(command: Command): PreparedPipeline {
  const { engine, db } = command;
  const list = arrayOption(command, 'pipeline');
  if (!list)
    throw new MongoError('TypeMismatch', "'pipeline' option must be specified as an array");
  const stages = parseStages(list);
  const writer = takeWriter(stages);
  const wholeDatabase = command.options.get('aggregate')!.type !== T.string;
  const collection = wholeDatabase ? undefined : engine.catalog.find(db, collectionName(command));
  if (wholeDatabase && stages[0]?.name !== '$documents') {
    throw new MongoError(
      'InvalidNamespace',
      `{aggregate: 1} is not valid for '${stages[0]?.name ?? 'an empty pipeline'}'; a collection is required.`,
    );
  }
  const collation = queryCollation(collection, command.options.get('collation'));
  const context = stageContext(command, collation);
  const parts: QueryParts = {
    collation: command.options.get('collation'),
    hint: command.options.get('hint'),
    let: docOption(command, 'let'),
    deadline: deadlineOf(command),
  };
  const used = takeHead(stages, parts);
  const query = compileQuery(collection, parts);
  const running = collection && runQuery(collection, query);
  const rest = stages.slice(used);
  const counted = collection && !writer ? countedByIndex(collection, query, rest) : undefined;
  if (counted) return { running: undefined, query, source: counted, writer, rest };
  const source = runStages(() => running?.next()?.doc, rest, context);
  return { running, query, source, writer, rest };
}

/** `countDocuments` is a pipeline; where an index can count, no document is read. */
function countedByIndex(
  collection: Collection,
  query: Query,
  rest: readonly Stage[],
): DocSource | undefined {
  const counts =
    rest.length === 1 && rest[0]!.name === '$group' ? countOnly(rest[0]!.argument) : undefined;
  if (!counts || query.skip || query.limit) return undefined;
  const n = coveredCount(collection, query);
  if (n === undefined) return undefined;
  const results =
    n === 0
      ? []
      : [
          docOf([
            ['_id', counts.id],
            [counts.name, int32Elem(n)],
          ]),
        ];
  return () => results.pop();
}

function stageContext(command: Command, collation: StageContext['collation']): StageContext {
  const { catalog } = command.engine;
  const variables = docOption(command, 'let');
  return {
    db: command.db,
    variables: variablesOf(variables),
    let: variables,
    collation,
    collection: (name) => catalog.find(command.db, name),
    wholeCollection: (name) => wholeCollection(catalog.find(command.db, name)),
  };
}

function wholeCollection(collection: Collection | undefined) {
  if (!collection) return [];
  const docs = [];
  for (let from: number | undefined; ; ) {
    const rows = collection.scan(from, 500);
    if (rows.length === 0) return docs;
    for (const [row, doc] of rows) {
      docs.push(plainDoc(doc));
      from = row;
    }
  }
}

/**
 * The leading `$match`, `$sort`, `$skip` and `$limit`, in this order, are one query:
 * indexes serve them. Returns how many stages that takes.
 */
function takeHead(stages: readonly Stage[], parts: QueryParts): number {
  let at = 0;
  const next = (name: string): Elem | undefined =>
    stages[at]?.name === name ? stages[at]!.argument : undefined;
  const filter = next('$match');
  if (filter?.type === T.object) {
    parts.filter = filter;
    at++;
  }
  const sort = next('$sort');
  if (sort?.type === T.object && !isEmptyDoc(sort)) {
    parts.sort = sort;
    at++;
  }
  const skip = next('$skip');
  if (skip) {
    parts.skip = skipOf(skip);
    at++;
  }
  const limit = next('$limit');
  if (limit) {
    parts.limit = limitOf(limit);
    at++;
  }
  return at;
}
