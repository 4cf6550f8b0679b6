import { numberOf } from '../bson/convert.ts';
import { type Elem, items, readInt32, readInt64 } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import type { BitsOp, Predicate } from './ast.ts';
import type { Path } from './path.ts';

/** `$bitsAllSet` and its kin take a mask, binary data or positions. */
export function parseBits(path: Path, op: string, value: Elem): Predicate {
  const name = op.slice('$bits'.length);
  const kind = (name[0]!.toLowerCase() + name.slice(1)) as BitsOp;
  return { kind: 'bits', path, op: kind, bits: new Set(positions(op, value)) };
}

function positions(op: string, value: Elem): number[] {
  if (value.type === T.array) {
    return items(value).map((item) => {
      const position = numberOf(item);
      if (position === undefined || !Number.isInteger(position) || position < 0) {
        throw new MongoError(
          'BadValue',
          `Failed to parse bit position. Expected a non-negative number in: ${op}`,
        );
      }
      return position;
    });
  }
  if (value.type === T.binary) return binaryBits(value);
  const mask = numberOf(value);
  if (mask === undefined || !Number.isInteger(mask) || mask < 0) {
    throw new MongoError('BadValue', `${op} takes an Array, a number, or a BinData`);
  }
  return bitsOf(BigInt(mask));
}

function bitsOf(mask: bigint): number[] {
  const found: number[] = [];
  for (let bit = 0; bit < 64; bit++) if ((mask >> BigInt(bit)) & 1n) found.push(bit);
  return found;
}

function binaryBits(value: Elem): number[] {
  const found: number[] = [];
  const length = readInt32(value.buf, value.start);
  for (let bit = 0; bit < length * 8; bit++) {
    if (value.buf[value.start + 5 + (bit >> 3)]! & (1 << (bit & 7))) found.push(bit);
  }
  return found;
}

function bitReader(value: Elem): ((bit: number) => boolean) | undefined {
  if (value.type === T.binary) {
    const set = new Set(binaryBits(value));
    return (bit) => set.has(bit);
  }
  let number: bigint;
  if (value.type === T.int64) number = readInt64(value.buf, value.start);
  else {
    const plain = numberOf(value);
    if (plain === undefined || !Number.isInteger(plain) || Math.abs(plain) > 2 ** 63)
      return undefined;
    number = BigInt(plain);
  }
  // Two's complement goes on with its sign.
  return (bit) => ((number >> BigInt(Math.min(bit, 63))) & 1n) === 1n;
}

export function testBits(value: Elem, op: BitsOp, bits: ReadonlySet<number>): boolean {
  const isSet = bitReader(value);
  if (!isSet) return false;
  const list = [...bits];
  switch (op) {
    case 'allSet':
      return list.every(isSet);
    case 'allClear':
      return !list.some(isSet);
    case 'anySet':
      return list.some(isSet);
    case 'anyClear':
      return !list.every(isSet);
  }
}
