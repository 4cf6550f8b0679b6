import { statSync } from 'node:fs';
import { checkCollection } from '../admin/check-collection.ts';
import { MongoError } from '../errors.ts';
import type { Collection } from '../storage/collection.ts';
import type { Store } from '../storage/store.ts';
import { collectionName, countOption, expectOptions, type Handler } from './command.ts';
import { VERSION } from './hello.ts';

export const serverStatus: Handler = ({ engine }) => {
  const { metrics, executor, cursors, now, startedAt } = engine;
  const memory = process.memoryUsage();
  const uptime = (now() - startedAt) / 1000;
  return {
    host: 'localhost',
    version: VERSION,
    process: 'embedded-mongo',
    pid: BigInt(process.pid),
    uptime,
    localTime: new Date(now()),
    connections: { current: metrics.connections, totalCreated: metrics.connectionsEver },
    network: { bytesIn: BigInt(metrics.bytesIn), bytesOut: BigInt(metrics.bytesOut) },
    opcounters: Object.fromEntries(
      ['insert', 'find', 'update', 'delete', 'getMore', 'aggregate', 'findAndModify'].map(
        (name) => [name, BigInt(metrics.commands.get(name) ?? 0)],
      ),
    ),
    mem: {
      bits: 64,
      resident: Math.round(memory.rss / 2 ** 20),
      heap: Math.round(memory.heapUsed / 2 ** 20),
    },
    metrics: {
      cursor: { open: { total: cursors.size() } },
      document: { ...metrics.documents },
      queryExecutor: {
        scanned: BigInt(metrics.scanned.keys),
        scannedObjects: BigInt(metrics.scanned.docs),
        collectionScans: { total: metrics.scanned.collectionScans },
      },
      // The engine's own: what an index is missing for.
      wasteful: [...metrics.wasteful].map(([query, cost]) => ({ query, ...cost })),
      unindexed: [...metrics.unindexed].map(([query, count]) => ({ query, count })),
    },
    storageEngine: {
      name: 'sqlite',
      persistent: engine.store.file !== ':memory:',
      supportsCommittedReads: true,
    },
    groupCommit: { commits: BigInt(executor.commits()), pieces: BigInt(executor.pieces()) },
    ok: 1,
  };
};

export const dbStats: Handler = (command) => {
  expectOptions(command, 'scale', 'freeStorage');
  const { catalog, store } = command.engine;
  const scale = countOption(command, 'scale') || 1;
  const collections = catalog.list(command.db);
  const sizes = collections.map((collection) => collectionSizes(store, collection));
  const sum = (pick: (size: Sizes) => number) =>
    sizes.reduce((total, size) => total + pick(size), 0);
  const objects = sum(({ count }) => count);
  const dataSize = sum(({ data }) => data);
  return {
    db: command.db,
    collections: collections.length,
    views: 0,
    objects,
    avgObjSize: objects === 0 ? 0 : dataSize / objects,
    dataSize: dataSize / scale,
    storageSize: sum(({ storage }) => storage) / scale,
    indexes: collections.reduce((total, { indexes }) => total + indexes.length, 0),
    indexSize: sum(({ indexes }) => total(indexes)) / scale,
    totalSize: sum(({ storage, indexes }) => storage + total(indexes)) / scale,
    scaleFactor: scale,
    fsUsedSize: fileSize(store),
    ok: 1,
  };
};

export const collStats: Handler = (command) => {
  expectOptions(command, 'scale');
  const { catalog, store } = command.engine;
  const scale = countOption(command, 'scale') || 1;
  const name = collectionName(command);
  const collection = catalog.find(command.db, name);
  const ns = `${command.db}.${name}`;
  if (!collection)
    return {
      ns,
      size: 0,
      count: 0,
      storageSize: 0,
      nindexes: 0,
      totalIndexSize: 0,
      indexSizes: {},
      scaleFactor: scale,
      ok: 1,
    };
  const { count, data, storage, indexes } = collectionSizes(store, collection);
  return {
    ns,
    count,
    size: data / scale,
    ...(count > 0 ? { avgObjSize: data / count } : {}),
    storageSize: storage / scale,
    capped: false,
    nindexes: collection.indexes.length,
    totalIndexSize: total(indexes) / scale,
    indexSizes: Object.fromEntries([...indexes].map(([index, size]) => [index, size / scale])),
    totalSize: (storage + total(indexes)) / scale,
    scaleFactor: scale,
    ok: 1,
  };
};

export interface Sizes {
  count: number;
  /** Bytes of all documents. */
  data: number;
  /** Bytes of the pages that they take. */
  storage: number;
  indexes: Map<string, number>;
}

function total(sizes: Map<string, number>): number {
  let sum = 0;
  for (const size of sizes.values()) sum += size;
  return sum;
}

/** Sizes of one collection. Reads its rows once, so it is for people and not for loops. */
export function collectionSizes(store: Store, collection: Collection): Sizes {
  const [count, data] = store
    .prepare(`SELECT count(*), coalesce(sum(length(d)), 0) FROM c${collection.id}`)
    .get() as unknown as [number, number];
  const keys = (id: number) =>
    (
      store.prepare(`SELECT coalesce(sum(length(k) + 9), 0) FROM i${id}`).get() as unknown as [
        number,
      ]
    )[0];
  // SQLite is built without dbstat here; rows and keys with their overhead come close.
  return {
    count,
    data,
    storage: data + count * 9,
    indexes: new Map(collection.indexes.map(({ id, spec }) => [spec.name, keys(id)])),
  };
}

export function fileSize({ file }: Store): number {
  return file === ':memory:' ? 0 : statSync(file).size;
}

/** `validate` for one collection: every index must hold exactly the keys of the documents. */
export const validate: Handler = (command) => {
  expectOptions(command, 'full');
  const { catalog } = command.engine;
  const name = collectionName(command);
  const collection = catalog.find(command.db, name);
  if (!collection)
    throw new MongoError(
      'NamespaceNotFound',
      `Collection '${command.db}.${name}' does not exist to validate.`,
    );
  const { errors, records, keys } = checkCollection(collection);
  return {
    ns: collection.namespace,
    nrecords: records,
    nIndexes: collection.indexes.length,
    keysPerIndex: Object.fromEntries(keys),
    valid: errors.length === 0,
    errors,
    warnings: [],
    ok: 1,
  };
};
