import { numberOf } from '../bson/convert.ts';
import { type Elem, items, stringOf } from '../bson/raw.ts';
import { T, TYPE_NAMES } from '../bson/types.ts';
import { MongoError } from '../errors.ts';

const BY_NAME = new Map([...TYPE_NAMES].map(([type, name]) => [name, type]));

/** The types that a `$type` argument names: a code, an alias, or an array of them. */
export function parseTypes(value: Elem): Set<number> {
  const wanted = value.type === T.array ? items(value) : [value];
  if (wanted.length === 0) throw new MongoError('FailedToParse', 'a must match at least one type');
  return new Set(wanted.flatMap(typesOf));
}

function typesOf(value: Elem): number[] {
  if (value.type === T.string) {
    const name = stringOf(value);
    if (name === 'number') return [T.int32, T.double, T.int64, T.decimal];
    const type = BY_NAME.get(name);
    if (type === undefined) throw new MongoError('BadValue', `Unknown type name alias: ${name}`);
    return [type];
  }
  const code = numberOf(value);
  if (code === undefined)
    throw new MongoError('TypeMismatch', 'type must be represented as a number or a string');
  const type = code === -1 ? T.minKey : code;
  if (!TYPE_NAMES.has(type))
    throw new MongoError('BadValue', `Invalid numerical type code: ${code}`);
  return [type];
}
