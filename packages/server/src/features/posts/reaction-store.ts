import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { PendingEvent, WithPending } from '../../platform/pending.ts';
import type { FeedPage } from './posts.ts';

/** A plain like. */
export const LIKE = '★';

export type Reaction = WithPending & {
  _id: string;
  post: string;
  account: string;
  emoji: string;
  /** Id of the Like or EmojiReact, ours or theirs. */
  iri: string;
  at: number;
  ended?: boolean;
  purge?: boolean;
};

export type Bookmark = { _id: string; account: string; post: string };

export const reactionIndexes: IndexSpec[] = [
  {
    collection: 'reactions',
    name: 'reactions_once',
    key: { post: 1, account: 1, emoji: 1 },
    unique: true,
  },
  { collection: 'reactions', name: 'reactions_iri', key: { iri: 1 } },
  { collection: 'reactions', name: 'reactions_mine', key: { account: 1, emoji: 1, _id: -1 } },
  { collection: 'bookmarks', name: 'bookmarks_once', key: { account: 1, post: 1 }, unique: true },
  { collection: 'bookmarks', name: 'bookmarks_mine', key: { account: 1, _id: -1 } },
  { collection: 'bookmarks', name: 'bookmarks_post', key: { post: 1 } },
  {
    collection: 'thread_mutes',
    name: 'thread_mutes_once',
    key: { account: 1, root: 1 },
    unique: true,
  },
];

export type ReactionStore = ReturnType<typeof createReactionStore>;

export function createReactionStore(mongo: Mongo) {
  const reactions = mongo.collection<Reaction>('reactions');
  const bookmarks = mongo.collection<Bookmark>('bookmarks');
  const threadMutes = mongo.collection<{ _id: string; account: string; root: string }>(
    'thread_mutes',
  );
  const live = { ended: { $ne: true } };

  return {
    get: (id: string) => reactions.findOne({ _id: id }),
    byIri: (iri: string) => reactions.findOne({ iri }),
    /** False where this person has reacted so already. */
    add: async (reaction: Reaction): Promise<boolean> => {
      await reactions.deleteOne({
        post: reaction.post,
        account: reaction.account,
        emoji: reaction.emoji,
        ended: true,
      });
      try {
        await reactions.insertOne(reaction);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** Null where there was none. */
    end: (post: string, account: string, emoji: string, event?: PendingEvent) =>
      reactions.findOneAndUpdate(
        { post, account, emoji, ...live },
        { $set: { ended: true, purge: true }, ...(event && { $push: { pending: event } }) },
        { returnDocument: 'after' },
      ),
    remove: (id: string) => reactions.deleteOne({ _id: id }),
    mineOn: (account: string, posts: string[]) =>
      reactions.find({ post: { $in: posts }, account, ...live }).toArray(),
    ofPost: (post: string, emoji: string | undefined, page: FeedPage) =>
      reactions
        .find({
          post,
          ...(emoji && { emoji }),
          ...live,
          ...(page.maxId && { _id: { $lt: page.maxId } }),
        })
        .sort({ _id: -1 })
        .limit(page.limit)
        .toArray(),
    mine: (account: string, page: FeedPage) =>
      reactions
        .find({ account, emoji: LIKE, ...live, ...(page.maxId && { _id: { $lt: page.maxId } }) })
        .sort({ _id: -1 })
        .limit(page.limit)
        .toArray(),
    accountsOf: async (post: string): Promise<string[]> => {
      const rows = await reactions
        .find({ post, ...live }, { projection: { account: 1 } })
        .limit(1000)
        .toArray();
      return rows.map((row) => row.account);
    },
    purgePosts: async (posts: string[]): Promise<void> => {
      await reactions.deleteMany({ post: { $in: posts } });
      await bookmarks.deleteMany({ post: { $in: posts } });
    },

    bookmark: (id: string, account: string, post: string) =>
      bookmarks.updateOne({ account, post }, { $setOnInsert: { _id: id } }, { upsert: true }),
    unbookmark: (account: string, post: string) => bookmarks.deleteOne({ account, post }),
    bookmarkedAmong: (account: string, posts: string[]) =>
      bookmarks.find({ account, post: { $in: posts } }).toArray(),
    bookmarks: (account: string, page: FeedPage) =>
      bookmarks
        .find({ account, ...(page.maxId && { _id: { $lt: page.maxId } }) })
        .sort({ _id: -1 })
        .limit(page.limit)
        .toArray(),

    muteThread: (id: string, account: string, root: string) =>
      threadMutes.updateOne({ account, root }, { $setOnInsert: { _id: id } }, { upsert: true }),
    unmuteThread: (account: string, root: string) => threadMutes.deleteOne({ account, root }),
    threadsMuted: (account: string, roots: string[]) =>
      threadMutes.find({ account, root: { $in: roots } }).toArray(),
  };
}
