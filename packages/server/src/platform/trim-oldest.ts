/** Keeps at most so many documents of each host, and so many bytes: the newest stay. */
import type { Collection, Document, Filter } from 'mongodb';
import { createCoalescer } from './coalesce.ts';

/** Deleted in one go; what is left over goes with the next one. */
const PER_RUN = 1000;

/**
 * @param options.of which documents count, beside their host; an index over these, `host` and
 *   `newestBy` must be there
 * @param options.size the field that says how large a document is, and how large all may be
 * @returns looks after one host; calls that come together, or meanwhile, share one look
 */
export function createTrimOldest<T extends Document & { _id: string; host: string }>(
  collection: Collection<T>,
  options: {
    of: Filter<T>;
    newestBy: keyof T & string;
    most: number;
    size?: { field: keyof T & string; most: number };
  },
): (host: string) => Promise<void> {
  const { newestBy, most, size } = options;

  async function remove(rows: { _id: unknown }[]): Promise<void> {
    if (rows.length === 0) return;
    await collection.deleteMany({ _id: { $in: rows.map((row) => row._id) } } as Filter<T>);
  }

  async function trimCount(ofHost: Filter<T>): Promise<void> {
    const tooMany = (await collection.countDocuments(ofHost)) - most;
    if (tooMany <= 0) return;
    const oldest = collection.find(ofHost, { projection: { _id: 1 } }).sort({ [newestBy]: 1 });
    await remove(await oldest.limit(Math.min(tooMany, PER_RUN)).toArray());
  }

  async function trimSize(ofHost: Filter<T>, field: string, bytes: number): Promise<void> {
    const newest = collection.find(ofHost, { projection: { [field]: 1 } }).sort({ [newestBy]: -1 });
    const over: { _id: unknown }[] = [];
    let sum = 0;
    for (const row of await newest.limit(most).toArray()) {
      sum += Number((row as Document)[field] ?? 0);
      if (sum > bytes) over.push(row);
    }
    await remove(over);
  }

  return createCoalescer(async (hosts: string[]) => {
    for (const host of new Set(hosts)) {
      const ofHost = { ...options.of, host } as Filter<T>;
      await trimCount(ofHost);
      if (size) await trimSize(ofHost, size.field, size.most);
    }
    return hosts.map(() => ({ ok: true as const, value: undefined }));
  });
}
