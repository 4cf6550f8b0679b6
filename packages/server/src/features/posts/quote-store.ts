/** Posts that quote another, and how many they are. */
import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import type { Mongo } from '../../platform/mongo.ts';
import type { StoredPost } from './post-store.ts';

export type QuoteStore = ReturnType<typeof createQuoteStore>;

export function createQuoteStore(mongo: Mongo) {
  const posts = mongo.collection<StoredPost>('posts');

  return {
    /** Posts whose quote of this one is agreed to. */
    of: (post: string, page: IdPage) =>
      readIdPage(
        posts,
        { 'quote.post': post, 'quote.state': 'accepted', deletedAt: { $exists: false } },
        page,
      ),
    /** Writes down at a post how many quote it. */
    recount: async (post: string): Promise<void> => {
      const count = await posts.countDocuments({
        'quote.post': post,
        'quote.state': 'accepted',
        'quote.counted': true,
        deletedAt: { $exists: false },
      });
      await posts.updateOne({ _id: post }, { $set: { 'counts.quotes': count } });
    },
    /** Posts that quote this author by this stamp, as far as it may still be theirs. */
    byStamp: (stamp: string, author: string, most: number) =>
      posts
        .find({
          'quote.stamp': stamp,
          'quote.author': author,
          'quote.state': { $in: ['pending', 'accepted'] },
        })
        .limit(most)
        .toArray(),
  };
}
