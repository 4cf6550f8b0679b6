import { numberOf, truthy } from '../bson/convert.ts';
import { keyOf } from '../bson/key.ts';
import { type Elem, fields, isEmptyDoc, items, stringOf } from '../bson/raw.ts';
import { T, typeName } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import type { CompareOp, Predicate } from './ast.ts';
import { parseBits } from './bits.ts';
import type { Collation } from './collation.ts';
import { ITEM_PATH, type Path, parsePath } from './path.ts';
import { compilePattern, patternOf } from './regex.ts';
import { parseTypes } from './type-names.ts';

/** What a filter may lean on besides its own bytes. */
export interface ParseContext {
  collation?: Collation | undefined;
  /** Compiles `$expr`; given by the caller, so that the matcher stands without mingo. */
  expression?: ((expression: Elem) => (doc: Elem) => boolean) | undefined;
}

const COMPARE: Record<string, CompareOp> = {
  $eq: 'eq',
  $lt: 'lt',
  $lte: 'lte',
  $gt: 'gt',
  $gte: 'gte',
};

/** Parses a filter document; refuses every operator that it does not know. */
export function parseFilter(filter: Elem, context: ParseContext = {}): Predicate {
  const list: Predicate[] = [];
  for (const [name, value] of fields(filter)) {
    if (name.startsWith('$')) list.push(...parseTopLevel(name, value, context));
    else list.push(parseField(parsePath(name), value, context));
  }
  return list.length === 1 ? list[0]! : { kind: 'and', list };
}

function parseTopLevel(name: string, value: Elem, context: ParseContext): Predicate[] {
  switch (name) {
    case '$and':
    case '$or':
    case '$nor': {
      if (value.type !== T.array) throw new MongoError('BadValue', `${name} must be an array`);
      const parts = items(value);
      if (parts.length === 0)
        throw new MongoError('BadValue', `${name} argument must be a non-empty array`);
      const list = parts.map((part) => {
        if (part.type !== T.object) {
          throw new MongoError('BadValue', '$or/$and/$nor entries need to be full objects');
        }
        return parseFilter(part, context);
      });
      return [{ kind: name.slice(1) as 'and', list }];
    }
    case '$expr':
      if (!context.expression)
        throw new MongoError('BadValue', '$expr is not allowed in this context');
      return [{ kind: 'expr', test: context.expression(value) }];
    case '$comment':
      return [];
    case '$alwaysTrue':
      return [];
    case '$alwaysFalse':
      return [{ kind: 'never' }];
    case '$text':
      throw new MongoError('IndexNotFound', 'text index required for $text query');
    case '$where':
    case '$jsonSchema':
      throw new MongoError(
        'CommandNotSupported',
        `${name} is not supported by the embedded database`,
      );
    default:
      throw new MongoError(
        'BadValue',
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function isOperatorDoc(value: Elem): boolean {
  if (value.type !== T.object || isEmptyDoc(value)) return false;
  const first = fields(value)[0]![0];
  return first.startsWith('$') && first !== '$ref' && first !== '$id' && first !== '$db';
}

function parseField(path: Path, value: Elem, context: ParseContext): Predicate {
  if (value.type === T.regex) return { kind: 'regex', path, pattern: patternOf(value), value };
  if (!isOperatorDoc(value)) return compare(path, 'eq', value, context);
  return parseOperators(path, value, context);
}

function compare(path: Path, op: CompareOp, value: Elem, context: ParseContext): Predicate {
  if (value.type === T.undefined) {
    throw new MongoError('BadValue', 'cannot compare to undefined');
  }
  return { kind: 'compare', path, op, value, key: keyOf(value, context.collation?.fold) };
}

/** Operators that are tested against an item itself (`$pull`). */
export function parseItemOperators(operators: Elem, context: ParseContext): Predicate {
  return parseOperators(ITEM_PATH, operators, context);
}

function parseOperators(path: Path, operators: Elem, context: ParseContext): Predicate {
  const entries = fields(operators);
  const list: Predicate[] = [];
  for (const [op, value] of entries) {
    if (op === '$options') {
      if (!entries.some(([name]) => name === '$regex')) {
        throw new MongoError('BadValue', '$options needs a $regex');
      }
      continue;
    }
    if (op === '$regex') list.push(parseRegex(path, value, entries));
    else list.push(parseOperator(path, op, value, context));
  }
  return list.length === 1 ? list[0]! : { kind: 'and', list };
}

function parseOperator(path: Path, op: string, value: Elem, context: ParseContext): Predicate {
  const compareOp = COMPARE[op];
  if (compareOp) {
    if (value.type === T.regex && compareOp !== 'eq') {
      throw new MongoError(
        'BadValue',
        `Can't have RegEx as arg to predicate over field '${path.text}'.`,
      );
    }
    return compare(path, compareOp, value, context);
  }
  switch (op) {
    case '$ne':
      if (value.type === T.regex)
        throw new MongoError('BadValue', "Can't have regex as arg to $ne.");
      return { kind: 'not', inner: compare(path, 'eq', value, context) };
    case '$in':
      return parseIn(path, op, value, context);
    case '$nin':
      return { kind: 'not', inner: parseIn(path, op, value, context) };
    case '$exists':
      return truthy(value)
        ? { kind: 'exists', path }
        : { kind: 'not', inner: { kind: 'exists', path } };
    case '$type':
      return { kind: 'type', path, types: parseTypes(value) };
    case '$size':
      return { kind: 'size', path, size: wholeNumber(value, '$size') };
    case '$mod':
      return parseMod(path, value);
    case '$not':
      return parseNot(path, value, context);
    case '$all':
      return parseAll(path, value, context);
    case '$elemMatch':
      return parseElemMatch(path, value, context);
    case '$bitsAllSet':
    case '$bitsAllClear':
    case '$bitsAnySet':
    case '$bitsAnyClear':
      return parseBits(path, op, value);
    case '$comment':
      return { kind: 'and', list: [] };
    default:
      if (/^\$(geo|near)/.test(op)) {
        throw new MongoError(
          'CommandNotSupported',
          `${op} is not supported by the embedded database`,
        );
      }
      throw new MongoError('BadValue', `unknown operator: ${op}`);
  }
}

function parseRegex(path: Path, value: Elem, entries: [string, Elem][]): Predicate {
  const options = entries.find(([name]) => name === '$options')?.[1];
  if (options && options.type !== T.string)
    throw new MongoError('BadValue', '$options has to be a string');
  if (value.type === T.regex) {
    const own = patternOf(value);
    const pattern = options ? compilePattern(own.source, stringOf(options)) : own;
    return { kind: 'regex', path, pattern, value: undefined };
  }
  if (value.type !== T.string) throw new MongoError('BadValue', '$regex has to be a string');
  const pattern = compilePattern(stringOf(value), options ? stringOf(options) : '');
  return { kind: 'regex', path, pattern, value: undefined };
}

function parseIn(path: Path, op: string, value: Elem, context: ParseContext): Predicate {
  if (value.type !== T.array) throw new MongoError('BadValue', `${op} needs an array`);
  const patterns: RegExp[] = [];
  const values: Elem[] = [];
  for (const item of items(value)) {
    if (item.type === T.regex) patterns.push(patternOf(item));
    else if (isOperatorDoc(item)) throw new MongoError('BadValue', `cannot nest $ under ${op}`);
    values.push(item);
  }
  const keys = values.map((item) => keyOf(item, context.collation?.fold));
  return { kind: 'in', path, values, keys, patterns };
}

function parseMod(path: Path, value: Elem): Predicate {
  if (value.type !== T.array)
    throw new MongoError('BadValue', 'malformed mod, needs to be an array');
  const numbers = items(value).map((item) => numberOf(item));
  if (numbers.length < 2) throw new MongoError('BadValue', 'malformed mod, not enough elements');
  if (numbers.length > 2) throw new MongoError('BadValue', 'malformed mod, too many elements');
  const [divisor, remainder] = numbers;
  if (divisor === undefined || !Number.isFinite(divisor)) {
    throw new MongoError('BadValue', 'malformed mod, divisor not a number');
  }
  if (remainder === undefined || !Number.isFinite(remainder)) {
    throw new MongoError('BadValue', 'malformed mod, remainder not a number');
  }
  if (Math.trunc(divisor) === 0) throw new MongoError('BadValue', 'divisor cannot be 0');
  return {
    kind: 'mod',
    path,
    divisor: BigInt(Math.trunc(divisor)),
    remainder: BigInt(Math.trunc(remainder)),
  };
}

function parseNot(path: Path, value: Elem, context: ParseContext): Predicate {
  if (value.type === T.regex) {
    return { kind: 'not', inner: { kind: 'regex', path, pattern: patternOf(value), value } };
  }
  if (!isOperatorDoc(value)) throw new MongoError('BadValue', '$not needs a regex or a document');
  return { kind: 'not', inner: parseOperators(path, value, context) };
}

function parseAll(path: Path, value: Elem, context: ParseContext): Predicate {
  if (value.type !== T.array) throw new MongoError('BadValue', '$all needs an array');
  const list = items(value).map((item) => {
    if (item.type === T.regex)
      return { kind: 'regex', path, pattern: patternOf(item), value: item } as const;
    if (!isOperatorDoc(item)) return compare(path, 'eq', item, context);
    const [name, inner] = fields(item)[0]!;
    if (name !== '$elemMatch') throw new MongoError('BadValue', `no ${name} expressions in $all`);
    return parseElemMatch(path, inner, context);
  });
  return list.length === 0 ? { kind: 'never' } : { kind: 'and', list };
}

function parseElemMatch(path: Path, value: Elem, context: ParseContext): Predicate {
  if (value.type !== T.object) throw new MongoError('BadValue', '$elemMatch needs an Object');
  const onValues =
    isOperatorDoc(value) && !/^\$(and|or|nor|expr|where)$/.test(fields(value)[0]![0]);
  const inner = onValues
    ? parseOperators(ITEM_PATH, value, context)
    : parseFilter(value, { ...context, expression: undefined });
  return { kind: 'elemMatch', path, inner, onDocuments: !onValues };
}

function wholeNumber(value: Elem, what: string): number {
  const number = numberOf(value);
  if (number === undefined || !Number.isInteger(number)) {
    throw new MongoError(
      'FailedToParse',
      `Failed to parse ${what}. Expected an integer: ${typeName(value.type)}`,
    );
  }
  if (number < 0) {
    throw new MongoError(
      'FailedToParse',
      `Failed to parse ${what}. Expected a non-negative number in: ${number}`,
    );
  }
  return number;
}
