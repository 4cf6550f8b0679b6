import { numberOf, toElem, truthy } from '../bson/convert.ts';
import { bytesOf, type Elem, fields, latin1, stringOf } from '../bson/raw.ts';
import { isNumber, T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { conjuncts, type Predicate } from '../query/ast.ts';
import { type Collation, parseCollation } from '../query/collation.ts';
import { compileMatch, type Test } from '../query/match.ts';
import { parseFilter } from '../query/parse.ts';
import { parsePath } from '../query/path.ts';
import type { IndexField } from './index-keys.ts';

/** What `createIndexes` was asked for, checked. */
export interface IndexSpec {
  readonly name: string;
  readonly key: Elem;
  readonly fields: readonly IndexField[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly hidden: boolean;
  readonly expireAfterSeconds: number | undefined;
  readonly collation: Collation | undefined;
  readonly partial: { filter: Elem; predicate: Predicate; test: Test } | undefined;
  /** Top-level fields that the keys depend on; undefined where that cannot be told. */
  readonly roots: ReadonlySet<string> | undefined;
  /** The document that `listIndexes` answers. */
  readonly raw: Elem;
}

const KNOWN = new Set([
  'key',
  'name',
  'unique',
  'sparse',
  'hidden',
  'expireAfterSeconds',
  'collation',
  'partialFilterExpression',
  'v',
  'background',
  'ns',
]);

/** Parses one index specification; options that would be ignored are refused. */
export function parseIndexSpec(raw: Elem): IndexSpec {
  const options = new Map(fields(raw));
  for (const name of options.keys()) {
    if (!KNOWN.has(name)) {
      throw new MongoError(
        'CannotCreateIndex',
        `The index option '${name}' is not supported by the embedded database`,
      );
    }
  }
  const key = options.get('key');
  if (key?.type !== T.object) {
    throw new MongoError(
      'FailedToParse',
      "The 'key' field is a required property of an index specification",
    );
  }
  const name = options.get('name');
  if (name?.type !== T.string) {
    throw new MongoError(
      'FailedToParse',
      "The 'name' field is a required property of an index specification",
    );
  }
  const expire = options.get('expireAfterSeconds');
  const parsed = parseKey(key);
  const collation = parseCollation(options.get('collation'));
  const sparse = truthy(options.get('sparse'));
  const partial = parsePartial(options.get('partialFilterExpression'), collation);
  if (sparse && partial) {
    throw new MongoError(
      'CannotCreateIndex',
      'cannot mix "partialFilterExpression" and "sparse" options',
    );
  }
  return withUniqueId({
    name: stringOf(name),
    key,
    fields: parsed,
    unique: truthy(options.get('unique')),
    sparse,
    hidden: truthy(options.get('hidden')),
    expireAfterSeconds: parseExpiry(expire, parsed),
    collation,
    partial,
    roots: rootsOf(parsed, partial?.filter),
    raw,
  });
}

function rootsOf(key: readonly IndexField[], filter: Elem | undefined) {
  const conditions = filter ? fields(filter).map(([name]) => name) : [];
  if (conditions.some((name) => name.startsWith('$'))) return undefined;
  const paths = [...key.map(({ path }) => path.text), ...conditions];
  return new Set(paths.map((path) => path.split('.', 1)[0]!));
}

function parseKey(key: Elem): IndexField[] {
  const parsed = fields(key).map(([path, direction]): IndexField => {
    if (path === '' || path.split('.').includes('')) {
      throw new MongoError('CannotCreateIndex', 'Index keys cannot contain an empty field.');
    }
    if (path.startsWith('$') || path.includes('.$') || path.includes('$**')) {
      throw new MongoError(
        'CannotCreateIndex',
        `Index key field '${path}' is not supported by the embedded database`,
      );
    }
    if (direction.type === T.string) {
      throw new MongoError(
        'CannotCreateIndex',
        `Index type '${stringOf(direction)}' is not supported by the embedded database`,
      );
    }
    const order = isNumber(direction.type) ? numberOf(direction)! : Number.NaN;
    if (!order)
      throw new MongoError(
        'CannotCreateIndex',
        'Values in the index key pattern must be non-zero numbers.',
      );
    return { path: parsePath(path), descending: order < 0 };
  });
  if (parsed.length === 0) throw new MongoError('CannotCreateIndex', 'Index keys cannot be empty.');
  if (parsed.length > 31)
    throw new MongoError('CannotCreateIndex', 'an index has at most 31 fields');
  return parsed;
}

function parseExpiry(expire: Elem | undefined, key: IndexField[]): number | undefined {
  if (!expire) return undefined;
  const seconds = numberOf(expire);
  if (seconds === undefined || seconds < 0 || seconds > 0x7fffffff) {
    throw new MongoError(
      'CannotCreateIndex',
      'TTL index expireAfterSeconds must be within 0 and 2147483647',
    );
  }
  if (key.length > 1 || key[0]!.path.text === '_id') {
    throw new MongoError(
      'CannotCreateIndex',
      'TTL indexes are single-field indexes and not on _id',
    );
  }
  return seconds;
}

const PARTIAL_KINDS = new Set(['and', 'or', 'compare', 'in', 'exists', 'type']);

function parsePartial(filter: Elem | undefined, collation: Collation | undefined) {
  if (!filter) return undefined;
  if (filter.type !== T.object) {
    throw new MongoError(
      'CannotCreateIndex',
      '"partialFilterExpression" for an index must be a document',
    );
  }
  const predicate = parseFilter(filter, { collation });
  for (const part of conjuncts(predicate)) {
    if (!PARTIAL_KINDS.has(part.kind)) {
      throw new MongoError(
        'CannotCreateIndex',
        `unsupported expression in partial index: $${part.kind}`,
      );
    }
  }
  return { filter, predicate, test: compileMatch(predicate, collation) };
}

/** The specification of the index that every collection has. */
export function idIndexSpec(): IndexSpec {
  return parseIndexSpec(toElem({ v: 2, key: { _id: 1 }, name: '_id_' }));
}

/** MongoDB lists the index on _id without saying that it is unique. */
function withUniqueId(spec: IndexSpec): IndexSpec {
  return spec.name === '_id_' ? { ...spec, unique: true } : spec;
}

export function sameKey(a: IndexSpec, b: IndexSpec): boolean {
  return keyText(a) === keyText(b);
}

function keyText(spec: IndexSpec): string {
  return spec.fields.map((field) => `${field.path.text} ${field.descending}`).join();
}

/** Whether two specifications ask for the same behaviour under whatever name. */
export function sameOptions(a: IndexSpec, b: IndexSpec): boolean {
  const filterA = a.partial ? latin1(bytesOf(a.partial.filter)) : '';
  const filterB = b.partial ? latin1(bytesOf(b.partial.filter)) : '';
  return (
    a.unique === b.unique &&
    a.sparse === b.sparse &&
    a.expireAfterSeconds === b.expireAfterSeconds &&
    a.collation?.locale === b.collation?.locale &&
    a.collation?.strength === b.collation?.strength &&
    filterA === filterB
  );
}
