/** What only one person sees of posts: what they kept, and the threads they want no news of. */
import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import type { IndexSpec, Mongo } from '../../platform/mongo.ts';

export type Bookmark = { _id: string; account: string; post: string };
export type ThreadMute = { _id: string; account: string; root: string };

export const bookmarkIndexes: IndexSpec[] = [
  { collection: 'bookmarks', name: 'bookmarks_once', key: { account: 1, post: 1 }, unique: true },
  { collection: 'bookmarks', name: 'bookmarks_mine', key: { account: 1, _id: -1 } },
  { collection: 'bookmarks', name: 'bookmarks_post', key: { post: 1 } },
  {
    collection: 'thread_mutes',
    name: 'thread_mutes_once',
    key: { account: 1, root: 1 },
    unique: true,
  },
  { collection: 'thread_mutes', name: 'thread_mutes_root', key: { root: 1 } },
];

export type BookmarkStore = ReturnType<typeof createBookmarkStore>;

export function createBookmarkStore(mongo: Mongo) {
  const bookmarks = mongo.collection<Bookmark>('bookmarks');
  const threadMutes = mongo.collection<ThreadMute>('thread_mutes');

  return {
    keep: (id: string, account: string, post: string) =>
      bookmarks.updateOne({ account, post }, { $setOnInsert: { _id: id } }, { upsert: true }),
    drop: (account: string, post: string) => bookmarks.deleteOne({ account, post }),
    among: (account: string, posts: string[]) =>
      bookmarks.find({ account, post: { $in: posts } }).toArray(),
    keepersAmong: (post: string, accounts: string[]) =>
      bookmarks.find({ post, account: { $in: accounts } }).toArray(),
    mine: (account: string, page: IdPage) => readIdPage(bookmarks, { account }, page),

    muteThread: (id: string, account: string, root: string) =>
      threadMutes.updateOne({ account, root }, { $setOnInsert: { _id: id } }, { upsert: true }),
    unmuteThread: (account: string, root: string) => threadMutes.deleteOne({ account, root }),
    threadsMuted: (account: string, roots: string[]) =>
      threadMutes.find({ account, root: { $in: roots } }).toArray(),
    /** Of these people, the ones who want no news of the thread. */
    mutedBy: async (root: string, accounts: string[]): Promise<Set<string>> => {
      const rows = await threadMutes.find({ root, account: { $in: accounts } }).toArray();
      return new Set(rows.map((row) => row.account));
    },

    purgePosts: async (posts: string[]): Promise<void> => {
      await bookmarks.deleteMany({ post: { $in: posts } });
      await threadMutes.deleteMany({ root: { $in: posts } });
    },
  };
}
