import type { BulkWriteResult, Collection, Db, Document, MongoClient } from 'mongodb';

export interface Operation {
  name: string;
  object: string;
  arguments?: Document;
  expectError?: Document;
  expectResult?: unknown;
  ignoreResultAndError?: boolean;
  saveResultAsEntity?: string;
}

export type Entity = MongoClient | Db | Collection;

/** An operation of the suite that this runner (or the driver) does not have. */
export class NotSupported extends Error {}

type Run<E> = (target: E, args: Document, options: Document) => Promise<unknown>;

const collectionOperations: Record<string, [string[], Run<Collection>]> = {
  find: [['filter'], (c, a, o) => c.find(a.filter, o).toArray()],
  findOne: [['filter'], (c, a, o) => c.findOne(a.filter, o)],
  aggregate: [['pipeline'], (c, a, o) => c.aggregate(a.pipeline, o).toArray()],
  insertOne: [['document'], (c, a, o) => c.insertOne(a.document, o)],
  insertMany: [['documents'], (c, a, o) => c.insertMany(a.documents, o)],
  updateOne: [['filter', 'update'], (c, a, o) => c.updateOne(a.filter, a.update, o)],
  updateMany: [['filter', 'update'], (c, a, o) => c.updateMany(a.filter, a.update, o)],
  replaceOne: [['filter', 'replacement'], (c, a, o) => c.replaceOne(a.filter, a.replacement, o)],
  deleteOne: [['filter'], (c, a, o) => c.deleteOne(a.filter, o)],
  deleteMany: [['filter'], (c, a, o) => c.deleteMany(a.filter, o)],
  findOneAndDelete: [['filter'], (c, a, o) => c.findOneAndDelete(a.filter, o)],
  findOneAndUpdate: [
    ['filter', 'update'],
    (c, a, o) => c.findOneAndUpdate(a.filter, a.update, returned(o)),
  ],
  findOneAndReplace: [
    ['filter', 'replacement'],
    (c, a, o) => c.findOneAndReplace(a.filter, a.replacement, returned(o)),
  ],
  countDocuments: [['filter'], (c, a, o) => c.countDocuments(a.filter, o)],
  count: [['filter'], (c, a, o) => c.count(a.filter, o)],
  estimatedDocumentCount: [[], (c, _a, o) => c.estimatedDocumentCount(o)],
  distinct: [['fieldName', 'filter'], (c, a, o) => c.distinct(a.fieldName, a.filter ?? {}, o)],
  bulkWrite: [['requests'], async (c, a, o) => bulkResult(await c.bulkWrite(a.requests, o))],
  createIndex: [['keys'], (c, a, o) => c.createIndex(a.keys, o)],
};

const databaseOperations: Record<string, [string[], Run<Db>]> = {
  aggregate: [['pipeline'], (d, a, o) => d.aggregate(a.pipeline, o).toArray()],
  runCommand: [['command', 'commandName'], (d, a, o) => d.command(a.command, o)],
  createCollection: [['collection'], (d, a, o) => d.createCollection(a.collection, o)],
  dropCollection: [['collection'], (d, a, o) => d.dropCollection(a.collection, o)],
  modifyCollection: [['collection'], (d, a, o) => d.command({ collMod: a.collection, ...o })],
};

const clientOperations: Record<string, [string[], Run<MongoClient>]> = {
  clientBulkWrite: [['models'], (client, a, o) => client.bulkWrite(clientModels(a.models), o)],
};

/** The driver answers an object with getters; the suite means a document. */
export function bulkResult(result: BulkWriteResult): Document {
  const {
    insertedCount,
    matchedCount,
    modifiedCount,
    deletedCount,
    upsertedCount,
    upsertedIds,
    insertedIds,
  } = result;
  return {
    insertedCount,
    matchedCount,
    modifiedCount,
    deletedCount,
    upsertedCount,
    upsertedIds,
    insertedIds,
  };
}

function returned(options: Document): Document {
  const { returnDocument, ...rest } = options;
  return returnDocument ? { ...rest, returnDocument: String(returnDocument).toLowerCase() } : rest;
}

function clientModels(models: Document[]): never {
  return models.map((model) => {
    const [name, rest] = Object.entries(model)[0]!;
    return { name, ...rest };
  }) as never;
}

export async function runOperation(
  entity: Entity,
  { name, arguments: args = {} }: Operation,
): Promise<unknown> {
  const table =
    'collectionName' in entity
      ? collectionOperations
      : 'databaseName' in entity
        ? databaseOperations
        : clientOperations;
  const found = (table as Record<string, [string[], Run<Entity>]>)[name];
  if (!found) throw new NotSupported(`operation ${name}`);
  const [own, run] = found;
  const options = Object.fromEntries(Object.entries(args).filter(([key]) => !own.includes(key)));
  return run(entity, args, options);
}
