import { arrayOf, docOf, doubleElem, int32Elem, NULL, numberOf, toElem } from '../bson/convert.ts';
import { compareElems, keyOf } from '../bson/key.ts';
import { type Elem, fields, isEmptyDoc, latin1, stringOf } from '../bson/raw.ts';
import { isNumber, T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { parsePath } from '../query/path.ts';
import { arithmetic } from '../update/arithmetic.ts';
import { compileExpression } from './expression.ts';
import { fieldPathValue } from './field-path.ts';
import type { NativeStage, StageContext } from './stage.ts';

type Read = (doc: Elem) => Elem | undefined;

/** A running result of one group. */
interface Running {
  add(value: Elem | undefined): void;
  result(): Elem;
}

/** A constant or a plain field path; other expressions are mingo's. */
function simpleRead(expression: Elem): Read | undefined {
  if (expression.type === T.string) {
    const text = stringOf(expression);
    if (!text.startsWith('$')) return () => expression;
    if (text.startsWith('$$') || text.length === 1) return undefined;
    const path = parsePath(text.slice(1));
    return (doc) => fieldPathValue(doc, path);
  }
  if (expression.type === T.array) return undefined;
  if (expression.type === T.object) {
    if (isEmptyDoc(expression)) return () => expression;
    const parts: [string, Read][] = [];
    for (const [name, value] of fields(expression)) {
      const read = name.startsWith('$') || name.includes('.') ? undefined : simpleRead(value);
      if (!read) return undefined;
      parts.push([name, read]);
    }
    return (doc) =>
      docOf(
        parts.flatMap(([name, read]): [string, Elem][] => {
          const value = read(doc);
          return value ? [[name, value]] : [];
        }),
      );
  }
  return () => expression;
}

/** Plain paths are read raw, whatever else is worked out by mingo. */
function readOf(expression: Elem, context: StageContext): Read {
  const simple = simpleRead(expression);
  if (simple) return simple;
  const evaluate = compileExpression(expression, context.let);
  return (doc) => {
    const value = evaluate(doc);
    return value === undefined ? undefined : toElem(value);
  };
}

function sum(): Running {
  let total = int32Elem(0);
  return {
    add(value) {
      if (!value || !isNumber(value.type)) return;
      // Beyond int64 MongoDB goes on with doubles.
      total = arithmetic('add', total, value) ?? doubleElem(numberOf(total)! + numberOf(value)!);
    },
    result: () => total,
  };
}

function average(): Running {
  let total = 0;
  let count = 0;
  return {
    add(value) {
      const number = numberOf(value);
      if (number === undefined) return;
      total += number;
      count++;
    },
    result: () => (count === 0 ? NULL : doubleElem(total / count)),
  };
}

function extreme(sign: 1 | -1): Running {
  let best: Elem | undefined;
  return {
    add(value) {
      if (!value || value.type === T.null || value.type === T.undefined) return;
      if (!best || sign * compareElems(value, best) > 0) best = value;
    },
    result: () => best ?? NULL,
  };
}

function edge(last: boolean): Running {
  let seen = false;
  let kept: Elem | undefined;
  return {
    add(value) {
      if (last || !seen) kept = value;
      seen = true;
    },
    result: () => kept ?? NULL,
  };
}

function list(distinct: boolean): Running {
  const found: Elem[] = [];
  const known = new Set<string>();
  return {
    add(value) {
      if (!value) return;
      if (distinct) {
        const key = latin1(keyOf(value));
        if (known.has(key)) return;
        known.add(key);
      }
      found.push(value);
    },
    result: () => arrayOf(found),
  };
}

const ACCUMULATORS: Record<string, () => Running> = {
  $sum: sum,
  $avg: average,
  $min: () => extreme(-1),
  $max: () => extreme(1),
  $first: () => edge(false),
  $last: () => edge(true),
  $push: () => list(false),
  $addToSet: () => list(true),
};

interface Field {
  name: string;
  make: () => Running;
  read: Read;
}

/** `$group` by constants and plain paths, on raw values: exact types and no decoding. */
export const group: NativeStage = (argument, context) => {
  const { collation } = context;
  if (argument.type !== T.object) {
    throw new MongoError(15947, "a group's fields must be specified in an object");
  }
  const entries = fields(argument);
  const id = entries.find(([name]) => name === '_id')?.[1];
  if (!id) throw new MongoError(15955, 'a group specification must include an _id');
  const readId = readOf(id, context);
  const columns = entries.flatMap(([name, value]) =>
    name === '_id' ? [] : [column(name, value, context)],
  );
  if (columns.includes(undefined)) return undefined;
  const own = columns as Field[];
  return (source) => {
    let results: Iterator<{ id: Elem; running: Running[] }> | undefined;
    const collect = () => {
      const groups = new Map<string, { id: Elem; running: Running[] }>();
      for (let doc = source(); doc; doc = source()) {
        const value = readId(doc) ?? NULL;
        const key = latin1(keyOf(value, collation?.fold));
        let found = groups.get(key);
        if (!found) {
          found = { id: value, running: own.map(({ make }) => make()) };
          groups.set(key, found);
        }
        for (let i = 0; i < own.length; i++) found.running[i]!.add(own[i]!.read(doc));
      }
      return groups.values();
    };
    return () => {
      results ??= collect();
      const { value, done } = results.next();
      if (done) return undefined;
      return docOf([
        ['_id', value.id],
        ...own.map(({ name }, i) => [name, value.running[i]!.result()] as [string, Elem]),
      ]);
    };
  };
};

function column(name: string, value: Elem, context: StageContext): Field | undefined {
  if (value.type !== T.object)
    throw new MongoError(40234, `The field '${name}' must be an accumulator object`);
  const entries = fields(value);
  if (entries.length !== 1)
    throw new MongoError(40238, `The field '${name}' must specify one accumulator`);
  const [operator, expression] = entries[0]!;
  if (operator === '$count' && expression.type === T.object)
    return { name, make: sum, read: () => ONE };
  const make = ACCUMULATORS[operator];
  return make && { name, make, read: readOf(expression, context) };
}

const ONE = int32Elem(1);

/** The name of the count where a stage only counts (`countDocuments` does), with its `_id`. */
export function countOnly(argument: Elem): { id: Elem; name: string } | undefined {
  if (argument.type !== T.object) return undefined;
  const entries = fields(argument);
  if (entries.length !== 2 || entries[0]![0] !== '_id') return undefined;
  const [, id] = entries[0]!;
  const [name, accumulator] = entries[1]!;
  if (!isNumber(id.type) && id.type !== T.null) return undefined;
  if (accumulator.type !== T.object) return undefined;
  const [operator, amount] = fields(accumulator)[0] ?? [];
  return operator === '$sum' && numberOf(amount) === 1 ? { id, name } : undefined;
}
