/** Collections and their pages, in the shapes that servers serve them. */
import { parseIri } from '@mitoyen/protocol';
import { isObject, type JsonObject } from './json.ts';
import { asList, count, objectId } from './values.ts';

export type CollectionPart = { items: string[]; next: string | null; total: number | null };

/** One collection or page: the ids in it, and where it goes on. An embedded first page is read too. */
export function readCollection(json: JsonObject): CollectionPart {
  const own = [...asList(json.orderedItems), ...asList(json.items)];
  const ids = own.flatMap((item) => parseIri(objectId(item)) ?? []);
  const total = count(json.totalItems) ?? null;
  // One level: a page within a page is nothing that anybody serves.
  const first = isObject(json.first) && !isObject(json.first.first) ? json.first : null;
  if (!first) return { items: ids, next: parseIri(objectId(json.next ?? json.first)), total };
  const page = readCollection(first);
  return { items: [...ids, ...page.items], next: page.next, total };
}
