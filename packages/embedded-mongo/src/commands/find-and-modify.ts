import { compileExpression } from '../aggregate/expression.ts';
import { runPipelineUpdate } from '../aggregate/update-pipeline.ts';
import type { Elem } from '../bson/raw.ts';
import { MongoError } from '../errors.ts';
import { compileProjection } from '../query/projection.ts';
import { type Query, runQuery } from '../query/run.ts';
import { type Collection, idOf } from '../storage/collection.ts';
import { compileUpdate, type Update } from '../update/update.ts';
import {
  boolOption,
  type Command,
  collectionName,
  deadlineOf,
  docOption,
  expectOptions,
  type Handler,
} from './command.ts';
import { compileQuery } from './filter.ts';
import { queryParts } from './find.ts';
import { recordQuery } from './record.ts';
import { changeRow } from './update.ts';

export const findAndModify: Handler = (command) => {
  expectOptions(
    command,
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'bypassDocumentValidation',
    'collation',
    'arrayFilters',
    'hint',
    'let',
  );
  const name = collectionName(command);
  const removing = boolOption(command, 'remove');
  const upsert = boolOption(command, 'upsert');
  const wantsNew = boolOption(command, 'new');
  const update = command.options.get('update');
  if (removing && (update || upsert || wantsNew)) {
    throw new MongoError(
      'FailedToParse',
      update
        ? 'Cannot specify both an update and remove=true'
        : upsert
          ? 'Cannot specify both upsert=true and remove=true'
          : "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    );
  }
  if (!removing && !update)
    throw new MongoError('FailedToParse', 'Either an update or remove=true must be specified');
  const { catalog } = command.engine;
  const collection = upsert ? catalog.ensure(command.db, name) : catalog.find(command.db, name);
  const query = compileQuery(collection, {
    ...queryParts(command),
    limit: 1,
    deadline: deadlineOf(command),
  });
  const compiled = update && compileOwn(command, update, query);
  const reply = collection
    ? modify(command, collection, { query, compiled, upsert, wantsNew })
    : { lastErrorObject: removing ? { n: 0 } : { n: 0, updatedExisting: false }, value: undefined };
  const project = compileProjection(docOption(command, 'fields'), {
    predicate: query.predicate,
    collation: query.collation,
    expression: (expression) => compileExpression(expression, docOption(command, 'let')),
  });
  const value = reply.value && project ? project(reply.value) : reply.value;
  return { lastErrorObject: reply.lastErrorObject, value: value ?? null, ok: 1 };
};

function compileOwn(command: Command, update: Elem, query: Query): Update {
  return compileUpdate({
    update,
    predicate: query.predicate,
    arrayFilters: command.options.get('arrayFilters'),
    collation: query.collation,
    now: command.engine.now(),
    pipeline: (stages, doc) =>
      runPipelineUpdate(stages, doc, { variables: docOption(command, 'let') }),
  });
}

interface Modified {
  lastErrorObject: object;
  value: Elem | undefined;
}

function modify(
  command: Command,
  collection: Collection,
  {
    query,
    compiled,
    upsert,
    wantsNew,
  }: { query: Query; compiled: Update | undefined; upsert: boolean; wantsNew: boolean },
): Modified {
  const running = runQuery(collection, query);
  const found = running.next();
  recordQuery(command, collection.name, query.filter, running);
  const { documents } = command.engine.metrics;
  if (!compiled) {
    if (!found) return { lastErrorObject: { n: 0 }, value: undefined };
    collection.remove(found.row, found.doc);
    documents.deleted++;
    return { lastErrorObject: { n: 1 }, value: found.doc };
  }
  if (found) {
    const after = changeRow(collection, found.row, found.doc, compiled);
    if (after) documents.updated++;
    return {
      lastErrorObject: { n: 1, updatedExisting: true },
      value: wantsNew ? after || found.doc : found.doc,
    };
  }
  if (!upsert) return { lastErrorObject: { n: 0, updatedExisting: false }, value: undefined };
  const made = compiled.insert();
  collection.insert(made);
  documents.inserted++;
  return {
    lastErrorObject: { n: 1, updatedExisting: false, upserted: idOf(made) },
    value: wantsNew ? made : undefined,
  };
}
