import { writeNumber } from './number-key.ts';
import { type Elem, fields, readInt32, someItem, utf8 } from './raw.ts';
import { T } from './types.ts';
import { ByteWriter } from './writer.ts';

/**
 * Order-preserving keys: comparing two keys byte by byte gives MongoDB's order of the
 * two values. One encoding serves indexes, comparisons and sorts, so they cannot disagree.
 *
 * A key is one byte for the class of the type (numbers share one class) and the value's
 * own bytes, made so that no key is a prefix of another. No class byte is 0x00 or 0xff.
 */
export const CLASS = {
  minKey: 0x01,
  undefined: 0x03,
  null: 0x05,
  number: 0x0a,
  string: 0x0f,
  object: 0x14,
  array: 0x19,
  binary: 0x1e,
  objectId: 0x23,
  bool: 0x28,
  date: 0x2d,
  timestamp: 0x2f,
  regex: 0x32,
  dbPointer: 0x37,
  code: 0x3c,
  codeWithScope: 0x41,
  maxKey: 0x7f,
} as const;

const CLASS_OF = new Uint8Array(256);
for (const [name, type] of Object.entries(T)) {
  CLASS_OF[type] = CLASS[name as keyof typeof CLASS] ?? 0;
}
CLASS_OF[T.double] = CLASS.number;
CLASS_OF[T.int32] = CLASS.number;
CLASS_OF[T.int64] = CLASS.number;
CLASS_OF[T.decimal] = CLASS.number;
CLASS_OF[T.symbol] = CLASS.string;

export function classOf(type: number): number {
  return CLASS_OF[type]!;
}

/** Maps a string to the text that stands for it in a key (used by collations). */
export type Fold = (text: string) => string;

/** Appends the key of a value; a missing value has the key of null. */
export function writeKey(w: ByteWriter, elem: Elem | undefined, fold?: Fold): void {
  if (!elem) {
    w.byte(CLASS.null);
    return;
  }
  w.byte(CLASS_OF[elem.type]!);
  writeContent(w, elem, fold);
}

/** Appends the key with all bits turned, so that it sorts the other way round. */
export function writeDescendingKey(w: ByteWriter, elem: Elem | undefined, fold?: Fold): void {
  const from = w.length;
  writeKey(w, elem, fold);
  invert(w, from);
}

export function invert(w: ByteWriter, from: number): void {
  const { buf, length } = w;
  for (let p = from; p < length; p++) buf[p] = 255 - buf[p]!;
}

function writeContent(w: ByteWriter, elem: Elem, fold: Fold | undefined): void {
  const { type, buf, start, end } = elem;
  switch (type) {
    case T.int32:
    case T.double:
    case T.int64:
    case T.decimal:
      writeNumber(w, elem);
      return;
    case T.string:
    case T.symbol:
      if (fold) {
        const folded = Buffer.from(fold(utf8(buf, start + 4, end - 1)));
        writeEscaped(w, folded, 0, folded.length);
        return;
      }
      writeEscaped(w, buf, start + 4, end - 1);
      return;
    case T.code:
      writeEscaped(w, buf, start + 4, end - 1);
      return;
    case T.object:
      writeObject(w, elem, fold);
      return;
    case T.array:
      someItem(buf, start, (item) => {
        writeKey(w, item, fold);
        return false;
      });
      w.byte(0);
      return;
    case T.binary:
      writeBinary(w, elem);
      return;
    case T.objectId:
    case T.bool:
    case T.regex:
      w.bytes(buf, start, end);
      return;
    case T.date:
    case T.timestamp:
      w.ensure(8);
      for (let p = start + 7; p >= start; p--) w.buf[w.length++] = buf[p]!;
      // Dates are signed, timestamps are not.
      if (type === T.date) w.buf[w.length - 8]! ^= 0x80;
      return;
    case T.dbPointer:
      writeEscaped(w, buf, start + 4, end - 13);
      w.bytes(buf, end - 12, end);
      return;
    case T.codeWithScope: {
      const codeEnd = start + 8 + readInt32(buf, start + 4);
      writeEscaped(w, buf, start + 8, codeEnd - 1);
      writeObject(w, { type: T.object, buf, start: codeEnd, end }, fold);
      return;
    }
    default:
      return;
  }
}

/** Zero bytes are escaped as 00 ff; a lone 00 ends the text. */
function writeEscaped(w: ByteWriter, buf: Uint8Array, start: number, end: number): void {
  w.ensure((end - start) * 2 + 1);
  const out = w.buf;
  let at = w.length;
  for (let p = start; p < end; p++) {
    const byte = buf[p]!;
    out[at++] = byte;
    if (byte === 0) out[at++] = 0xff;
  }
  out[at++] = 0;
  w.length = at;
}

/** Objects compare field by field: class of the value, then name, then value. */
function writeObject(w: ByteWriter, elem: Elem, fold: Fold | undefined): void {
  for (const [name, value] of fields(elem)) {
    w.byte(CLASS_OF[value.type]!);
    w.cstring(name);
    writeContent(w, value, fold);
  }
  w.byte(0);
}

/** Binary data compares by length, then subtype, then bytes. */
function writeBinary(w: ByteWriter, elem: Elem): void {
  const { buf, start, end } = elem;
  w.ensure(5);
  w.buf.writeUInt32BE(readInt32(buf, start), w.length);
  w.length += 4;
  w.byte(buf[start + 4]!);
  w.bytes(buf, start + 5, end);
}

const shared = new ByteWriter(1024);

/** The key of one value, copied. */
export function keyOf(elem: Elem | undefined, fold?: Fold): Buffer {
  shared.reset();
  writeKey(shared, elem, fold);
  return shared.copy();
}

/** Compares a value with a key without keeping anything: below 0, 0 or above 0. */
export function compareToKey(elem: Elem | undefined, key: Uint8Array, fold?: Fold): number {
  shared.reset();
  writeKey(shared, elem, fold);
  const { buf, length } = shared;
  const shorter = Math.min(length, key.length);
  for (let p = 0; p < shorter; p++) {
    if (buf[p] !== key[p]) return buf[p]! - key[p]!;
  }
  return length - key.length;
}

/** Byte order, from an offset on in each. */
export function compareBytes(a: Uint8Array, b: Uint8Array, fromA = 0, fromB = 0): number {
  const lengthA = a.length - fromA;
  const lengthB = b.length - fromB;
  const shorter = Math.min(lengthA, lengthB);
  for (let p = 0; p < shorter; p++) {
    const order = a[fromA + p]! - b[fromB + p]!;
    if (order !== 0) return order;
  }
  return lengthA - lengthB;
}

/** Compares two values in MongoDB's order. */
export function compareElems(a: Elem | undefined, b: Elem | undefined, fold?: Fold): number {
  return compareToKey(a, keyOf(b, fold), fold);
}
