import { isDeepStrictEqual } from 'node:util';
import type { Document } from 'bson';
import { docOf, toElem } from '../bson/convert.ts';
import { type Elem, fields } from '../bson/raw.ts';
import { T } from '../bson/types.ts';

/**
 * mingo works on plain numbers. Values that come out as they went in are taken from the
 * original bytes, so that an int64 or a double that was not touched stays one.
 */
export function restoreTypes(original: Elem, before: Document, after: Document): Elem {
  const raw = new Map(fields(original));
  const parts = Object.entries(after)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, Elem] => {
      const was = raw.get(name);
      if (was && isDeepStrictEqual(value, before[name])) return [name, was];
      if (was?.type === T.object && isPlain(value) && isPlain(before[name])) {
        return [name, restoreTypes(was, before[name], value)];
      }
      return [name, toElem(value)];
    });
  return docOf(parts);
}

function isPlain(value: unknown): value is Document {
  return (
    value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype
  );
}
