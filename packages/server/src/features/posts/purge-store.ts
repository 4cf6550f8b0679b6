/** Posts that have to go in numbers: of a host whose agreement ended, a person, a group. */
import type { Filter } from 'mongodb';
import { iriRanges } from '../../platform/iri-ranges.ts';
import type { Mongo } from '../../platform/mongo.ts';
import type { StoredPost } from './post-store.ts';

export type PurgeRow = Pick<
  StoredPost,
  '_id' | 'local' | 'deletedAt' | 'countedIn' | 'shareOf' | 'media' | 'quote'
>;
/** Enough to say whether a copy has to go. */
export type DatedRow = Pick<StoredPost, '_id' | 'iri' | 'publishedAt'>;

/** Which posts to purge. Of a host: by the beginning of their ids, which every post has an index for. */
export type PurgeFilter = { host: string } | { author: string } | { group: string };

function purgeQueries(filter: PurgeFilter): Filter<StoredPost>[] {
  return 'host' in filter ? iriRanges(filter.host).map((iri) => ({ iri })) : [filter];
}

export type PurgeStore = ReturnType<typeof createPurgeStore>;

export function createPurgeStore(mongo: Mongo) {
  const posts = mongo.collection<StoredPost>('posts');

  return {
    /** Some of those to purge; none where all are gone. */
    some: async (filter: PurgeFilter, most: number): Promise<PurgeRow[]> => {
      for (const query of purgeQueries(filter)) {
        const rows = await posts
          .find(query, {
            projection: { local: 1, deletedAt: 1, countedIn: 1, shareOf: 1, media: 1, quote: 1 },
          })
          .limit(most)
          .toArray();
        if (rows.length > 0) return rows;
      }
      return [];
    },
    count: async (host: string): Promise<number> => {
      const queries = purgeQueries({ host });
      const counts = await Promise.all(queries.map((query) => posts.countDocuments(query)));
      return counts.reduce((sum, one) => sum + one, 0);
    },
    /** In the order of their ids on the wire, which is no order of time. */
    datedOf: async (host: string, after: string, most: number): Promise<DatedRow[]> => {
      for (const range of iriRanges(host)) {
        if (after >= range.$lt) continue;
        const iri = after > range.$gte ? { $gt: after, $lt: range.$lt } : range;
        const rows = await posts
          .find({ iri }, { projection: { iri: 1, publishedAt: 1 } })
          .sort({ iri: 1 })
          .limit(most)
          .toArray();
        if (rows.length > 0) return rows;
      }
      return [];
    },
    /** With the shares of them. */
    purge: async (ids: string[]): Promise<number> => {
      await posts.deleteMany({ shareOf: { $in: ids } });
      return (await posts.deleteMany({ _id: { $in: ids } })).deletedCount;
    },
  };
}
