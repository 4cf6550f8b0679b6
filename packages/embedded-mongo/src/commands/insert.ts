import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { prepareInsert } from '../update/update.ts';
import {
  arrayOption,
  boolOption,
  type Command,
  collectionName,
  expectOptions,
  type Handler,
} from './command.ts';
import { eachStatement, withErrors } from './write-errors.ts';

/** MongoDB's limit is 100,000; smaller batches let other clients in between. */
export const MAX_BATCH = 20_000;

export const insert: Handler = (command) => {
  expectOptions(command, 'documents', 'ordered', 'bypassDocumentValidation');
  const documents = statements(command, 'documents');
  const { catalog, metrics } = command.engine;
  const collection = catalog.ensure(command.db, collectionName(command));
  let n = 0;
  const errors = collection.inserting(() =>
    eachStatement(documents, isOrdered(command), (doc) => {
      if (doc.type !== T.object)
        throw new MongoError('TypeMismatch', 'a document to insert must be an object');
      collection.insert(prepareInsert(doc));
      n++;
    }),
  );
  metrics.documents.inserted += n;
  return withErrors({ n }, errors);
};

export function isOrdered(command: Command): boolean {
  return !command.options.has('ordered') || boolOption(command, 'ordered');
}

/** The statements of a write command, from its body or its document sequence. */
export function statements(command: Command, name: string) {
  const list = arrayOption(command, name);
  if (!list) {
    throw new MongoError(
      40414,
      `BSON field '${command.name}.${name}' is missing but a required field`,
    );
  }
  if (list.length === 0 || list.length > MAX_BATCH) {
    throw new MongoError(
      'InvalidLength',
      `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${list.length} operations.`,
    );
  }
  return list;
}
