import { docOf, int32Elem, truthy } from '../bson/convert.ts';
import { type Elem, fields, stringOf } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import type { Collection } from '../storage/collection.ts';
import { type IndexSpec, parseIndexSpec, sameKey, sameOptions } from '../storage/index-spec.ts';
import type { SortedIndex } from '../storage/sorted-index.ts';
import { arrayOption, collectionName, expectOptions, type Handler } from './command.ts';
import { firstBatch } from './find.ts';

export const createIndexes: Handler = (command) => {
  expectOptions(command, 'indexes', 'commitQuorum', 'ignoreUnknownIndexOptions');
  const list = arrayOption(command, 'indexes');
  if (!list || list.length === 0)
    throw new MongoError('BadValue', 'Must specify at least one index to create');
  const specs = list.map((raw) => normalised(raw));
  const { catalog } = command.engine;
  const name = collectionName(command);
  const existed = catalog.find(command.db, name) !== undefined;
  const collection = catalog.ensure(command.db, name);
  const numIndexesBefore = collection.indexes.length;
  for (const spec of specs) {
    if (!exists(collection, spec)) catalog.createIndex(collection, spec);
  }
  const numIndexesAfter = collection.indexes.length;
  const note = numIndexesAfter === numIndexesBefore ? { note: 'all indexes already exist' } : {};
  return {
    numIndexesBefore,
    numIndexesAfter,
    createdCollectionAutomatically: !existed,
    ...note,
    ok: 1,
  };
};

/** Stored as MongoDB lists it: version first, false options left out. */
function normalised(raw: Elem): IndexSpec {
  if (raw.type !== T.object)
    throw new MongoError('TypeMismatch', 'an index specification must be an object');
  const kept = fields(raw).filter(([name, value]) => {
    if (name === 'v' || name === 'ns' || name === 'background') return false;
    return !((name === 'unique' || name === 'sparse' || name === 'hidden') && !truthy(value));
  });
  return parseIndexSpec(docOf([['v', int32Elem(2)], ...kept]));
}

/** True where the very index is there already; clashes are refused with MongoDB's codes. */
function exists(collection: Collection, spec: IndexSpec): boolean {
  for (const { spec: there } of collection.indexes) {
    const key = sameKey(there, spec);
    // _id is unique by itself, whatever is asked.
    if (key && there.name === '_id_') return true;
    if (there.name === spec.name) {
      if (key && sameOptions(there, spec)) return true;
      if (key) {
        throw new MongoError(
          'IndexKeySpecsConflict',
          `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${spec.name}`,
        );
      }
      throw new MongoError(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index but a different key: ${spec.name}`,
      );
    }
    if (key && sameOptions(there, spec)) {
      throw new MongoError(
        'IndexOptionsConflict',
        `Index already exists with a different name: ${there.name}`,
      );
    }
    if (key && there.collation === spec.collation && !there.partial && !spec.partial) {
      throw new MongoError(
        'IndexOptionsConflict',
        `An equivalent index already exists with a different name or options: ${there.name}`,
      );
    }
  }
  return false;
}

export const listIndexes: Handler = (command) => {
  expectOptions(command, 'cursor', 'includeBuildUUIDs', 'includeIndexBuildInfo');
  const name = collectionName(command);
  const collection = command.engine.catalog.find(command.db, name);
  if (!collection)
    throw new MongoError('NamespaceNotFound', `ns does not exist: ${command.db}.${name}`);
  const docs = collection.indexes.map(({ spec }) => spec.raw);
  return firstBatch({ docs, id: 0n }, collection.namespace);
};

export const dropIndexes: Handler = (command) => {
  expectOptions(command, 'index');
  const { catalog } = command.engine;
  const collection = catalog.find(command.db, collectionName(command));
  if (!collection)
    throw new MongoError(
      'NamespaceNotFound',
      `ns not found ${command.db}.${collectionName(command)}`,
    );
  const nIndexesWas = collection.indexes.length;
  // A cursor must not read on in an index that is gone.
  command.engine.cursors.killIn(collection.namespace);
  for (const index of named(collection, command.options.get('index'))) {
    if (index.spec.name === '_id_') throw new MongoError('InvalidOptions', 'cannot drop _id index');
    catalog.dropIndex(collection, index);
  }
  return { nIndexesWas, ok: 1 };
};

function named(collection: Collection, wanted: Elem | undefined): SortedIndex[] {
  if (wanted?.type === T.string) {
    const name = stringOf(wanted);
    if (name === '*') return collection.indexes.slice(1);
    const found = collection.indexes.find(({ spec }) => spec.name === name);
    if (!found) throw new MongoError('IndexNotFound', `index not found with name [${name}]`);
    return [found];
  }
  if (wanted?.type === T.object) {
    const asked = parseIndexSpec(
      docOf([
        ['key', wanted],
        ['name', { ...NAME }],
      ]),
    );
    const found = collection.indexes.find(({ spec }) => sameKey(spec, asked));
    if (!found) throw new MongoError('IndexNotFound', "can't find index with key");
    return [found];
  }
  throw new MongoError('TypeMismatch', 'dropIndexes needs the name or the key of an index');
}

const NAME: Elem = { type: T.string, buf: Buffer.from([2, 0, 0, 0, 0x78, 0]), start: 0, end: 6 };
