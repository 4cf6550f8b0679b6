import { type Document, EJSON } from 'bson';
import { MongoBulkWriteError, MongoClient, MongoServerError } from 'mongodb';
import { mismatch, show } from './matches.ts';
import { bulkResult, type Entity, type Operation, runOperation } from './operations.ts';
import { applies, type Requirement } from './requirements.ts';

interface CollectionData {
  databaseName: string;
  collectionName: string;
  documents: Document[];
  createOptions?: Document;
}

interface SpecFile {
  description: string;
  runOnRequirements?: Requirement[];
  createEntities: Record<string, Document>[];
  initialData?: CollectionData[];
  tests: SpecTest[];
}

interface SpecTest {
  description: string;
  runOnRequirements?: Requirement[];
  skipReason?: string;
  operations: Operation[];
  outcome?: CollectionData[];
}

export interface Outcome {
  name: string;
  result: 'passed' | 'failed' | 'skipped';
  reason?: string;
}

/** Runs all tests of one file of the suite against the server at `url`. */
export async function runFile(text: string, url: string, admin: MongoClient): Promise<Outcome[]> {
  const file = EJSON.parse(text) as SpecFile;
  const outcomes: Outcome[] = [];
  for (const test of file.tests) {
    const name = `${file.description}: ${test.description}`;
    if (test.skipReason || !applies(file.runOnRequirements) || !applies(test.runOnRequirements)) {
      outcomes.push({ name, result: 'skipped' });
      continue;
    }
    try {
      await runTest(file, test, { url, admin });
      outcomes.push({ name, result: 'passed' });
    } catch (error) {
      outcomes.push({
        name,
        result: 'failed',
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return outcomes;
}

interface Server {
  url: string;
  admin: MongoClient;
}

async function runTest(file: SpecFile, test: SpecTest, { url, admin }: Server): Promise<void> {
  for (const data of file.initialData ?? []) await fill(admin, data);
  const clients: MongoClient[] = [];
  try {
    const entities = await createEntities(file.createEntities, url, clients);
    for (const operation of test.operations) await check(operation, entities);
    for (const { databaseName, collectionName, documents } of test.outcome ?? []) {
      const actual = await admin
        .db(databaseName)
        .collection(collectionName)
        .find()
        .sort({ _id: 1 })
        .toArray();
      const wrong = mismatch(documents, actual, 'outcome', false);
      if (wrong) throw new Error(wrong);
    }
  } finally {
    for (const client of clients) await client.close();
  }
}

async function fill(
  admin: MongoClient,
  { databaseName, collectionName, documents, createOptions }: CollectionData,
) {
  const db = admin.db(databaseName);
  await db.dropCollection(collectionName);
  if (createOptions || documents.length === 0)
    await db.createCollection(collectionName, createOptions);
  if (documents.length > 0) await db.collection(collectionName).insertMany(documents);
}

async function createEntities(
  list: Record<string, Document>[],
  url: string,
  clients: MongoClient[],
) {
  const entities = new Map<string, Entity>();
  for (const entry of list) {
    const [kind, spec] = Object.entries(entry)[0]!;
    if (kind === 'client') {
      const client = new MongoClient(url, { ...spec.uriOptions });
      clients.push(client);
      entities.set(spec.id, await client.connect());
    } else if (kind === 'database') {
      entities.set(
        spec.id,
        (entities.get(spec.client) as MongoClient).db(spec.databaseName, spec.databaseOptions),
      );
    } else if (kind === 'collection') {
      const db = entities.get(spec.database) as ReturnType<MongoClient['db']>;
      entities.set(spec.id, db.collection(spec.collectionName, spec.collectionOptions));
    } else throw new Error(`the runner has no entity ${kind}`);
  }
  return entities;
}

async function check(operation: Operation, entities: Map<string, Entity>): Promise<void> {
  if (operation.object === 'testRunner')
    throw new Error(
      `the runner has no ${operation.name}: fail points are a test command of mongod`,
    );
  const entity = entities.get(operation.object)!;
  let result: unknown;
  try {
    result = await runOperation(entity, operation);
  } catch (error) {
    if (!operation.expectError) throw error;
    checkError(operation.expectError, error as Error);
    return;
  }
  if (operation.expectError)
    throw new Error(`${operation.name} was to fail, but gave ${show(result)}`);
  if (operation.expectResult === undefined) return;
  const wrong = mismatch(operation.expectResult, result, operation.name);
  if (wrong) throw new Error(wrong);
}

function checkError(expected: Document, error: Error): void {
  const server = error instanceof MongoServerError;
  const fail = (what: string) => {
    throw new Error(`${what}: ${error.name} ${server ? error.code : ''} ${error.message}`);
  };
  if (expected.isClientError === true && server) fail('expected a client error');
  if (expected.isClientError === false && !server) fail('expected a server error');
  if (
    expected.errorCode !== undefined &&
    (error as MongoServerError).code !== Number(expected.errorCode)
  )
    fail(`expected code ${expected.errorCode}`);
  if (
    expected.errorContains &&
    !error.message.toLowerCase().includes(expected.errorContains.toLowerCase())
  )
    fail('expected another message');
  if (expected.errorResponse) {
    const wrong = mismatch(
      expected.errorResponse,
      (error as MongoServerError).errorResponse ?? error,
      'errorResponse',
    );
    if (wrong) fail(wrong);
  }
  if (expected.expectResult && error instanceof MongoBulkWriteError) {
    const wrong = mismatch(expected.expectResult, bulkResult(error.result), 'error result');
    if (wrong) fail(wrong);
  }
}
