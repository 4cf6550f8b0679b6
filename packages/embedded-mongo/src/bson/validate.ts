import { readInt32 } from './raw.ts';
import { T } from './types.ts';

/** MongoDB's own limit on nesting. */
const MAX_DEPTH = 200;

/** Thrown for bytes that are no BSON document; the wire layer answers it as InvalidBSON (22). */
export class BsonShapeError extends Error {}

/**
 * Walks every length in the document at `start` once, so that all later code may trust
 * them. Cost is linear in the bytes, depth is bounded. Returns where the document ends.
 */
export function validateDocument(buf: Uint8Array, start: number, limit: number, depth = 0): number {
  if (depth > MAX_DEPTH) throw new BsonShapeError('nesting is deeper than 200 levels');
  if (start + 5 > limit) throw new BsonShapeError('a document is cut short');
  const length = readInt32(buf, start);
  const end = start + length;
  if (length < 5 || end > limit) throw new BsonShapeError('a document has a wrong length');
  let p = start + 4;
  for (;;) {
    if (p >= end) throw new BsonShapeError('a document does not end with zero');
    const type = buf[p]!;
    p++;
    if (type === 0) {
      if (p !== end) throw new BsonShapeError('a document ends too early');
      return end;
    }
    p = cstring(buf, p, end);
    p = value(type, buf, p, end, depth);
  }
}

function cstring(buf: Uint8Array, p: number, end: number): number {
  while (p < end && buf[p] !== 0) p++;
  if (p >= end) throw new BsonShapeError('a name is not terminated');
  return p + 1;
}

function fixed(p: number, size: number, end: number): number {
  if (p + size > end) throw new BsonShapeError('a value is cut short');
  return p + size;
}

function text(buf: Uint8Array, p: number, end: number): number {
  fixed(p, 5, end);
  const length = readInt32(buf, p);
  if (length < 1) throw new BsonShapeError('a string has a wrong length');
  const after = fixed(p + 4, length, end);
  if (buf[after - 1] !== 0) throw new BsonShapeError('a string is not terminated');
  return after;
}

function value(type: number, buf: Uint8Array, p: number, end: number, depth: number): number {
  switch (type) {
    case T.double:
    case T.date:
    case T.timestamp:
    case T.int64:
      return fixed(p, 8, end);
    case T.string:
    case T.code:
    case T.symbol:
      return text(buf, p, end);
    case T.object:
    case T.array:
      return validateDocument(buf, p, end, depth + 1);
    case T.binary: {
      fixed(p, 5, end);
      const length = readInt32(buf, p);
      if (length < 0) throw new BsonShapeError('binary data has a wrong length');
      return fixed(p + 5, length, end);
    }
    case T.objectId:
      return fixed(p, 12, end);
    case T.bool:
      fixed(p, 1, end);
      if (buf[p]! > 1) throw new BsonShapeError('a boolean is neither 0 nor 1');
      return p + 1;
    case T.int32:
      return fixed(p, 4, end);
    case T.decimal:
      return fixed(p, 16, end);
    case T.regex:
      return cstring(buf, cstring(buf, p, end), end);
    case T.dbPointer:
      return fixed(text(buf, p, end), 12, end);
    case T.codeWithScope: {
      fixed(p, 14, end);
      const total = readInt32(buf, p);
      const after = fixed(p, total, end);
      if (total < 14) throw new BsonShapeError('code with scope has a wrong length');
      if (validateDocument(buf, text(buf, p + 4, after), after, depth + 1) !== after) {
        throw new BsonShapeError('code with scope has a wrong length');
      }
      return after;
    }
    case T.undefined:
    case T.null:
    case T.minKey:
    case T.maxKey:
      return p;
    default:
      throw new BsonShapeError(`unknown BSON type 0x${type.toString(16)}`);
  }
}
