import { docOf, truthy } from '../bson/convert.ts';
import { type Elem, fields, stringOf } from '../bson/raw.ts';
import { replyElem } from '../bson/reply.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { compileMatch } from '../query/match.ts';
import { parseFilter } from '../query/parse.ts';
import { checkName } from '../storage/catalog.ts';
import { parseCollectionOptions } from '../storage/collection-options.ts';
import { type IndexSpec, parseIndexSpec } from '../storage/index-spec.ts';
import {
  boolOption,
  collectionName,
  docOption,
  expectOptions,
  type Handler,
  stringOption,
} from './command.ts';
import { firstBatch } from './find.ts';

const CREATE_OPTIONS = [
  'capped',
  'size',
  'max',
  'timeseries',
  'expireAfterSeconds',
  'clusteredIndex',
  'changeStreamPreAndPostImages',
  'validator',
  'validationLevel',
  'validationAction',
  'indexOptionDefaults',
  'viewOn',
  'pipeline',
  'collation',
  'storageEngine',
  'encryptedFields',
  'autoIndexId',
  'idIndex',
];

export const create: Handler = (command) => {
  expectOptions(command, ...CREATE_OPTIONS);
  const { catalog } = command.engine;
  const name = collectionName(command);
  const own = CREATE_OPTIONS.flatMap((option): [string, Elem][] => {
    const value = command.options.get(option);
    return value && option !== 'idIndex' ? [[option, value]] : [];
  });
  const options = parseCollectionOptions(docOf(own));
  if (catalog.find(command.db, name)) {
    throw new MongoError('NamespaceExists', `Collection ${command.db}.${name} already exists.`);
  }
  catalog.ensure(command.db, name, options);
  return { ok: 1 };
};

export const drop: Handler = (command) => {
  expectOptions(command);
  const { catalog, cursors } = command.engine;
  const collection = catalog.find(command.db, collectionName(command));
  // MongoDB 7 answers ok for a collection that is not there.
  if (!collection) return { ok: 1 };
  cursors.killIn(collection.namespace);
  const nIndexesWas = collection.indexes.length;
  catalog.drop(collection);
  return { nIndexesWas, ns: collection.namespace, ok: 1 };
};

export const dropDatabase: Handler = (command) => {
  expectOptions(command);
  const { catalog, cursors } = command.engine;
  for (const collection of catalog.list(command.db)) {
    cursors.killIn(collection.namespace);
    catalog.drop(collection);
  }
  return { dropped: command.db, ok: 1 };
};

export const renameCollection: Handler = (command) => {
  expectOptions(command, 'to', 'dropTarget');
  const { catalog, cursors } = command.engine;
  const [fromDb, fromName] = splitNamespace(collectionName(command));
  const [toDb, toName] = splitNamespace(stringOption(command, 'to') ?? '');
  const source = catalog.find(fromDb, fromName);
  if (!source)
    throw new MongoError(
      'NamespaceNotFound',
      `Source collection ${fromDb}.${fromName} does not exist`,
    );
  const there = catalog.find(toDb, toName);
  if (there === source)
    throw new MongoError('IllegalOperation', "Can't rename a collection to itself");
  if (there && !boolOption(command, 'dropTarget')) {
    throw new MongoError('NamespaceExists', 'target namespace exists');
  }
  checkName(toDb, toName);
  cursors.killIn(source.namespace);
  if (there) {
    cursors.killIn(there.namespace);
    catalog.drop(there);
  }
  catalog.rename(source, toDb, toName);
  return { ok: 1 };
};

function splitNamespace(namespace: string): [string, string] {
  const dot = namespace.indexOf('.');
  if (dot < 1)
    throw new MongoError('InvalidNamespace', `Invalid namespace specified '${namespace}'`);
  return [namespace.slice(0, dot), namespace.slice(dot + 1)];
}

export const listCollections: Handler = (command) => {
  expectOptions(command, 'filter', 'nameOnly', 'cursor', 'authorizedCollections');
  const nameOnly = boolOption(command, 'nameOnly');
  const test = filterTest(docOption(command, 'filter'));
  const docs = command.engine.catalog
    .list(command.db)
    .map(({ name, options, indexes }) =>
      replyElem(
        nameOnly
          ? { name, type: 'collection' }
          : {
              name,
              type: 'collection',
              options: options.raw,
              info: { readOnly: false },
              idIndex: indexes[0]!.spec.raw,
            },
      ),
    )
    .filter(test);
  return firstBatch({ docs, id: 0n }, `${command.db}.$cmd.listCollections`);
};

export const listDatabases: Handler = (command) => {
  expectOptions(command, 'filter', 'nameOnly', 'authorizedDatabases');
  if (command.db !== 'admin') {
    throw new MongoError(
      'Unauthorized',
      'listDatabases may only be run against the admin database.',
    );
  }
  const test = filterTest(docOption(command, 'filter'));
  const { catalog } = command.engine;
  const databases = catalog
    .databases()
    .map((name) => replyElem({ name, sizeOnDisk: 0n, empty: catalog.list(name).length === 0 }))
    .filter(test);
  return { databases, totalSize: 0n, totalSizeMb: 0n, ok: 1 };
};

function filterTest(filter: Elem | undefined): (doc: Elem) => boolean {
  return filter ? compileMatch(parseFilter(filter)) : () => true;
}

/** `collMod` for indexes: hide, show, change the expiry. */
export const collMod: Handler = (command) => {
  expectOptions(command, 'index');
  const { catalog } = command.engine;
  const collection = catalog.find(command.db, collectionName(command));
  if (!collection) throw new MongoError('NamespaceNotFound', 'ns does not exist');
  const change = docOption(command, 'index');
  if (!change) return { ok: 1 };
  const wanted = new Map(fields(change));
  const name = wanted.get('name');
  const index = collection.indexes.find(
    ({ spec }) => name?.type === T.string && spec.name === stringOf(name),
  );
  if (!index) throw new MongoError('IndexNotFound', 'cannot find index for ns');
  catalog.changeIndex(index, changedSpec(index.spec.raw, wanted));
  return { ok: 1, ...(wanted.has('hidden') ? { hidden_new: truthy(wanted.get('hidden')) } : {}) };
};

function changedSpec(raw: Elem, wanted: Map<string, Elem>): IndexSpec {
  const next = new Map(fields(raw));
  for (const [option, value] of wanted) {
    if (option === 'name' || option === 'keyPattern') continue;
    if (option !== 'hidden' && option !== 'expireAfterSeconds') {
      throw new MongoError(
        'InvalidOptions',
        `collMod cannot change the index option '${option}' in the embedded database`,
      );
    }
    next.set(option, value);
  }
  return parseIndexSpec(docOf(next));
}
