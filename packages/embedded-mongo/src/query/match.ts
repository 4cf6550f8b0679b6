import { numberOf } from '../bson/convert.ts';
import { CLASS, classOf, compareToKey, keyOf } from '../bson/key.ts';
import { type Elem, latin1, readInt64, someItem, stringOf } from '../bson/raw.ts';
import { isNumber, T } from '../bson/types.ts';
import type { CompareOp, Predicate } from './ast.ts';
import { testBits } from './bits.ts';
import type { Collation } from './collation.ts';
import { ITEM_PATH, type Path, somePathValue } from './path.ts';

export type Test = (doc: Elem) => boolean;
type ValueTest = (value: Elem | undefined) => boolean;

/** Compiles a parsed filter into one function over raw documents. */
export function compileMatch(predicate: Predicate, collation?: Collation): Test {
  switch (predicate.kind) {
    case 'and': {
      const tests = predicate.list.map((part) => compileMatch(part, collation));
      if (tests.length === 1) return tests[0]!;
      return (doc) => tests.every((test) => test(doc));
    }
    case 'or': {
      const tests = predicate.list.map((part) => compileMatch(part, collation));
      return (doc) => tests.some((test) => test(doc));
    }
    case 'nor': {
      const tests = predicate.list.map((part) => compileMatch(part, collation));
      return (doc) => !tests.some((test) => test(doc));
    }
    case 'not': {
      const inner = compileMatch(predicate.inner, collation);
      return (doc) => !inner(doc);
    }
    case 'expr':
      return predicate.test;
    case 'never':
      return () => false;
    default:
      return onPath(predicate.path, expands(predicate.kind), valueTest(predicate, collation));
  }
}

type FieldPredicate = Extract<Predicate, { path: Path }>;

function expands(kind: FieldPredicate['kind']): boolean {
  return kind !== 'exists' && kind !== 'size' && kind !== 'elemMatch';
}

/** A test of the values at a path. */
function onPath(path: Path, expand: boolean, test: ValueTest): Test {
  // An item of an array is tested as it is: an array within an array is not looked into.
  if (path === ITEM_PATH) return test;
  return (doc) => somePathValue(doc, path, expand, test);
}

function valueTest(predicate: FieldPredicate, collation: Collation | undefined): ValueTest {
  switch (predicate.kind) {
    case 'compare':
      return compareTest(predicate.op, predicate.value, predicate.key, collation);
    case 'in':
      return inTest(predicate, collation);
    case 'exists':
      return (value) => value !== undefined;
    case 'type': {
      const { types } = predicate;
      return (value) => value !== undefined && types.has(value.type);
    }
    case 'regex':
      return regexTest(predicate.pattern, predicate.value);
    case 'size': {
      const { size } = predicate;
      return (value) => value?.type === T.array && countItems(value, size + 1) === size;
    }
    case 'mod':
      return modTest(predicate.divisor, predicate.remainder);
    case 'elemMatch':
      return elemMatchTest(predicate, collation);
    case 'bits': {
      const { op, bits } = predicate;
      return (value) => value !== undefined && testBits(value, op, bits);
    }
  }
}

function isNullish(value: Elem | undefined): boolean {
  return !value || value.type === T.null || value.type === T.undefined;
}

function compareTest(
  op: CompareOp,
  operand: Elem,
  key: Buffer,
  collation: Collation | undefined,
): ValueTest {
  if (operand.type === T.null) {
    return op === 'lt' || op === 'gt' ? () => false : isNullish;
  }
  const fold = collation?.fold;
  if (op === 'eq') {
    if (operand.type === T.regex) {
      return (value) => value?.type === T.regex && compareToKey(value, key) === 0;
    }
    if (operand.type === T.string && !fold) return stringEquality(operand);
    const wanted = classOf(operand.type);
    return (value) =>
      value !== undefined && classOf(value.type) === wanted && compareToKey(value, key, fold) === 0;
  }
  const holds = ORDER[op];
  const order = ordering(operand, key, collation);
  // Every type lies between MinKey and MaxKey; otherwise only like compares with like.
  if (operand.type === T.minKey || operand.type === T.maxKey) {
    return (value) => holds(compareToKey(value, key));
  }
  const wanted = classOf(operand.type);
  const nan = isNaNElem(operand);
  return (value) => {
    if (!value || classOf(value.type) !== wanted) return false;
    if (wanted === CLASS.number && nan !== isNaNElem(value)) return false;
    return holds(order(value));
  };
}

const ORDER = {
  lt: (order: number) => order < 0,
  lte: (order: number) => order <= 0,
  gt: (order: number) => order > 0,
  gte: (order: number) => order >= 0,
};

function ordering(operand: Elem, key: Buffer, collation: Collation | undefined) {
  if (collation && operand.type === T.string) {
    const text = stringOf(operand);
    return (value: Elem) => collation.compare(stringOf(value), text);
  }
  return (value: Elem) => compareToKey(value, key, collation?.fold);
}

function isNaNElem(value: Elem): boolean {
  if (value.type !== T.double && value.type !== T.decimal) return false;
  return Number.isNaN(numberOf(value));
}

/** The commonest test of all, without building a key. */
function stringEquality(operand: Elem): ValueTest {
  const { buf, start, end } = operand;
  const length = end - start;
  return (value) => {
    if (!value || (value.type !== T.string && value.type !== T.symbol)) return false;
    if (value.end - value.start !== length) return false;
    for (let p = 0; p < length; p++) {
      if (value.buf[value.start + p] !== buf[start + p]) return false;
    }
    return true;
  };
}

function inTest(
  predicate: Extract<Predicate, { kind: 'in' }>,
  collation: Collation | undefined,
): ValueTest {
  const keys = new Set(predicate.keys.map((key) => latin1(key)));
  const strings = collation?.fold ? null : rawStrings(predicate.values);
  const hasNull = predicate.values.some(isNullish);
  const { patterns } = predicate;
  return (value) => {
    if (isNullish(value)) return hasNull;
    if (strings && value!.type === T.string) {
      if (strings.has(latin1(value!.buf, value!.start, value!.end))) return true;
    } else if (keys.has(latin1(keyOf(value, collation?.fold)))) return true;
    if (value!.type !== T.string || patterns.length === 0) return false;
    const text = stringOf(value!);
    return patterns.some((pattern) => pattern.test(text));
  };
}

/** Strings are compared as their bytes, many to a list, without building a key for each. */
function rawStrings(values: readonly Elem[]): Set<string> {
  const strings = values.filter(({ type }) => type === T.string || type === T.symbol);
  return new Set(strings.map(({ buf, start, end }) => latin1(buf, start, end)));
}

function regexTest(pattern: RegExp, itself: Elem | undefined): ValueTest {
  const key = itself && keyOf(itself);
  return (value) => {
    if (value?.type === T.string || value?.type === T.symbol) return pattern.test(stringOf(value));
    return key !== undefined && value?.type === T.regex && compareToKey(value, key) === 0;
  };
}

function countItems(array: Elem, atMost: number): number {
  let count = 0;
  someItem(array.buf, array.start, () => ++count >= atMost);
  return count;
}

function modTest(divisor: bigint, remainder: bigint): ValueTest {
  return (value) => {
    if (!value || !isNumber(value.type)) return false;
    if (value.type === T.int64) return readInt64(value.buf, value.start) % divisor === remainder;
    const number = numberOf(value)!;
    return Number.isFinite(number) && BigInt(Math.trunc(number)) % divisor === remainder;
  };
}

function elemMatchTest(
  predicate: Extract<Predicate, { kind: 'elemMatch' }>,
  collation: Collation | undefined,
): ValueTest {
  const inner = compileMatch(predicate.inner, collation);
  const { onDocuments } = predicate;
  return (value) =>
    value?.type === T.array &&
    someItem(value.buf, value.start, (item) => {
      if (onDocuments && item.type !== T.object && item.type !== T.array) return false;
      return inner(item);
    });
}
