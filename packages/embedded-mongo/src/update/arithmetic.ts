import { Decimal128 } from 'bson';
import { doubleElem, exactValue, int32Elem, int64Elem, numberOf, toElem } from '../bson/convert.ts';
import { type Elem, readInt32, readInt64 } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { addDecimals, multiplyDecimals } from './decimal.ts';

const MIN64 = -(2n ** 63n);
const MAX64 = 2n ** 63n - 1n;

/**
 * Adds or multiplies two numbers with MongoDB's result types: decimal over double over
 * int64 over int32, int32 widened where it overflows. Undefined: int64 has overflowed.
 */
export function arithmetic(op: 'add' | 'multiply', a: Elem, b: Elem): Elem | undefined {
  if (a.type === T.decimal || b.type === T.decimal) {
    const x = decimalText(a);
    const y = decimalText(b);
    const result = op === 'add' ? addDecimals(x, y) : multiplyDecimals(x, y);
    return toElem(Decimal128.fromStringWithRounding(result));
  }
  if (a.type === T.double || b.type === T.double) {
    const x = numberOf(a)!;
    const y = numberOf(b)!;
    return doubleElem(op === 'add' ? x + y : x * y);
  }
  const x = integerOf(a);
  const y = integerOf(b);
  const result = op === 'add' ? x + y : x * y;
  if (result < MIN64 || result > MAX64) return undefined;
  const narrow = a.type === T.int32 && b.type === T.int32;
  const number = Number(result);
  return narrow && (number | 0) === number ? int32Elem(number) : int64Elem(result);
}

export function integerOf(elem: Elem): bigint {
  return elem.type === T.int64
    ? readInt64(elem.buf, elem.start)
    : BigInt(readInt32(elem.buf, elem.start));
}

function decimalText(elem: Elem): string {
  if (elem.type !== T.double) return String(exactValue(elem));
  const value = numberOf(elem)!;
  // MongoDB turns a double into a decimal of 15 digits before it calculates.
  return Number.isFinite(value) ? String(Number(value.toPrecision(15))) : String(value);
}
