import { Binary, EJSON } from 'bson';
import { exactValue } from '../bson/convert.ts';
import { type Elem, fields, items } from '../bson/raw.ts';
import { T } from '../bson/types.ts';

/**
 * Canonical Extended JSON from raw bytes: every type is named and fields stay in their
 * order, also those with names like "1" that JavaScript objects would move to the front.
 */
export function toExtendedJson(elem: Elem): string {
  if (elem.type === T.object) {
    const parts = fields(elem).map(
      ([name, value]) => `${JSON.stringify(name)}:${toExtendedJson(value)}`,
    );
    return `{${parts.join(',')}}`;
  }
  if (elem.type === T.array) return `[${items(elem).map(toExtendedJson).join(',')}]`;
  if (elem.type === T.undefined) return '{"$undefined":true}';
  return EJSON.stringify(exactValue(elem), { relaxed: false });
}

/** Documents are Maps, which the driver writes in their order. */
export type Loaded = Map<string, unknown>;

/** Reads one line of Extended JSON, canonical or relaxed, in the order that it stands in. */
export function fromExtendedJson(text: string): Loaded {
  const reader = createReader(text);
  const value = reader.value();
  reader.end();
  if (!(value instanceof Map)) throw new SyntaxError('a line must hold one document');
  return value;
}

const STRING = /"(?:[^"\\]|\\.)*"/y;
const PLAIN = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /\s*/y;

function createReader(text: string) {
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const take = (char: string): boolean => {
    match(SPACE);
    if (text[at] !== char) return false;
    at++;
    return true;
  };
  const fail = (): never => {
    throw new SyntaxError(`not Extended JSON at character ${at + 1}`);
  };
  const name = (): string => {
    match(SPACE);
    return JSON.parse(match(STRING) ?? fail()) as string;
  };

  function list(): unknown[] {
    const found: unknown[] = [];
    if (take(']')) return found;
    do found.push(value());
    while (take(','));
    return take(']') ? found : fail();
  }

  function document(): unknown {
    const from = at - 1;
    const found: Loaded = new Map();
    if (take('}')) return found;
    do {
      const key = name();
      if (!take(':')) fail();
      found.set(key, value());
    } while (take(','));
    if (!take('}')) fail();
    const [first] = found.keys();
    return first !== undefined ? typed(found, text.slice(from, at)) : found;
  }

  function value(): unknown {
    if (take('{')) return document();
    if (take('[')) return list();
    const string = match(STRING);
    if (string !== undefined) return JSON.parse(string);
    return JSON.parse(match(PLAIN) ?? fail());
  }

  return {
    value,
    end: () => {
      match(SPACE);
      if (at !== text.length) fail();
    },
  };
}

const WRAPPERS = new Set([
  '$oid',
  '$symbol',
  '$numberInt',
  '$numberLong',
  '$numberDouble',
  '$numberDecimal',
  '$binary',
  '$uuid',
  '$code',
  '$timestamp',
  '$regularExpression',
  '$dbPointer',
  '$date',
  '$minKey',
  '$maxKey',
  '$undefined',
]);

/** `{"$oid": ...}` and its kin become values; other documents stay what they are. */
function typed(found: Loaded, text: string): unknown {
  const [first, second] = found.keys();
  if (!WRAPPERS.has(first!)) return found;
  if (found.size > 1 && !(found.size === 2 && first === '$code' && second === '$scope'))
    return found;
  const inner = found.get(first!);
  if (first === '$binary' && inner instanceof Map) {
    // EJSON would refuse a "UUID" of another length, which BSON does not.
    const bytes = Buffer.from(String(inner.get('base64')), 'base64');
    return new Binary(bytes, Number.parseInt(String(inner.get('subType')), 16));
  }
  return EJSON.parse(text, { relaxed: false });
}
