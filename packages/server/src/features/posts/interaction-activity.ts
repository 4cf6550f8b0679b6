/** What is done with posts on the wire, shares, reactions and pins: pure. */
import { buildActivityDocument, emojiTag, type JsonObject, PUBLIC } from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';
import type { WireEmoji } from '../emojis/emojis.ts';
import { LIKE, type Post } from './post.ts';
import type { Reaction } from './reaction-store.ts';

type Built = JsonObject & { id: string };

export function shareActivity(
  share: Post,
  target: Post,
  actor: Account,
  targetAuthor: Account,
): Built {
  return buildActivityDocument('Announce', {
    id: share.iri,
    actor: actor.iri,
    object: target.iri,
    to: share.audience === 'public' ? [PUBLIC] : [actor.followersIri ?? ''],
    cc: [...new Set([actor.followersIri ?? '', targetAuthor.iri].filter(Boolean))],
    published: new Date(share.publishedAt).toISOString(),
  });
}

export function undoShareActivity(share: Post, targetIri: string, actor: Account): Built {
  return buildActivityDocument('Undo', {
    id: `${share.iri}#undo`,
    actor: actor.iri,
    object: { id: share.iri, type: 'Announce', actor: actor.iri, object: targetIri },
    to: share.audience === 'public' ? [PUBLIC] : [actor.followersIri ?? ''].filter(Boolean),
    cc: [actor.followersIri ?? ''].filter(Boolean),
  });
}

/** A reaction may have been taken back and given again since: the event says which one is meant. */
export type WireReaction = Pick<Reaction, 'iri' | 'emoji'>;

export function reactionActivity(
  reaction: WireReaction,
  target: Post,
  actor: Account,
  to: string[],
  emoji?: WireEmoji,
): Built {
  const isLike = reaction.emoji === LIKE;
  return buildActivityDocument(isLike ? 'Like' : 'EmojiReact', {
    ...(emoji && { tag: [emojiTag(emoji)] }),
    id: reaction.iri,
    actor: actor.iri,
    object: target.iri,
    to,
    ...(!isLike && { content: reaction.emoji }),
  });
}

export function undoReactionActivity(
  reaction: WireReaction,
  target: Post,
  actor: Account,
  to: string[],
): Built {
  const isLike = reaction.emoji === LIKE;
  return buildActivityDocument('Undo', {
    id: `${reaction.iri}#undo`,
    actor: actor.iri,
    object: {
      id: reaction.iri,
      type: isLike ? 'Like' : 'EmojiReact',
      actor: actor.iri,
      object: target.iri,
      ...(!isLike && { content: reaction.emoji }),
    },
    to,
  });
}

export function pinActivity(post: Post, actor: Account, pinned: boolean, at: string): Built {
  return buildActivityDocument(pinned ? 'Add' : 'Remove', {
    id: `${post.iri}#${pinned ? 'pin' : 'unpin'}/${at}`,
    actor: actor.iri,
    object: post.iri,
    target: actor.featuredIri,
    to: [actor.followersIri ?? ''].filter(Boolean),
  });
}
