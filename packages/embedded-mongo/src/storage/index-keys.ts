import { type Fold, writeDescendingKey, writeKey } from '../bson/key.ts';
import { arrayItem, type Elem, findField, items, latin1 } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { ByteWriter } from '../bson/writer.ts';
import { MongoError } from '../errors.ts';
import type { Path } from '../query/path.ts';

export interface IndexField {
  readonly path: Path;
  readonly descending: boolean;
}

export interface DocumentKeys {
  keys: Buffer[];
  /** A bit for each index field that met an array. */
  multikey: number;
  /** Whether any indexed field is there (sparse indexes skip documents without). */
  present: boolean;
}

/** How far one field of the index has been followed into the document. */
interface Cursor {
  value: Elem | undefined;
  /** Position in the path of the next part to follow. */
  at: number;
}

const EMPTY_ARRAY: Elem = { type: T.undefined, buf: new Uint8Array(0), start: 0, end: 0 };

const shared = new ByteWriter(1024);

/**
 * The index keys of a document, as MongoDB makes them: an array gives one key per item,
 * several fields under one array move through it together, two unrelated arrays are refused.
 */
export function documentKeys(doc: Elem, fields: readonly IndexField[], fold?: Fold): DocumentKeys {
  const result: DocumentKeys = { keys: [], multikey: 0, present: false };
  const seen = new Set<string>();
  const start = fields.map(() => ({ value: doc, at: 0 }) as Cursor);
  const emit = (values: Cursor[]) => {
    shared.reset();
    values.forEach(({ value }, i) => {
      if (value) result.present = true;
      if (fields[i]!.descending) writeDescendingKey(shared, value, fold);
      else writeKey(shared, value, fold);
    });
    if (result.multikey !== 0) {
      const id = latin1(shared.buf, 0, shared.length);
      if (seen.has(id)) return;
      seen.add(id);
    }
    result.keys.push(shared.passingCopy());
  };
  expand(start, fields, result, emit);
  return result;
}

/** A cursor that has an item of an array for good (items are not expanded a second time). */
const DONE = 1 << 20;

function expand(
  cursors: Cursor[],
  fields: readonly IndexField[],
  result: DocumentKeys,
  emit: (values: Cursor[]) => void,
): void {
  const moved = cursors.map((cursor, i) => advance(cursor, fields[i]!.path));
  let array: Elem | undefined;
  moved.forEach(({ value, at }, i) => {
    if (at === DONE || value?.type !== T.array) return;
    if (array && array.start !== value.start) {
      throw new MongoError(
        'CannotIndexParallelArrays',
        `cannot index parallel arrays [${fields[i]!.path.names.at(-1)}] [${fields.find((_, j) => moved[j]!.value?.start === array!.start)?.path.names.at(-1)}]`,
      );
    }
    array = value;
    result.multikey |= 1 << i;
  });
  if (!array) {
    emit(moved);
    return;
  }
  const list = items(array);
  const steps: (Elem | undefined)[] = list.length === 0 ? [undefined] : list;
  for (const item of steps) {
    const next = moved.map((cursor, i) =>
      cursor.at !== DONE && cursor.value?.start === array!.start && cursor.value.type === T.array
        ? intoItem(cursor, item, fields[i]!.path, list.length === 0)
        : cursor,
    );
    expand(next, fields, result, emit);
  }
}

function intoItem(cursor: Cursor, item: Elem | undefined, path: Path, empty: boolean): Cursor {
  if (cursor.at === path.parts.length) return { value: empty ? EMPTY_ARRAY : item, at: DONE };
  if (item?.type !== T.object) return { value: undefined, at: DONE };
  return { value: item, at: cursor.at };
}

/** Follows a path through documents (and named positions) until its end or an array. */
function advance({ value, at }: Cursor, path: Path): Cursor {
  if (at === DONE) return { value, at };
  while (at < path.parts.length) {
    if (value?.type === T.object) {
      value = findField(value.buf, value.start, path.parts[at]!);
      at++;
    } else if (value?.type === T.array) {
      const position = path.positions[at]!;
      const item = position >= 0 ? arrayItem(value, position) : undefined;
      if (!item) return { value, at };
      value = item;
      at++;
    } else return { value: undefined, at: DONE };
  }
  return value?.type === T.array ? { value, at } : { value, at: DONE };
}
