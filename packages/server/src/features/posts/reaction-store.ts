import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import { createFinder, type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { PendingEvent, WithPending } from '../../platform/pending.ts';
import { createUndoneMemory, undoneIndex } from '../../platform/undone-memory.ts';
import { LIKE } from './post.ts';

export type Reaction = WithPending & {
  _id: string;
  post: string;
  account: string;
  emoji: string;
  /** Id of the Like or EmojiReact, ours or theirs. */
  iri: string;
  at: number;
  /** Of remote ones: the receipt that brought it. */
  receipt?: string;
  ended?: boolean;
  purge?: boolean;
};

type Pair = Pick<Reaction, 'post' | 'account' | 'emoji'>;

export const reactionIndexes: IndexSpec[] = [
  {
    collection: 'reactions',
    name: 'reactions_once',
    key: { post: 1, account: 1, emoji: 1 },
    unique: true,
  },
  { collection: 'reactions', name: 'reactions_iri', key: { iri: 1 } },
  { collection: 'reactions', name: 'reactions_of', key: { post: 1, _id: -1 } },
  { collection: 'reactions', name: 'reactions_mine', key: { account: 1, emoji: 1, _id: -1 } },
  undoneIndex('undone'),
];

const PURGE_AT_ONCE = 500;

export type ReactionStore = ReturnType<typeof createReactionStore>;

export function createReactionStore(mongo: Mongo) {
  const reactions = mongo.collection<Reaction>('reactions');
  const live = { ended: { $ne: true } };

  return {
    get: (id: string) => reactions.findOne({ _id: id }),
    byIri: createFinder(reactions, 'iri'),
    find: ({ post, account, emoji }: Pair) => reactions.findOne({ post, account, emoji, ...live }),
    /**
     * Null where this person has reacted so already. One that was taken back comes to life again
     * under its new id on the wire, in the same document: the events it still carries go out first.
     */
    add: async (reaction: Reaction, event?: PendingEvent): Promise<Reaction | null> => {
      const { post, account, emoji, iri, at, receipt } = reaction;
      const revived = await reactions.findOneAndUpdate(
        { post, account, emoji, ended: true },
        {
          $set: { iri, at, receipt, ended: false, purge: false },
          ...(event && { $push: { pending: event } }),
        },
        { returnDocument: 'after' },
      );
      if (revived) return revived;
      const made = { ...reaction, ...(event && { pending: [event] }) };
      try {
        await reactions.insertOne(made);
        return made;
      } catch (error) {
        if (isDuplicate(error)) return null;
        throw error;
      }
    },
    /** Null where there was none. */
    end: ({ post, account, emoji }: Pair, event?: PendingEvent) =>
      reactions.findOneAndUpdate(
        { post, account, emoji, ...live },
        { $set: { ended: true, purge: true }, ...(event && { $push: { pending: event } }) },
        { returnDocument: 'after' },
      ),
    remove: (id: string) => reactions.deleteOne({ _id: id, ended: true }),
    mineOn: (account: string, posts: string[]) =>
      reactions.find({ post: { $in: posts }, account, ...live }).toArray(),
    byAmong: (post: string, accounts: string[]) =>
      reactions.find({ post, account: { $in: accounts }, ...live }).toArray(),
    ofPost: (post: string, page: IdPage) => readIdPage(reactions, { post, ...live }, page),
    /** What somebody likes, newest first. */
    mine: (account: string, page: IdPage) =>
      readIdPage(reactions, { account, emoji: LIKE, ...live }, page),
    ofAccount: (account: string, most: number) => reactions.find({ account }).limit(most).toArray(),
    purgePosts: async (posts: string[]): Promise<void> => {
      for (let start = 0; start < posts.length; start += PURGE_AT_ONCE)
        await reactions.deleteMany({ post: { $in: posts.slice(start, start + PURGE_AT_ONCE) } });
    },
    removeMany: (ids: string[]) => reactions.deleteMany({ _id: { $in: ids } }),
    ...createUndoneMemory(mongo, 'undone'),
  };
}
