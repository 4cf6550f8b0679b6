import { type Document, deserialize, Long, serialize } from 'bson';
import { type Elem, readDouble, readInt32, readInt64, rootElem } from './raw.ts';
import { isNumber, T } from './types.ts';
import { ByteWriter } from './writer.ts';

/** A JavaScript value as BSON. Numbers that are integers become int32 (or double when larger). */
export function toElem(value: unknown): Elem {
  const bytes = serialize({ v: value }, { ignoreUndefined: false });
  const type = bytes[4]!;
  return { type, buf: bytes, start: 7, end: bytes.length - 1 };
}

export function toDoc(value: Document): Uint8Array {
  return serialize(value);
}

/** The document as plain JavaScript, numbers promoted: what mingo works on. */
export function plainDoc(doc: Elem): Document {
  return deserialize(doc.buf.subarray(doc.start, doc.end), { bsonRegExp: true });
}

/** The value as plain JavaScript, numbers promoted. */
export function plainValue(elem: Elem): unknown {
  return deserialize(wrap(elem), { bsonRegExp: true }).v;
}

/** The value with every BSON type kept (Int32, Double, Long ...). */
export function exactValue(elem: Elem): unknown {
  return deserialize(wrap(elem), { promoteValues: false, bsonRegExp: true }).v;
}

function wrap(elem: Elem): Uint8Array {
  const w = new ByteWriter(elem.end - elem.start + 8);
  const mark = w.startDoc();
  w.field('v', elem);
  w.endDoc(mark);
  return w.buf.subarray(0, w.length);
}

/** The numeric value as a JavaScript number, or undefined when it is no number. */
export function numberOf(elem: Elem | undefined): number | undefined {
  if (!elem || !isNumber(elem.type)) return undefined;
  switch (elem.type) {
    case T.int32:
      return readInt32(elem.buf, elem.start);
    case T.double:
      return readDouble(elem.buf, elem.start);
    case T.int64:
      return Number(readInt64(elem.buf, elem.start));
    default:
      return Number(String(exactValue(elem)));
  }
}

/** MongoDB's truth: false, 0, null, undefined and missing are false. */
export function truthy(elem: Elem | undefined): boolean {
  if (!elem || elem.type === T.null || elem.type === T.undefined) return false;
  if (elem.type === T.bool) return elem.buf[elem.start] === 1;
  return numberOf(elem) !== 0;
}

export function int32Elem(value: number): Elem {
  const buf = Buffer.alloc(4);
  buf.writeInt32LE(value);
  return { type: T.int32, buf, start: 0, end: 4 };
}

export function doubleElem(value: number): Elem {
  const buf = Buffer.alloc(8);
  buf.writeDoubleLE(value);
  return { type: T.double, buf, start: 0, end: 8 };
}

export function int64Elem(value: bigint): Elem {
  const buf = Buffer.alloc(8);
  buf.writeBigInt64LE(BigInt.asIntN(64, value));
  return { type: T.int64, buf, start: 0, end: 8 };
}

export function longOf(value: number | bigint): Long {
  return Long.fromBigInt(BigInt(value));
}

export const NULL: Elem = { type: T.null, buf: new Uint8Array(0), start: 0, end: 0 };

/** A document made of raw parts. */
export function docOf(parts: Iterable<[string, Elem]>): Elem {
  const w = new ByteWriter();
  const mark = w.startDoc();
  for (const [name, elem] of parts) w.field(name, elem);
  w.endDoc(mark);
  return rootElem(w.copy());
}

/** An array made of raw values. */
export function arrayOf(list: Elem[]): Elem {
  const doc = docOf(list.map((elem, index) => [String(index), elem] as [string, Elem]));
  return { ...doc, type: T.array };
}
