import { type Elem, readInt32, rootElem, utf8 } from '../bson/raw.ts';
import { BsonShapeError, validateDocument } from '../bson/validate.ts';
import type { ByteWriter } from '../bson/writer.ts';

/** MongoDB's limit on one message. */
export const MAX_MESSAGE = 48_000_000;
export const HEADER = 16;

export const OP_REPLY = 1;
export const OP_QUERY = 2004;
export const OP_MSG = 2013;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
const EXHAUST_ALLOWED = 1 << 16;
const KNOWN_FLAGS = CHECKSUM_PRESENT | MORE_TO_COME | EXHAUST_ALLOWED;

/** A request, whichever opcode it came by. */
export interface Request {
  readonly requestId: number;
  readonly opCode: typeof OP_MSG | typeof OP_QUERY;
  readonly body: Elem;
  /** Document sequences by name: `documents`, `updates`, `deletes`. */
  readonly sequences: ReadonlyMap<string, readonly Elem[]>;
  /** The client does not wait for an answer (unacknowledged write). */
  readonly silent: boolean;
  /** OP_QUERY names its database in the collection field. */
  readonly db: string | undefined;
}

/** Bytes that are no message of ours: the connection is closed, as MongoDB does. */
export class MalformedMessage extends Error {}

/** Parses one whole message, header included. Every length is checked before it is used. */
export function parseMessage(buf: Uint8Array): Request {
  const requestId = readInt32(buf, 4);
  const opCode = readInt32(buf, 12);
  try {
    if (opCode === OP_MSG) return parseMsg(buf, requestId);
    if (opCode === OP_QUERY) return parseQuery(buf, requestId);
  } catch (error) {
    if (error instanceof BsonShapeError)
      throw new MalformedMessage(error.message, { cause: error });
    throw error;
  }
  throw new MalformedMessage(`unsupported opcode ${opCode}`);
}

function parseMsg(buf: Uint8Array, requestId: number): Request {
  if (buf.length < HEADER + 10) throw new MalformedMessage('the message is too short');
  const flags = readInt32(buf, HEADER) >>> 0;
  if (flags & 0xffff & ~KNOWN_FLAGS) throw new MalformedMessage('unknown required flag bits');
  const end = flags & CHECKSUM_PRESENT ? buf.length - 4 : buf.length;
  let body: Elem | undefined;
  const sequences = new Map<string, Elem[]>();
  let p = HEADER + 4;
  while (p < end) {
    const kind = buf[p]!;
    p++;
    if (kind === 0) {
      if (body) throw new MalformedMessage('two bodies');
      const after = validateDocument(buf, p, end);
      body = rootElem(buf, p);
      p = after;
    } else if (kind === 1) {
      p = parseSequence(buf, p, { end, sequences });
    } else {
      throw new MalformedMessage(`unknown section kind ${kind}`);
    }
  }
  if (!body) throw new MalformedMessage('no body');
  return {
    requestId,
    opCode: OP_MSG,
    body,
    sequences,
    silent: (flags & MORE_TO_COME) !== 0,
    db: undefined,
  };
}

function parseSequence(
  buf: Uint8Array,
  start: number,
  { end, sequences }: { end: number; sequences: Map<string, Elem[]> },
): number {
  if (start + 5 > end) throw new MalformedMessage('a section is cut short');
  const size = readInt32(buf, start);
  const stop = start + size;
  if (size < 5 || stop > end) throw new MalformedMessage('a section has a wrong length');
  let p = start + 4;
  while (p < stop && buf[p] !== 0) p++;
  if (p >= stop) throw new MalformedMessage('a section has no name');
  const name = utf8(buf, start + 4, p);
  p++;
  const list: Elem[] = [];
  while (p < stop) {
    const after = validateDocument(buf, p, stop);
    list.push({ type: 3, buf, start: p, end: after });
    p = after;
  }
  if (sequences.has(name)) throw new MalformedMessage(`two sections named ${name}`);
  sequences.set(name, list);
  return stop;
}

/** Only the handshake comes by OP_QUERY, to `db.$cmd`. */
function parseQuery(buf: Uint8Array, requestId: number): Request {
  let p = HEADER + 4;
  while (p < buf.length && buf[p] !== 0) p++;
  if (p + 9 > buf.length) throw new MalformedMessage('the query is too short');
  const namespace = utf8(buf, HEADER + 4, p);
  if (!namespace.endsWith('.$cmd'))
    throw new MalformedMessage('OP_QUERY is only for the handshake');
  p += 9;
  validateDocument(buf, p, buf.length);
  const db = namespace.slice(0, -'.$cmd'.length);
  return {
    requestId,
    opCode: OP_QUERY,
    body: rootElem(buf, p),
    sequences: new Map(),
    silent: false,
    db,
  };
}

let lastId = 0;

/** Starts an answer in `w`; `finishMessage` fills in its length. */
export function startAnswer(w: ByteWriter, request: Request): void {
  w.reset();
  lastId = (lastId + 1) & 0x7fffffff;
  w.int32(0);
  w.int32(lastId);
  w.int32(request.requestId);
  if (request.opCode === OP_MSG) {
    w.int32(OP_MSG);
    w.int32(0);
    w.byte(0);
    return;
  }
  w.int32(OP_REPLY);
  // Flags (AwaitCapable), cursor id, starting from, number returned.
  w.int32(8);
  w.int32(0);
  w.int32(0);
  w.int32(0);
  w.int32(1);
}

export function finishMessage(w: ByteWriter): Buffer {
  w.buf.writeInt32LE(w.length, 0);
  return w.copy();
}
