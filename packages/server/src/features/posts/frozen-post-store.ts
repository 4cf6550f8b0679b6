/**
 * Copies of a partner's posts that were set aside: in no feed, thread or search, and shown to
 * admins alone until one deletes them.
 */
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { Post } from './post.ts';

export type FrozenPost = Pick<
  Post,
  | '_id'
  | 'iri'
  | 'author'
  | 'audience'
  | 'group'
  | 'conversation'
  | 'title'
  | 'warning'
  | 'html'
  | 'inReplyToIri'
  | 'publishedAt'
  | 'editedAt'
> & { host: string; frozenAt: number };

export const frozenPostIndexes: IndexSpec[] = [
  { collection: 'frozen_posts', name: 'frozen_posts_host', key: { host: 1, _id: -1 } },
  { collection: 'frozen_posts', name: 'frozen_posts_iri', key: { iri: 1 } },
  { collection: 'frozen_posts', name: 'frozen_posts_author', key: { author: 1 } },
];

export function createFrozenPostStore(mongo: Mongo) {
  const frozen = mongo.collection<FrozenPost>('frozen_posts');

  return {
    /** Keeps what is not kept yet. */
    keep: async (posts: FrozenPost[]): Promise<void> => {
      if (posts.length === 0) return;
      try {
        await frozen.insertMany(posts, { ordered: false });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
    /** Newest first. */
    ofHost: (host: string, page: { maxId?: string; limit: number }) =>
      frozen
        .find({ host, ...(page.maxId && { _id: { $lt: page.maxId } }) })
        .sort({ _id: -1 })
        .limit(page.limit)
        .toArray(),
    count: (host: string) => frozen.countDocuments({ host }),
    removeHost: async (host: string): Promise<number> =>
      (await frozen.deleteMany({ host })).deletedCount,
    /** Its author takes it back: that goes for what was set aside as well. */
    removeOne: async (iri: string, author: string): Promise<void> => {
      await frozen.deleteMany({ iri, author });
    },
    removeAuthor: async (author: string): Promise<void> => {
      await frozen.deleteMany({ author });
    },
  };
}

export type FrozenPostStore = ReturnType<typeof createFrozenPostStore>;

export function toFrozen(post: Post, host: string, frozenAt: number): FrozenPost {
  const { _id, iri, author, audience, group, conversation, title, warning, html } = post;
  const { inReplyToIri, publishedAt, editedAt } = post;
  return {
    ...{ _id, iri, author, audience, title, warning, html, publishedAt, host, frozenAt },
    ...(group !== undefined && { group }),
    ...(conversation !== undefined && { conversation }),
    ...(inReplyToIri !== undefined && { inReplyToIri }),
    ...(editedAt !== undefined && { editedAt }),
  };
}
