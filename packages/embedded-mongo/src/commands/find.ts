import { compileExpression } from '../aggregate/expression.ts';
import type { Batch } from '../cursors.ts';
import { MongoError } from '../errors.ts';
import { compileProjection } from '../query/projection.ts';
import { runQuery } from '../query/run.ts';
import {
  arrayOption,
  boolOption,
  type Command,
  collectionName,
  countOption,
  deadlineOf,
  docOption,
  expectOptions,
  type Handler,
  longOf,
  numberOption,
} from './command.ts';
import { compileQuery, type QueryParts } from './filter.ts';
import { recordQuery } from './record.ts';

const KNOWN = [
  'filter',
  'sort',
  'projection',
  'hint',
  'skip',
  'limit',
  'batchSize',
  'singleBatch',
  'collation',
  'let',
  'noCursorTimeout',
  'allowDiskUse',
  'allowPartialResults',
];
/** Options that would change the answer, with what is said about them. */
const REFUSED = ['min', 'max', 'returnKey', 'showRecordId', 'tailable', 'awaitData', 'oplogReplay'];

export const find: Handler = (command) => {
  for (const name of REFUSED) {
    if (name === 'min' || name === 'max' ? command.options.has(name) : boolOption(command, name)) {
      throw new MongoError(
        'CommandNotSupported',
        `find with '${name}' is not supported by the embedded database`,
      );
    }
  }
  expectOptions(command, ...KNOWN, ...REFUSED);
  const name = collectionName(command);
  const { catalog, cursors, metrics } = command.engine;
  const collection = catalog.find(command.db, name);
  const namespace = `${command.db}.${name}`;
  const limit = numberOption(command, 'limit') ?? 0;
  if (limit < 0)
    throw new MongoError(51024, `BSON field 'limit' value must be >= 0, actual value '${limit}'`);
  const query = compileQuery(collection, {
    ...queryParts(command),
    limit,
    deadline: deadlineOf(command),
  });
  const project = compileProjection(docOption(command, 'projection'), {
    predicate: query.predicate,
    collation: query.collation,
    expression: (expression) => compileExpression(expression, docOption(command, 'let')),
  });
  const running = collection && runQuery(collection, query);
  const source = () => {
    const found = running?.next();
    if (!found) return undefined;
    return project ? project(found.doc) : found.doc;
  };
  const batch = cursors.open(namespace, source, {
    batchSize: countOption(command, 'batchSize'),
    singleBatch: boolOption(command, 'singleBatch'),
    noTimeout: boolOption(command, 'noCursorTimeout'),
  });
  if (running) recordQuery(command, name, query.filter, running);
  if (query.deadline) query.deadline.until = Number.POSITIVE_INFINITY;
  metrics.documents.returned += batch.docs.length;
  return firstBatch(batch, namespace);
};

export function queryParts(command: Command): QueryParts {
  return {
    filter: docOption(command, 'filter') ?? docOption(command, 'query'),
    sort: docOption(command, 'sort'),
    collation: docOption(command, 'collation'),
    hint: command.options.get('hint'),
    let: docOption(command, 'let'),
    skip: countOption(command, 'skip'),
  };
}

export function firstBatch({ docs, id }: Batch, ns: string): object {
  return { cursor: { firstBatch: docs, id, ns }, ok: 1 };
}

export const getMore: Handler = (command) => {
  expectOptions(command, 'collection', 'batchSize', 'term', 'lastKnownCommittedOpTime');
  const id = longOf(command.options.get('getMore')!);
  const ns = `${command.db}.${collectionName({ ...command, name: 'collection' })}`;
  const { docs, id: next } = command.engine.cursors.more(id, ns, countOption(command, 'batchSize'));
  command.engine.metrics.documents.returned += docs.length;
  return { cursor: { nextBatch: docs, id: next, ns }, ok: 1 };
};

export const killCursors: Handler = (command) => {
  expectOptions(command, 'cursors');
  const ns = `${command.db}.${collectionName(command)}`;
  const ids = (arrayOption(command, 'cursors') ?? []).map(longOf);
  const { killed, notFound } = command.engine.cursors.kill(ids, ns);
  return {
    cursorsKilled: killed,
    cursorsNotFound: notFound,
    cursorsAlive: [],
    cursorsUnknown: [],
    ok: 1,
  };
};
