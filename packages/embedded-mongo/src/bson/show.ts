import { exactValue } from './convert.ts';
import { type Elem, fields, items, readDouble, stringOf } from './raw.ts';
import { T } from './types.ts';

/** A value in the notation of MongoDB's error messages: `{ name: "x", n: 1.0 }`. */
export function show(elem: Elem | undefined): string {
  if (!elem) return 'MISSING';
  switch (elem.type) {
    case T.object: {
      const parts = fields(elem).map(([name, value]) => `${name}: ${show(value)}`);
      return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
    }
    case T.array: {
      const parts = items(elem).map(show);
      return parts.length === 0 ? '[]' : `[ ${parts.join(', ')} ]`;
    }
    case T.string:
    case T.symbol:
      return `"${stringOf(elem).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
    case T.double: {
      const value = readDouble(elem.buf, elem.start);
      return Number.isInteger(value) && Math.abs(value) < 1e15 ? value.toFixed(1) : String(value);
    }
    case T.null:
      return 'null';
    case T.undefined:
      return 'undefined';
    case T.minKey:
      return 'MinKey';
    case T.maxKey:
      return 'MaxKey';
    case T.objectId:
      return `ObjectId('${String(exactValue(elem))}')`;
    case T.date:
      return `new Date(${Number(exactValue(elem) as Date)})`;
    case T.binary: {
      const data = Buffer.from(elem.buf.subarray(elem.start + 5, elem.end)).toString('hex');
      return `BinData(${elem.buf[elem.start + 4]}, ${data.toUpperCase()})`;
    }
    default:
      return String(exactValue(elem));
  }
}
