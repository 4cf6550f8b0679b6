/** Keeps at most so many documents of each host: the newest stay. */
import type { Collection, Document, Filter } from 'mongodb';
import { createCoalescer } from './coalesce.ts';

/** Deleted in one go; what is left over goes with the next one. */
const PER_RUN = 1000;

/**
 * @param options.of which documents count, beside their host; an index over these, `host` and
 *   `newestBy` must be there
 * @returns looks after one host; calls that come together, or meanwhile, share one look
 */
export function createTrimOldest<T extends Document & { _id: string; host: string }>(
  collection: Collection<T>,
  options: { of: Filter<T>; newestBy: keyof T & string; most: number },
): (host: string) => Promise<void> {
  return createCoalescer(async (hosts: string[]) => {
    for (const host of new Set(hosts)) {
      const ofHost = { ...options.of, host } as Filter<T>;
      const tooMany = (await collection.countDocuments(ofHost)) - options.most;
      if (tooMany <= 0) continue;
      const rows = await collection
        .find(ofHost, { projection: { _id: 1 } })
        .sort({ [options.newestBy]: 1 })
        .limit(Math.min(tooMany, PER_RUN))
        .toArray();
      await collection.deleteMany({ _id: { $in: rows.map((row) => row._id) } } as Filter<T>);
    }
    return hosts.map(() => ({ ok: true as const, value: undefined }));
  });
}
