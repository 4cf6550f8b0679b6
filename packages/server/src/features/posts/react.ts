/** Likes, emoji reactions, shares, pins. */

import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { forbidden, invalid, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { Post } from './post.ts';
import type { PostStore, StoredPost } from './post-store.ts';
import { LIKE, type Reaction, type ReactionStore } from './reaction-store.ts';
import type { ReadPosts } from './read-posts.ts';

const MOST_PINS = 20;
/** How many different emojis one post can collect. */
const MOST_KINDS = 50;

/** One emoji as people see it, or the name of a remote custom one. */
export function normaliseEmoji(text: string): string | null {
  const emoji = text.trim();
  if (emoji === LIKE) return emoji;
  if (/^:[a-zA-Z0-9_-]{1,50}:$/.test(emoji)) return emoji;
  const graphemes = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(emoji)];
  if (graphemes.length !== 1 || emoji.length > 40) return null;
  return /\p{Extended_Pictographic}|\p{Regional_Indicator}|^[0-9#*]\ufe0f?\u20e3$/u.test(emoji) &&
    !/[.$\0]/.test(emoji)
    ? emoji
    : null;
}

export type React = ReturnType<typeof createReact>;

export function createReact(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  reactions: ReactionStore;
  read: ReadPosts;
}) {
  const { kit, apis, store, reactions, read } = deps;

  async function target(id: string, viewer: Account): Promise<Post> {
    const post = await read.visible(id, viewer);
    if (!post) throw notFound();
    if (!post.shareOf) return post;
    const shared = await read.visible(post.shareOf, viewer);
    if (!shared) throw notFound();
    return shared;
  }

  async function react(id: string, account: Account, rawEmoji: string): Promise<Post> {
    const post = await target(id, account);
    const emoji = normaliseEmoji(rawEmoji);
    if (!emoji)
      throw invalid({ field: 'emoji', code: 'ERR_INVALID', message: 'must be one emoji' });
    if (!(emoji in post.reactions) && Object.keys(post.reactions).length >= MOST_KINDS)
      throw forbidden('This post has enough kinds of reactions');
    const reactionId = kit.nextId();
    const made = await reactions.add({
      _id: reactionId,
      post: post._id,
      account: account._id,
      emoji,
      iri: `${kit.baseUrl}/reactions/${reactionId}`,
      at: kit.clock.now(),
      pending: [kit.pending.entry('reaction.added')],
    });
    if (made) {
      await count(post._id, emoji, 1);
      await kit.pending.kick('reactions', reactionId);
    }
    return (await store.byId(post._id)) ?? post;
  }

  async function unreact(id: string, account: Account, rawEmoji: string): Promise<Post> {
    const post = await target(id, account);
    const emoji = normaliseEmoji(rawEmoji) ?? '';
    const ended = await reactions.end(
      post._id,
      account._id,
      emoji,
      kit.pending.entry('reaction.removed'),
    );
    if (ended) {
      await count(post._id, emoji, -1);
      await kit.pending.kick('reactions', ended._id);
    }
    return (await store.byId(post._id)) ?? post;
  }

  /** A reaction from elsewhere, on a post that we hold and its author may read. Idempotent. */
  async function receive(
    post: Post,
    account: Account,
    iri: string,
    rawEmoji: string,
  ): Promise<string> {
    const emoji = normaliseEmoji(rawEmoji) ?? LIKE;
    if (!(emoji in post.reactions) && Object.keys(post.reactions).length >= MOST_KINDS)
      return 'too many kinds of reactions';
    if ((await read.visibleOf([post], account, { hideMuted: false })).length === 0)
      return 'the post is not for this person';
    if (await apis.relations.blockedEither(account._id, post.author)) return 'blocked';
    const reaction: Reaction = {
      _id: kit.nextId(),
      post: post._id,
      account: account._id,
      emoji,
      iri,
      at: kit.clock.now(),
    };
    if (!(await reactions.add(reaction))) return 'known';
    await count(post._id, emoji, 1);
    await kit.events.emit({ name: 'reaction.added', id: reaction._id, local: false, data: {} });
    return 'added';
  }

  async function receiveUndo(reaction: Reaction): Promise<void> {
    const ended = await reactions.end(reaction.post, reaction.account, reaction.emoji);
    if (!ended) return;
    await count(reaction.post, reaction.emoji, -1);
    await kit.events.emit({ name: 'reaction.removed', id: reaction._id, local: false, data: {} });
    await reactions.remove(reaction._id);
  }

  function count(post: string, emoji: string, by: 1 | -1): Promise<void> {
    return store.addCounts({
      id: post,
      inc: { 'counts.reactions': by, [`reactions.${emoji}`]: by },
    });
  }

  /** Only what everybody may read can be shared on; nobody's private words. */
  async function share(id: string, account: Account): Promise<Post> {
    const post = await target(id, account);
    const own = post.author === account._id && post.audience === 'followers';
    if (!own && !post.readers.includes('public')) throw forbidden('This post is not for sharing');
    const existing = await store.shareOf(account._id, post._id);
    if (existing && !existing.deletedAt) return existing;
    if (existing) await store.remove(existing._id);
    const made = shareDocument(post, account, { local: true });
    if (await store.insert({ ...made, pending: [kit.pending.entry('post.shared')] })) {
      await store.addCounts({ id: post._id, inc: { 'counts.shares': 1 } });
      await kit.pending.kick('posts', made._id);
    }
    return (await store.shareOf(account._id, post._id)) ?? made;
  }

  async function unshare(id: string, account: Account): Promise<Post> {
    const post = await target(id, account);
    const existing = await store.shareOf(account._id, post._id);
    if (existing) await endShare(existing, true);
    return (await store.byId(post._id)) ?? post;
  }

  async function endShare(made: Post, local: boolean): Promise<void> {
    const event = local
      ? kit.pending.entry('post.unshared', { shareOf: made.shareOf ?? '' })
      : undefined;
    const ended = await store.change(
      made._id,
      { deletedAt: { $exists: false } },
      { set: { deletedAt: kit.clock.now(), streams: [], purge: true }, unset: ['feed'] },
      event,
    );
    if (!ended) return;
    await store.addCounts({ id: made.shareOf ?? '', inc: { 'counts.shares': -1 } });
    if (local) await kit.pending.kick('posts', made._id);
    else await store.remove(made._id);
  }

  async function receiveShare(post: Post, account: Account, iri: string): Promise<string> {
    if (!post.readers.includes('public')) return 'the post is not for sharing';
    if (await apis.relations.blockedEither(account._id, post.author)) return 'blocked';
    const made = { ...shareDocument(post, account, { local: false }), iri, url: iri };
    if (!(await store.insert(made))) return 'known';
    await store.addCounts({ id: post._id, inc: { 'counts.shares': 1 } });
    await kit.events.emit({ name: 'post.shared', id: made._id, local: false, data: {} });
    return 'shared';
  }

  function shareDocument(post: Post, account: Account, { local }: { local: boolean }): StoredPost {
    const id = kit.nextId();
    const iri = `${kit.baseUrl}/shares/${id}`;
    return {
      _id: id,
      kind: 'share',
      iri,
      url: post.url,
      author: account._id,
      local,
      ...(!local && { host: new URL(account.iri).host }),
      place: `wall:${account._id}`,
      feed: `wall:${account._id}`,
      audience: post.readers.includes('public') ? 'public' : 'followers',
      readers: post.readers.includes('public') ? ['public'] : [`followers:${account._id}`],
      streams: [],
      shareOf: post._id,
      html: '',
      source: '',
      title: '',
      warning: '',
      sensitive: false,
      media: [],
      mentions: [],
      hashtags: [],
      counts: { comments: 0, reactions: 0, shares: 0 },
      reactions: {},
      publishedAt: kit.clock.now(),
    };
  }

  async function pin(id: string, account: Account, wanted: boolean): Promise<Post> {
    const post = await target(id, account);
    if (post.author !== account._id)
      throw forbidden('Only your own posts can be pinned to your profile');
    if (post.audience === 'direct' || post.group)
      throw forbidden('This post cannot be pinned to your profile');
    if (wanted && !post.pinnedAt && (await store.countPinned(account._id)) >= MOST_PINS)
      throw forbidden(`You can pin ${MOST_PINS} posts at most`);
    const event = kit.pending.entry(wanted ? 'post.pinned' : 'post.unpinned');
    const changed = await store.change(
      post._id,
      { pinnedAt: { $exists: !wanted } },
      wanted ? { set: { pinnedAt: kit.clock.now() } } : { unset: ['pinnedAt'] },
      event,
    );
    if (changed) await kit.pending.kick('posts', post._id);
    return changed ?? post;
  }

  return {
    target,
    react,
    unreact,
    receive,
    receiveUndo,
    share,
    unshare,
    endShare,
    receiveShare,
    pin,
  };
}
