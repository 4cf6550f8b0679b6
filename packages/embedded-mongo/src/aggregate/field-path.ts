import { arrayOf } from '../bson/convert.ts';
import { type Elem, findField, items } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import type { Path } from '../query/path.ts';

/** The value of an expression like `$a.b`: arrays on the way give arrays. */
export function fieldPathValue(doc: Elem, path: Path, at = 0): Elem | undefined {
  const value = findField(doc.buf, doc.start, path.parts[at]!);
  return at === path.parts.length - 1 ? value : inside(value, path, at + 1);
}

function inside(value: Elem | undefined, path: Path, at: number): Elem | undefined {
  if (value?.type === T.object) return fieldPathValue(value, path, at);
  if (value?.type !== T.array) return undefined;
  const found = items(value).flatMap((item) => inside(item, path, at) ?? []);
  return arrayOf(found);
}
