/** Deleting: the content goes at once, a tombstone stays so that the post cannot come back. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { forbidden, notFound } from '../../platform/app-error.ts';
import type { PendingEvent } from '../../platform/pending.ts';
import type { Account } from '../accounts/account.ts';
import type { BookmarkStore } from './bookmark-store.ts';
import type { PollVoteStore } from './poll-vote-store.ts';
import { blankContent, type Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { QuoteStampStore } from './quote-stamp-store.ts';
import type { QuoteStore } from './quote-store.ts';
import type { ReactionStore } from './reaction-store.ts';
import type { ReadPosts } from './read-posts.ts';
import type { SharePosts } from './share-post.ts';

export type RemoveOptions = {
  /** It comes with a token that may do what only the staff does. */
  asStaff?: boolean;
  /** Moderators were asked to look at it: also where they could not read it otherwise. */
  reported?: boolean;
  /** Its files stay for a while, for the author to write it anew with them. */
  keepFiles?: boolean;
};
export type DeletePosts = ReturnType<typeof createDeletePosts>;

export function createDeletePosts(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  quoteStore: QuoteStore;
  reactions: ReactionStore;
  bookmarks: BookmarkStore;
  votes: PollVoteStore;
  stamps: QuoteStampStore;
  read: ReadPosts;
  shares: SharePosts;
}) {
  const { kit, apis, store, quoteStore, reactions, bookmarks, votes, stamps, read, shares } = deps;

  /** The author deletes, or a moderator of its group or of this instance removes. */
  async function remove(id: string, by: Account, options: RemoveOptions = {}): Promise<void> {
    const post = options.reported ? await store.byId(id) : await read.visible(id, by);
    if (!post || post.deletedAt !== undefined) throw notFound();
    if (!options.reported && !(await mayRemove(post, by, options.asStaff ?? true)))
      throw forbidden('This post is not yours');
    if (post.kind === 'share') return shares.end(post, { local: post.local });
    const isOwn = post.author === by._id;
    const keeps = isOwn && options.keepFiles === true && post.media.length > 0;
    const data = { ...(!isOwn && { by: by._id }), ...(keeps && { files: 'kept' }) };
    if (!(await entomb(post, { event: kit.pending.entry('post.deleted', data) }))) return;
    if (keeps) await apis.media.free(post._id);
    await kit.pending.kick('posts', post._id);
  }

  async function mayRemove(post: Post, by: Account, asStaff: boolean): Promise<boolean> {
    if (post.author === by._id) return true;
    if (post.group && (await apis.groups.mayModerate(by._id, post.group))) return true;
    return (
      asStaff && (by.role === 'admin' || by.role === 'moderator') && post.audience !== 'direct'
    );
  }

  /** Erases the content, in one write; false where it was gone already. */
  async function entomb(
    post: Post,
    options: { event?: PendingEvent; receipt?: string },
  ): Promise<boolean> {
    const { counts: _, mentions: __, ...blank } = blankContent();
    if (!post.local) await removeCopies(post);
    const gone = await store.change(
      post._id,
      { deletedAt: { $exists: false } },
      {
        // Whom it names stays until they were told.
        set: { ...blank, edits: [], deletedAt: kit.clock.now(), receipt: options.receipt },
        unset: ['feed', 'pinnedAt', 'card', 'idempotencyKey', 'orphanOf', 'poll', 'pollDueAt'],
      },
      options.event,
    );
    if (!gone) return false;
    await Promise.all([
      post.audience === 'direct' ? undefined : apis.accounts.addCounts(post.author, { posts: -1 }),
      ...(post.countedIn ?? []).map((id) =>
        store.addCounts({ id, inc: { 'counts.comments': -1 } }),
      ),
    ]);
    return true;
  }

  /** Cached pictures of a remote post, unless its author shows them in another one. */
  async function removeCopies(post: Post): Promise<void> {
    if (post.media.length === 0) return;
    if (await store.showsMedia(post.author, post.media, post._id)) return;
    await apis.media.removeOf({ ids: post.media });
  }

  /** What hung on a post goes with it, after everybody who had it was told. Safe to run twice. */
  async function cleanUp(post: Post, { keepFiles = false } = {}): Promise<void> {
    await Promise.all([
      store.removeSharesOf(post._id),
      reactions.purgePosts([post._id]),
      bookmarks.purgePosts([post._id]),
      votes.purgePosts([post._id]),
      stamps.removeOf(post),
      forgetQuote(post),
      keepFiles ? apis.media.free(post._id) : apis.media.removeOf({ attachedTo: post._id }),
      apis.notifications.withdraw({ post: post._id }),
    ]);
  }

  async function forgetQuote({ _id: id, quote }: Post): Promise<void> {
    if (!quote?.post) return;
    await quoteStore.recount(quote.post);
    await store.change(id, {}, { unset: ['quote'] });
  }

  /**
   * A group elsewhere takes a post of one of our people out: it leaves the group for everybody
   * here too, and stays with its author, whose words only we keep and erase.
   */
  async function takeOut(post: Post, receipt: string): Promise<boolean> {
    const taken = await store.change(
      post._id,
      { deletedAt: { $exists: false }, readers: { $ne: [`account:${post.author}`] } },
      { set: { readers: [`account:${post.author}`], streams: [], receipt }, unset: ['feed'] },
    );
    return taken !== null;
  }

  return { remove, entomb, cleanUp, takeOut };
}
