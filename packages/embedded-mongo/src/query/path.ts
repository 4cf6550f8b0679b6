import { arrayItem, type Elem, findField, someItem } from '../bson/raw.ts';
import { T } from '../bson/types.ts';

/** A dotted path, split once and kept as bytes. */
export interface Path {
  readonly text: string;
  readonly names: readonly string[];
  readonly parts: readonly Uint8Array[];
  /** The array position that a part may mean, or -1. */
  readonly positions: readonly number[];
}

const known = new Map<string, Path>();

export function parsePath(text: string): Path {
  const cached = known.get(text);
  if (cached) return cached;
  const names = text.split('.');
  const path: Path = {
    text,
    names,
    parts: names.map((name) => Buffer.from(name)),
    positions: names.map((name) => (/^(0|[1-9]\d{0,8})$/.test(name) ? Number(name) : -1)),
  };
  if (known.size > 2000) known.clear();
  known.set(text, path);
  return path;
}

/** Stands for the item itself where `$elemMatch` tests plain values; no field has this path. */
export const ITEM_PATH: Path = { text: '', names: [''], parts: [Buffer.alloc(0)], positions: [-1] };

type Visit = (value: Elem | undefined) => boolean;

/**
 * Visits the values that a path means in a document, as MongoDB's matcher does: arrays on
 * the way stand for each of their documents, a number also means a position, and an array
 * at the end stands for each item and then for itself (`expand`). A missing value is
 * visited as undefined. Stops and returns true when `visit` does.
 */
export function somePathValue(doc: Elem, path: Path, expand: boolean, visit: Visit): boolean {
  return step(findField(doc.buf, doc.start, path.parts[0]!), path, 1, expand, visit);
}

function step(
  value: Elem | undefined,
  path: Path,
  at: number,
  expand: boolean,
  visit: Visit,
): boolean {
  if (at === path.parts.length) {
    if (expand && value?.type === T.array) {
      return someItem(value.buf, value.start, visit) || visit(value);
    }
    return visit(value);
  }
  if (value?.type === T.object) {
    return step(findField(value.buf, value.start, path.parts[at]!), path, at + 1, expand, visit);
  }
  if (value?.type !== T.array) return visit(undefined);
  const position = path.positions[at]!;
  if (position >= 0) {
    const item = arrayItem(value, position);
    if (item && step(item, path, at + 1, expand, visit)) return true;
  }
  return someItem(
    value.buf,
    value.start,
    (item) => item.type === T.object && step(item, path, at, expand, visit),
  );
}

/** The value at a path without looking into arrays, or undefined. */
export function plainPathValue(doc: Elem, path: Path): Elem | undefined {
  let value: Elem | undefined = doc;
  for (const part of path.parts) {
    if (value?.type !== T.object) return undefined;
    value = findField(value.buf, value.start, part);
  }
  return value;
}
