import { runPipelineUpdate } from '../aggregate/update-pipeline.ts';
import { type Elem, fields } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import type { Query } from '../query/run.ts';
import { runQuery } from '../query/run.ts';
import { type Collection, idOf } from '../storage/collection.ts';
import { compileUpdate, type Update } from '../update/update.ts';
import {
  type Command,
  collectionName,
  deadlineOf,
  docOption,
  expectOptions,
  type Handler,
} from './command.ts';
import { compileQuery, isTrue } from './filter.ts';
import { isOrdered, statements } from './insert.ts';
import { recordQuery } from './record.ts';
import { eachStatement, withErrors } from './write-errors.ts';

const KNOWN = new Set([
  'q',
  'u',
  'c',
  'multi',
  'upsert',
  'collation',
  'arrayFilters',
  'hint',
  'let',
]);

export const update: Handler = (command) => {
  expectOptions(command, 'updates', 'ordered', 'bypassDocumentValidation', 'let');
  const name = collectionName(command);
  const upserted: { index: number; _id: Elem }[] = [];
  let n = 0;
  let nModified = 0;
  const errors = eachStatement(
    statements(command, 'updates'),
    isOrdered(command),
    (statement, index) => {
      const outcome = updateOne(command, name, statement);
      n += outcome.matched;
      nModified += outcome.modified;
      if (outcome.upserted) {
        upserted.push({ index, _id: outcome.upserted });
        n++;
      }
    },
  );
  command.engine.metrics.documents.updated += nModified;
  const reply = upserted.length > 0 ? { n, nModified, upserted } : { n, nModified };
  return withErrors(reply, errors);
};

interface Outcome {
  matched: number;
  modified: number;
  upserted?: Elem;
}

function updateOne(command: Command, name: string, statement: Elem): Outcome {
  const options = new Map(fields(statement));
  for (const option of options.keys()) {
    if (!KNOWN.has(option))
      throw new MongoError(40415, `BSON field 'update.updates.${option}' is an unknown field.`);
  }
  const q = options.get('q');
  const u = options.get('u');
  if (q?.type !== T.object || !u) {
    throw new MongoError(40414, "BSON field 'update.updates.q' is missing but a required field");
  }
  const multi = isTrue(options.get('multi'));
  const upsert = isTrue(options.get('upsert'));
  const { catalog } = command.engine;
  const collection = upsert ? catalog.ensure(command.db, name) : catalog.find(command.db, name);
  const variables = docOption(command, 'let');
  const query = compileQuery(collection, {
    filter: q,
    collation: options.get('collation'),
    hint: options.get('hint'),
    let: variables,
    limit: multi ? 0 : 1,
    deadline: deadlineOf(command),
  });
  const compiled = compileUpdate({
    update: u,
    predicate: query.predicate,
    arrayFilters: options.get('arrayFilters'),
    collation: query.collation,
    now: command.engine.now(),
    pipeline: (stages, doc) =>
      runPipelineUpdate(stages, doc, { constants: options.get('c'), variables }),
  });
  if (compiled.isReplacement && multi) {
    throw new MongoError(
      'FailedToParse',
      'multi update is not supported for replacement-style update',
    );
  }
  if (!collection) return { matched: 0, modified: 0 };
  return applyUpdate(command, collection, { query, compiled, upsert });
}

function applyUpdate(
  command: Command,
  collection: Collection,
  { query, compiled, upsert }: { query: Query; compiled: Update; upsert: boolean },
): Outcome {
  const running = runQuery(collection, query);
  let matched = 0;
  let modified = 0;
  for (const { row, doc } of collect(running.next)) {
    matched++;
    if (changeRow(collection, row, doc, compiled)) modified++;
  }
  recordQuery(command, collection.name, query.filter, running);
  if (matched > 0 || !upsert) return { matched, modified };
  const made = compiled.insert();
  collection.insert(made);
  return { matched: 0, modified: 0, upserted: idOf(made)! };
}

/** All results first: a change must not come back to the query that found it. */
export function collect<R>(next: () => R | undefined): R[] {
  const found: R[] = [];
  for (let one = next(); one; one = next()) found.push(one);
  return found;
}

/** Writes the changed document; false where the change changes nothing. */
export function changeRow(
  collection: Collection,
  row: number,
  doc: Elem,
  compiled: Update,
): Elem | false {
  const after = compiled.change(doc);
  const same = Buffer.compare(
    doc.buf.subarray(doc.start, doc.end),
    after.buf.subarray(after.start, after.end),
  );
  if (same === 0) return false;
  collection.replace(row, doc, after);
  return after;
}
