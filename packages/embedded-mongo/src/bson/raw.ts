import { T } from './types.ts';

/**
 * One BSON value where it lies: documents are never decoded as a whole. `start` and
 * `end` bound the value's own bytes, without its type byte and field name.
 * The bytes must have passed `validateDocument`; the walkers here trust lengths.
 */
export interface Elem {
  readonly type: number;
  readonly buf: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export function readInt32(buf: Uint8Array, p: number): number {
  return buf[p]! | (buf[p + 1]! << 8) | (buf[p + 2]! << 16) | (buf[p + 3]! << 24);
}

const scratch = new DataView(new ArrayBuffer(8));

export function readDouble(buf: Uint8Array, p: number): number {
  scratch.setUint32(0, readInt32(buf, p) >>> 0, true);
  scratch.setUint32(4, readInt32(buf, p + 4) >>> 0, true);
  return scratch.getFloat64(0, true);
}

export function readInt64(buf: Uint8Array, p: number): bigint {
  return (BigInt(readInt32(buf, p + 4)) << 32n) | BigInt(readInt32(buf, p) >>> 0);
}

function cstringEnd(buf: Uint8Array, p: number): number {
  while (buf[p] !== 0) p++;
  return p + 1;
}

/** Where the value that starts at `p` ends. */
export function valueEnd(type: number, buf: Uint8Array, p: number): number {
  switch (type) {
    case T.double:
    case T.date:
    case T.timestamp:
    case T.int64:
      return p + 8;
    case T.string:
    case T.code:
    case T.symbol:
      return p + 4 + readInt32(buf, p);
    case T.object:
    case T.array:
    case T.codeWithScope:
      return p + readInt32(buf, p);
    case T.binary:
      return p + 5 + readInt32(buf, p);
    case T.objectId:
      return p + 12;
    case T.bool:
      return p + 1;
    case T.int32:
      return p + 4;
    case T.decimal:
      return p + 16;
    case T.regex:
      return cstringEnd(buf, cstringEnd(buf, p));
    case T.dbPointer:
      return p + 4 + readInt32(buf, p) + 12;
    default:
      return p;
  }
}

/** The value of a top-level field of the document that starts at `doc`. */
export function findField(buf: Uint8Array, doc: number, name: Uint8Array): Elem | undefined {
  const length = name.length;
  let p = doc + 4;
  for (;;) {
    const type = buf[p]!;
    if (type === 0) return undefined;
    p++;
    let i = 0;
    while (i < length && buf[p + i] === name[i]) i++;
    // A name that holds no NUL can only match in full where the field's NUL follows.
    if (i === length && buf[p + i] === 0) {
      const start = p + length + 1;
      return { type, buf, start, end: valueEnd(type, buf, start) };
    }
    p += i;
    while (buf[p] !== 0) p++;
    p = valueEnd(type, buf, p + 1);
  }
}

/** The elements of the array that starts at `doc`; stops early when `visit` returns true. */
export function someItem(
  buf: Uint8Array,
  doc: number,
  visit: (item: Elem, index: number) => boolean,
): boolean {
  let p = doc + 4;
  for (let index = 0; ; index++) {
    const type = buf[p]!;
    if (type === 0) return false;
    const start = cstringEnd(buf, p + 1);
    const end = valueEnd(type, buf, start);
    if (visit({ type, buf, start, end }, index)) return true;
    p = end;
  }
}

export function arrayItem(array: Elem, wanted: number): Elem | undefined {
  let found: Elem | undefined;
  someItem(array.buf, array.start, (item, index) => {
    if (index < wanted) return false;
    found = item;
    return true;
  });
  return found;
}

export function items(array: Elem): Elem[] {
  const list: Elem[] = [];
  someItem(array.buf, array.start, (item) => {
    list.push(item);
    return false;
  });
  return list;
}

const { latin1Slice, utf8Slice } = Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf8Slice(this: Uint8Array, start: number, end: number): string;
};

export function utf8(buf: Uint8Array, start: number, end: number): string {
  return utf8Slice.call(buf, start, end);
}

/** One character per byte: a cheap Map key for bytes. */
export function latin1(buf: Uint8Array, start = 0, end = buf.length): string {
  return latin1Slice.call(buf, start, end);
}

/** Field names and values of a document, in their order. */
export function fields(doc: Elem): [string, Elem][] {
  const { buf } = doc;
  const list: [string, Elem][] = [];
  let p = doc.start + 4;
  for (;;) {
    const type = buf[p]!;
    if (type === 0) return list;
    const start = cstringEnd(buf, p + 1);
    const end = valueEnd(type, buf, start);
    list.push([utf8(buf, p + 1, start - 1), { type, buf, start, end }]);
    p = end;
  }
}

export function rootElem(buf: Uint8Array, start = 0): Elem {
  return { type: T.object, buf, start, end: start + readInt32(buf, start) };
}

export function isEmptyDoc(doc: Elem): boolean {
  return readInt32(doc.buf, doc.start) === 5;
}

export function stringOf(elem: Elem): string {
  return utf8(elem.buf, elem.start + 4, elem.end - 1);
}

/** The bytes of one value, as a view. */
export function bytesOf(elem: Elem): Uint8Array {
  return elem.buf.subarray(elem.start, elem.end);
}
