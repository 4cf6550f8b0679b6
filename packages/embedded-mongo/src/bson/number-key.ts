import { Decimal128 } from 'bson';
import { type Elem, readDouble, readInt32, readInt64 } from './raw.ts';
import { T } from './types.ts';
import type { ByteWriter } from './writer.ts';

/**
 * int32, int64, double and decimal compare by value. A number's key is its nearest
 * double (8 bytes, ordered) and a marker: `SAME` where the double is the whole truth,
 * else `LESS` or `MORE` and the exact decimal digits. So 1, 1.0, Long 1 and Decimal 1
 * have one key, and 2^53 + 1 still sorts between its neighbours.
 */
const LESS = 0x40;
const SAME = 0x80;
const MORE = 0xc0;

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

export function writeNumber(w: ByteWriter, elem: Elem): void {
  const { type, buf, start } = elem;
  if (type === T.int32) writeDouble(w, readInt32(buf, start), SAME);
  else if (type === T.double) writeDouble(w, readDouble(buf, start), SAME);
  else if (type === T.int64) writeLong(w, readInt64(buf, start));
  else writeDecimal(w, new Decimal128(buf.slice(start, start + 16)));
}

function writeDouble(w: ByteWriter, value: number, marker: number): void {
  w.ensure(9);
  const { buf, length } = w;
  if (Number.isNaN(value)) {
    buf.fill(0, length, length + 8);
  } else {
    // Adding 0 turns -0 into 0.
    buf.writeDoubleBE(value + 0, length);
    if (buf[length]! & 0x80) for (let p = length; p < length + 8; p++) buf[p] = 255 - buf[p]!;
    else buf[length]! |= 0x80;
  }
  buf[length + 8] = marker;
  w.length = length + 9;
}

function writeLong(w: ByteWriter, value: bigint): void {
  const near = Number(value);
  const exact = (value <= SAFE && value >= -SAFE) || BigInt(near) === value;
  if (exact) {
    writeDouble(w, near, SAME);
    return;
  }
  writeDouble(w, near, value < BigInt(near) ? LESS : MORE);
  const negative = value < 0n;
  writeDigits(w, normalise(negative, String(negative ? -value : value), 0));
}

function writeDecimal(w: ByteWriter, value: Decimal128): void {
  const text = value.toString();
  const near = Number(text);
  if (Number.isNaN(near) || /inf/i.test(text)) {
    writeDouble(w, /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : near, SAME);
    return;
  }
  const parts = parseDecimal(text);
  if (parts.digits === '') {
    writeDouble(w, 0, SAME);
    return;
  }
  const clamped = Number.isFinite(near) ? near : Math.sign(near) * Number.MAX_VALUE;
  const order = compareDecimals(parts, doubleAsDecimal(clamped));
  writeDouble(w, clamped, order === 0 ? SAME : order < 0 ? LESS : MORE);
  if (order !== 0) writeDigits(w, parts);
}

interface Parts {
  negative: boolean;
  /** Without leading or trailing zeros; empty for zero. */
  digits: string;
  /** The value is 0.DIGITS * 10^exponent. */
  exponent: number;
}

function parseDecimal(text: string): Parts {
  const match = /^(-?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text);
  if (!match) throw new Error(`not a decimal: ${text}`);
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  return normalise(sign === '-', whole + fraction, Number(exponent) - fraction.length);
}

function normalise(negative: boolean, raw: string, scale: number): Parts {
  const leading = raw.replace(/^0+/, '');
  const digits = leading.replace(/0+$/, '');
  return { negative, digits, exponent: leading.length + scale };
}

/** MongoDB compares a double with a decimal after rounding the double to 34 digits. */
function doubleAsDecimal(value: number): Parts {
  if (value === 0) return { negative: false, digits: '', exponent: 0 };
  return parseDecimal(value.toPrecision(34));
}

function compareDecimals(a: Parts, b: Parts): number {
  const signA = a.digits === '' ? 0 : a.negative ? -1 : 1;
  const signB = b.digits === '' ? 0 : b.negative ? -1 : 1;
  if (signA !== signB) return signA - signB;
  if (a.exponent !== b.exponent) return (a.exponent - b.exponent) * signA;
  if (a.digits === b.digits) return 0;
  return (a.digits < b.digits ? -1 : 1) * signA;
}

function writeDigits(w: ByteWriter, { negative, digits, exponent }: Parts): void {
  const from = w.length;
  w.ensure(digits.length + 3);
  w.buf.writeUInt16BE(exponent + 0x8000, w.length);
  w.length += 2;
  for (const digit of digits) w.byte(digit.charCodeAt(0));
  w.byte(0);
  if (negative) for (let p = from; p < w.length; p++) w.buf[p] = 255 - w.buf[p]!;
}
