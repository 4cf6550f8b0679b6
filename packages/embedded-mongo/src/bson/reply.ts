import { toElem } from './convert.ts';
import type { Elem } from './raw.ts';
import { T } from './types.ts';
import { ByteWriter } from './writer.ts';

/** A reply: plain values, raw BSON values where they come from storage. */
export type Reply = { readonly [name: string]: ReplyValue };
export type ReplyValue =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | Date
  | Elem
  | object
  | readonly ReplyValue[];

function isElem(value: object): value is Elem {
  return 'buf' in value && 'start' in value && 'end' in value;
}

/** Writes a reply document; bigint becomes int64, integers int32, raw values as they are. */
export function writeReply(w: ByteWriter, reply: object): void {
  const mark = w.startDoc();
  for (const [name, value] of Object.entries(reply)) {
    if (value !== undefined) writeField(w, name, value);
  }
  w.endDoc(mark);
}

function writeField(w: ByteWriter, name: string, value: ReplyValue): void {
  if (Array.isArray(value)) {
    w.byte(T.array);
    w.cstring(name);
    const mark = w.startDoc();
    value.forEach((item, index) => {
      writeField(w, String(index), item);
    });
    w.endDoc(mark);
  } else if (value !== null && typeof value === 'object' && isElem(value)) {
    w.field(name, value);
  } else if (value !== null && typeof value === 'object' && isPlain(value)) {
    w.byte(T.object);
    w.cstring(name);
    writeReply(w, value);
  } else if (typeof value === 'boolean') {
    w.byte(T.bool);
    w.cstring(name);
    w.byte(value ? 1 : 0);
  } else {
    w.field(name, toElem(value));
  }
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** A reply as one raw document. */
export function replyElem(reply: object): Elem {
  const w = new ByteWriter();
  writeReply(w, reply);
  return { type: T.object, buf: w.copy(), start: 0, end: w.length };
}
