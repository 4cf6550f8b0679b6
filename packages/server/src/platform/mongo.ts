/** The database: connection, named indexes, and writes that share a round trip. */
import {
  type Collection,
  type Db,
  type Document,
  type IndexDirection,
  MongoBulkWriteError,
  MongoClient,
  MongoServerError,
  type OptionalUnlessRequiredId,
} from 'mongodb';
import { type BatchResult, createCoalescer } from './coalesce.ts';

/** An index, declared beside the queries that use it. Every index has a name. */
export type IndexSpec = {
  collection: string;
  name: string;
  key: Record<string, IndexDirection>;
  unique?: boolean;
  sparse?: boolean;
  partialFilterExpression?: Document;
  expireAfterSeconds?: number;
};

export type Mongo = {
  db: Db;
  collection: <T extends Document>(name: string) => Collection<T>;
  ensureIndexes: (specs: IndexSpec[]) => Promise<void>;
  ping: () => Promise<void>;
  close: () => Promise<void>;
};

/** Connects, or throws within ten seconds. */
export async function connectMongo(options: { url: string; name: string }): Promise<Mongo> {
  const client = new MongoClient(options.url, {
    serverSelectionTimeoutMS: 10_000,
    ignoreUndefined: true,
    maxPoolSize: 16,
    retryWrites: false,
    retryReads: true,
    writeConcern: { w: 'majority', journal: true },
  });
  await client.connect();
  const db = client.db(options.name);

  async function ensureIndexes(specs: IndexSpec[]): Promise<void> {
    const byCollection = Map.groupBy(specs, (spec) => spec.collection);
    await Promise.all(
      [...byCollection].map(([name, ofCollection]) => {
        const definitions = ofCollection.map(({ collection: _, ...definition }) => definition);
        return db.collection(name).createIndexes(definitions);
      }),
    );
  }

  return {
    db,
    collection: (name) => db.collection(name),
    ensureIndexes,
    ping: async () => {
      await db.command({ ping: 1 });
    },
    close: () => client.close(),
  };
}

/** Whether an error says that a unique index already holds such a document (code 11000). */
export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === 11_000;
}

/**
 * An insert whose calls within one event-loop turn become one unordered insertMany.
 * Resolves to true, or to false where a unique index already held such a document.
 */
export function createInserter<T extends Document>(
  collection: Collection<T>,
): (document: OptionalUnlessRequiredId<T>) => Promise<boolean> {
  return createCoalescer(async (documents: OptionalUnlessRequiredId<T>[]) => {
    const results: BatchResult<boolean>[] = documents.map(() => ({ ok: true, value: true }));
    try {
      await collection.insertMany(documents, { ordered: false });
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError)) throw error;
      const failures = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
      // The driver wraps a lost connection in the same class: then nothing is known of the rest.
      if (error.insertedCount + failures.length !== documents.length) throw error;
      for (const failure of failures) {
        results[failure.index] =
          failure.code === 11_000
            ? { ok: true, value: false }
            : { ok: false, error: new Error(failure.errmsg ?? 'the write failed') };
      }
    }
    return results;
  });
}

/** A look-up by one field whose calls within one event-loop turn become one `$in`. */
export function createFinder<T extends Document>(
  collection: Collection<T>,
  field: keyof T & string,
): (key: string) => Promise<T | null> {
  return createCoalescer(async (keys: string[]) => {
    const filter = { [field]: { $in: [...new Set(keys)] } } as Document;
    const found = await collection.find(filter as never).toArray();
    const byKey = new Map(
      found.map((document) => [String(document[field]), document as unknown as T]),
    );
    return keys.map((key): BatchResult<T | null> => ({ ok: true, value: byKey.get(key) ?? null }));
  });
}
