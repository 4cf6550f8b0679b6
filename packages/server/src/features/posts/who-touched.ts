/** Of many viewers, those for whom a post shows something of their own. Others see it alike. */
import type { Apis } from '../../apis.ts';
import type { BookmarkStore } from './bookmark-store.ts';
import type { PollVoteStore } from './poll-vote-store.ts';
import type { Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { ReactionStore } from './reaction-store.ts';

export function createWhoTouched(deps: {
  apis: Apis;
  store: PostStore;
  reactions: ReactionStore;
  bookmarks: BookmarkStore;
  votes: PollVoteStore;
}) {
  const { apis, store, reactions, bookmarks, votes } = deps;

  return async function whoTouched(post: Post, viewers: string[]): Promise<Set<string>> {
    // What a quote shows, and who may quote, is for each to be found out.
    const { quote, canQuote } = post;
    const isPersonal = (canQuote?.automatic ?? []).some((group) => group !== 'public');
    if (quote || isPersonal) return new Set(viewers);
    const subject = post.shareOf ?? post._id;
    const [reacted, kept, shared, muted, voted, confirmed] = await Promise.all([
      reactions.byAmong(subject, viewers),
      bookmarks.keepersAmong(subject, viewers),
      store.sharersAmong(subject, viewers),
      bookmarks.mutedBy(post.root ?? subject, viewers),
      post.poll ? votes.votersAmong(subject, viewers) : [],
      post.mustRead ? apis.acknowledgements.confirmedBy(subject, viewers) : new Set<string>(),
    ]);
    return new Set([
      ...[...reacted, ...kept, ...voted].map((row) => row.account),
      ...shared.map((share) => share.author),
      ...muted,
      ...confirmed,
    ]);
  };
}
