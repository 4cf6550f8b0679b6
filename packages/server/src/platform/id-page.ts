/**
 * A page of a list by id, as every list here reads it: `maxId` for older rows, `sinceId` for the newest
 * ones after it, `minId` for those right after it. Always newest first.
 */
import type { Collection, Filter, Sort } from 'mongodb';

export type IdPage = { maxId?: string; sinceId?: string; minId?: string; limit: number };

/** The bounds as part of a query; nothing where the page begins at the newest. */
export function idRange({ maxId, sinceId, minId }: IdPage): {
  _id?: { $lt?: string; $gt?: string };
} {
  const after = minId ?? sinceId;
  if (maxId === undefined && after === undefined) return {};
  return {
    _id: { ...(maxId !== undefined && { $lt: maxId }), ...(after !== undefined && { $gt: after }) },
  };
}

/** Right after `minId` is read upwards. */
export function idOrder({ minId }: Pick<IdPage, 'minId'>): 1 | -1 {
  return minId === undefined ? -1 : 1;
}

export function newestFirst<T>(rows: T[], page: Pick<IdPage, 'minId'>): T[] {
  return idOrder(page) === 1 ? rows.toReversed() : rows;
}

/** The rows of a page. The index of the filter has to end with the id. */
export async function readIdPage<T extends { _id: string }>(
  rows: Collection<T>,
  filter: Filter<T>,
  page: IdPage,
): Promise<T[]> {
  const found = await rows
    .find({ ...filter, ...idRange(page) } as Filter<T>)
    .sort({ _id: idOrder(page) } as Sort)
    .limit(page.limit)
    .toArray();
  return newestFirst(found as T[], page);
}

/** The same of a list that is there whole, newest first. */
export function cutIdPage<T extends { _id: string }>(rows: T[], page: IdPage): T[] {
  const { maxId, limit } = page;
  const after = page.minId ?? page.sinceId;
  const within = rows.filter(
    ({ _id }) => (maxId === undefined || _id < maxId) && (after === undefined || _id > after),
  );
  return page.minId === undefined ? within.slice(0, limit) : within.slice(-limit);
}
