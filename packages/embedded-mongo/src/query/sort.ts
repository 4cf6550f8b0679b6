import { numberOf } from '../bson/convert.ts';
import { compareBytes, invert, keyOf, writeKey } from '../bson/key.ts';
import { type Elem, fields, someItem, stringOf } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { ByteWriter } from '../bson/writer.ts';
import { MongoError } from '../errors.ts';
import type { Collation } from './collation.ts';
import { type Path, parsePath, somePathValue } from './path.ts';

export interface SortField {
  readonly path: Path;
  readonly descending: boolean;
}

/** Parses a sort document; `$meta` and other expressions are refused. */
export function parseSort(elem: Elem): SortField[] {
  const list = fields(elem).map(([name, value]): SortField => {
    const order = numberOf(value);
    if (value.type === T.object) {
      throw new MongoError(
        'CommandNotSupported',
        '$meta sort is not supported by the embedded database',
      );
    }
    if (order !== 1 && order !== -1) {
      throw new MongoError(
        15975,
        '$sort key ordering must be 1 (for ascending) or -1 (for descending)',
      );
    }
    if (name === '' || name.split('.').includes('')) {
      throw new MongoError(15998, 'FieldPath field names may not be empty strings.');
    }
    return { path: parsePath(name), descending: order < 0 };
  });
  if (list.length > 32) throw new MongoError('BadValue', 'too many compound keys');
  return list;
}

const shared = new ByteWriter(1024);

/**
 * The key that orders a document. Of an array ascending sorts take the least item and
 * descending ones the greatest; an empty array sorts below null.
 */
export function sortKey(doc: Elem, sort: readonly SortField[], collation?: Ranks): Buffer {
  shared.reset();
  for (const { path, descending } of sort) {
    const from = shared.length;
    const key = extremeKey(doc, path, descending, collation);
    if (key) shared.bytes(key);
    else writeKey(shared, undefined);
    if (descending) invert(shared, from);
  }
  return shared.copy();
}

/** Orders strings under a collation: gives each a text whose bytes sort as it should. */
export type Ranks = (text: string) => string;

function extremeKey(doc: Elem, path: Path, greatest: boolean, ranks: Ranks | undefined) {
  let best: Buffer | undefined;
  const consider = (key: Buffer) => {
    if (!best || (greatest ? compareBytes(key, best) > 0 : compareBytes(key, best) < 0)) best = key;
  };
  somePathValue(doc, path, false, (value) => {
    if (value?.type !== T.array) {
      consider(keyOf(value, ranks));
      return false;
    }
    if (value.end - value.start === EMPTY_LENGTH) consider(EMPTY);
    return someItem(value.buf, value.start, (item) => {
      consider(keyOf(item, ranks));
      return false;
    });
  });
  return best;
}

const EMPTY = keyOf({ type: T.undefined, buf: new Uint8Array(0), start: 0, end: 0 });
const EMPTY_LENGTH = 5;

/** Ranks all strings that the sort fields hold, since a collator gives no keys of its own. */
export function rankStrings(
  docs: readonly Elem[],
  sort: readonly SortField[],
  collation: Collation,
): Ranks {
  const texts = new Set<string>();
  for (const doc of docs) {
    for (const { path } of sort) {
      somePathValue(doc, path, true, (value) => {
        if (value?.type === T.string) texts.add(stringOf(value));
        return false;
      });
    }
  }
  const ordered = [...texts].sort(collation.compare);
  const ranks = new Map<string, string>();
  let rank = 0;
  ordered.forEach((text, i) => {
    if (i > 0 && collation.compare(ordered[i - 1]!, text) !== 0) rank++;
    ranks.set(text, String(rank).padStart(10, '0'));
  });
  return (text) => ranks.get(text) ?? collation.fold(text);
}
