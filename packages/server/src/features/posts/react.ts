/** Likes and emoji reactions. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { forbidden, invalid } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { shortcodesIn } from '../emojis/custom-emoji.ts';
import { normaliseEmoji } from './emoji.ts';
import { LIKE, type Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { Reaction, ReactionStore } from './reaction-store.ts';
import type { ReadPosts } from './read-posts.ts';

/** How many different emojis one post can collect, and one person give to it. */
const MOST_KINDS = 50;
const MOST_OF_ONE = 10;

export type React = ReturnType<typeof createReact>;

export function createReact(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  reactions: ReactionStore;
  read: ReadPosts;
}) {
  const { kit, apis, store, reactions, read } = deps;

  async function react(id: string, account: Account, rawEmoji: string): Promise<Post> {
    const post = await read.target(id, account);
    const emoji = normaliseEmoji(rawEmoji);
    if (!emoji)
      throw invalid({ field: 'emoji', code: 'ERR_INVALID', message: 'must be one emoji' });
    const [custom] = shortcodesIn(emoji);
    if (custom && !(emoji in post.reactions) && !(await apis.emojis.named([custom])).has(custom))
      throw invalid({ field: 'emoji', code: 'ERR_INVALID', message: 'is not an emoji here' });
    const refusal = await refusalOf(post, account, emoji);
    if (refusal) throw forbidden(refusal);
    const reactionId = kit.nextId();
    const iri = `${kit.baseUrl}/reactions/${reactionId}`;
    const made = await reactions.add(
      {
        _id: reactionId,
        post: post._id,
        account: account._id,
        emoji,
        iri,
        at: kit.clock.now(),
      },
      kit.pending.entry('reaction.added', { iri }),
    );
    if (made) {
      await count(post._id, emoji, 1);
      await kit.pending.kick('reactions', made._id);
    }
    return (await store.byId(post._id)) ?? post;
  }

  async function unreact(id: string, account: Account, rawEmoji: string): Promise<Post> {
    const post = await read.target(id, account);
    const pair = { post: post._id, account: account._id, emoji: normaliseEmoji(rawEmoji) ?? '' };
    const known = await reactions.find(pair);
    const ended =
      known &&
      (await reactions.end(pair, kit.pending.entry('reaction.removed', { iri: known.iri })));
    if (ended) {
      await count(post._id, pair.emoji, -1);
      await kit.pending.kick('reactions', ended._id);
    }
    return (await store.byId(post._id)) ?? post;
  }

  async function refusalOf(post: Post, account: Account, emoji: string): Promise<string | null> {
    if (emoji === LIKE) return null;
    if (!(emoji in post.reactions) && Object.keys(post.reactions).length >= MOST_KINDS)
      return 'This post has enough kinds of reactions';
    const own = await reactions.mineOn(account._id, [post._id]);
    return own.length < MOST_OF_ONE ? null : `You can react in ${MOST_OF_ONE} ways at most`;
  }

  /** A reaction from elsewhere, on a post that we hold and its author may read. Idempotent. */
  async function receive(
    post: Post,
    from: { account: Account; iri: string; emoji: string; receipt: string },
  ): Promise<{ kind: 'added' | 'known' } | { kind: 'refused'; reason: string }> {
    const { account, iri, receipt } = from;
    const emoji = normaliseEmoji(from.emoji) ?? LIKE;
    const reason = (await unseen(post, account)) ?? (await refusalOf(post, account, emoji));
    if (reason) return { kind: 'refused', reason };
    const reaction: Reaction = {
      _id: kit.nextId(),
      post: post._id,
      account: account._id,
      emoji,
      iri,
      at: kit.clock.now(),
      receipt,
    };
    const made = await reactions.add(reaction);
    if (made) await count(post._id, emoji, 1);
    const known = made ?? (await reactions.find(reaction));
    if (!made && known?.receipt !== receipt) return { kind: 'known' };
    const id = known?._id ?? reaction._id;
    await kit.events.emit({ name: 'reaction.added', id, local: false, data: { iri } });
    return { kind: 'added' };
  }

  async function unseen(post: Post, account: Account): Promise<string | null> {
    const seen = await read.visibleOf([post], account, { hideMuted: false });
    if (seen.length === 0) return 'the post is not for this person';
    return (await apis.relations.blockedEither(account._id, post.author)) ? 'blocked' : null;
  }

  async function receiveUndo(reaction: Reaction): Promise<void> {
    const ended = await reactions.end(reaction);
    if (ended) await count(reaction.post, reaction.emoji, -1);
    const { _id: id, iri } = reaction;
    await kit.events.emit({ name: 'reaction.removed', id, local: false, data: { iri } });
    await reactions.remove(id);
  }

  async function count(post: string, emoji: string, by: 1 | -1): Promise<void> {
    const inc = { 'counts.reactions': by, [`reactions.${emoji}`]: by };
    await store.addCounts({ id: post, inc });
    if (by < 0) await store.forgetEmoji(post, emoji);
  }

  return { react, unreact, receive, receiveUndo };
}
