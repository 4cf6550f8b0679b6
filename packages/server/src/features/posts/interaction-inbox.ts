/** Like, EmojiReact, Announce, their Undo, and pins (Add and Remove of the featured collection). */
import { asList, isObject, type JsonObject, objectId, readNote } from '@mitoyen/federation';
import { iriHost, sameIri } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import {
  applied,
  type Inbound,
  type InboundHandler,
  ignored,
  type Outcome,
  rejected,
} from '../../inbox/inbound.ts';
import type { Kit } from '../../kit.ts';
import { normaliseEmoji } from './emoji.ts';
import type { PassOn } from './pass-on.ts';
import type { PinPosts } from './pin-post.ts';
import { LIKE, type Post, scopeOf } from './post.ts';
import type { PostInboxDeps } from './post-inbox.ts';
import type { PostStore } from './post-store.ts';
import type { React } from './react.ts';
import type { Reaction, ReactionStore } from './reaction-store.ts';
import type { ReceivePost } from './receive-post.ts';
import type { SharePosts } from './share-post.ts';

/** As long as others try to deliver. */
const REMEMBER_MS = 14 * 24 * 3600_000;
const UNDONE_HERE = new Set(['Like', 'EmojiReact', 'Dislike', 'Announce']);

export function createInteractionInbox(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  reactions: ReactionStore;
  react: React;
  shares: SharePosts;
  pins: PinPosts;
  receive: ReceivePost;
  passOn: PassOn;
  tell: PostInboxDeps['tell'];
  resolveIri: (iri: string) => Promise<Post | null>;
}): InboundHandler {
  const { kit, apis, store, reactions, react, shares, pins, passOn } = deps;

  async function like(inbound: Inbound): Promise<Outcome> {
    const { activity, actor, id: iri, receipt } = inbound;
    const post = await store.byIri(objectId(activity.object) ?? '');
    if (!post || post.deletedAt !== undefined || post.kind !== 'post')
      return ignored('no such post here');
    if (!apis.policy.allows(iriHost(actor.iri), scopeOf(post), post.group))
      return ignored('the agreement does not allow it');
    if (await reactions.wasUndone(iri, actor._id)) return ignored('undone before');
    const emoji = emojiOf(activity);
    const result = await react.receive(post, { account: actor, iri, emoji, receipt });
    if (result.kind === 'refused') return ignored(result.reason);
    if (result.kind === 'known') return ignored('known');
    // Its Undo may be processed in this very moment: whichever writes last sees the other.
    const made = (await reactions.wasUndone(iri, actor._id)) && (await reactions.byIri(iri));
    if (made) {
      await react.receiveUndo(made);
      return ignored('undone meanwhile');
    }
    await passOn(inbound, post);
    return applied('reaction');
  }

  async function announce(inbound: Inbound): Promise<Outcome> {
    const { actor, activity, id: iri, receipt } = inbound;
    const object = objectId(activity.object);
    if (object === null) return rejected('names nothing');
    if (!apis.policy.allows(iriHost(actor.iri), actor.kind === 'group' ? 'groups' : 'posts'))
      return ignored('the agreement does not allow it');
    const known = await store.byIri(object);
    if (actor.kind === 'group') return known ? ignored('known') : placeInGroup(object, inbound);
    if (!known && !(await apis.relations.hasLocalFollowers(actor._id)))
      return ignored('nobody here asked for it');
    // A shared post counts only as its origin tells it.
    const post = known ?? (await deps.resolveIri(object));
    if (!post || post.deletedAt !== undefined || post.kind !== 'post')
      return ignored('the shared post is not to be had');
    if ((await apis.accounts.get(post.author))?.state === 'suspended')
      return ignored('the author of the shared post is suspended here');
    const result = await shares.receive(post, { account: actor, iri, receipt });
    return result === 'shared' ? applied('shared') : ignored(result);
  }

  /** Some groups relay posts by a plain Announce alone: what its origin tells is placed in the group. */
  async function placeInGroup(iri: string, inbound: Inbound): Promise<Outcome> {
    const group = inbound.actor;
    if (!(await apis.groups.hasLocalMembers(group._id)))
      return ignored('nobody here is in the group');
    const fetched = await kit.remote.document(iri);
    const note = fetched.kind === 'ok' ? readNote(fetched.document) : null;
    const author = note && (await apis.accounts.resolveIri(note.attributedTo));
    if (!note || author?.state !== 'active' || author.domain === null)
      return ignored('the relayed post is not to be had');
    const result = await deps.receive(note, { author, group, receipt: inbound.receipt });
    if (result.kind === 'refused') return ignored(result.reason);
    if (result.kind === 'known' && !result.again) return ignored('known');
    await deps.tell('post.published', result.post);
    return applied('placed in the group');
  }

  async function undo(inbound: Inbound): Promise<Outcome | null> {
    const { object } = inbound.activity;
    const iri = objectId(object);
    const inner = isObject(object) ? object : null;
    if (inner && !UNDONE_HERE.has(String(inner.type))) return null;
    const reaction = (iri && (await reactions.byIri(iri))) || (await reactionBy(inner, inbound));
    if (reaction) return undoReaction(reaction, inbound);
    const share = (iri && (await store.byIri(iri))) || (await shareBy(inner, inbound));
    if (share && share.kind === 'share') return undoShare(share, inbound);
    if (!inner) return null;
    return remember(iri, String(inner.type), inbound);
  }

  async function undoReaction(reaction: Reaction, inbound: Inbound): Promise<Outcome> {
    if (reaction.account !== inbound.actor._id) return rejected('not its own reaction');
    const post = await store.byId(reaction.post);
    await react.receiveUndo(reaction);
    if (post) await passOn(inbound, post);
    return applied('reaction undone');
  }

  async function undoShare(share: Post, inbound: Inbound): Promise<Outcome> {
    if (share.author !== inbound.actor._id) return rejected('not its own share');
    if (share.expiresAt !== undefined) return ignored('undone before');
    await shares.end(share, { local: false });
    return applied('share undone');
  }

  /** Some make a new id for what they undo (Lemmy): then it is found by what it says. */
  async function reactionBy(
    inner: JsonObject | null,
    { actor }: Inbound,
  ): Promise<Reaction | null> {
    if (!inner || (inner.type !== 'Like' && inner.type !== 'EmojiReact')) return null;
    const post = await store.byIri(objectId(inner.object) ?? '');
    const emoji = normaliseEmoji(emojiOf(inner)) ?? LIKE;
    return post && reactions.find({ post: post._id, account: actor._id, emoji });
  }

  async function shareBy(inner: JsonObject | null, { actor }: Inbound): Promise<Post | null> {
    if (inner?.type !== 'Announce') return null;
    const post = await store.byIri(objectId(inner.object) ?? '');
    return post && store.shareOf(actor._id, post._id);
  }

  /** The Undo overtook what it undoes. */
  async function remember(iri: string | null, type: string, inbound: Inbound): Promise<Outcome> {
    const { actor } = inbound;
    if (!iri || type === 'Dislike' || iriHost(iri) !== iriHost(actor.iri))
      return ignored('nothing to undo');
    const until = kit.clock.now() + REMEMBER_MS;
    if (type === 'Announce') await shares.rememberUndone(iri, actor, until);
    else await reactions.rememberUndone(iri, actor._id, new Date(until));
    return (await undoMeanwhile(iri, inbound)) ?? ignored('not here; remembered as undone');
  }

  /** It came while the Undo was being remembered. */
  async function undoMeanwhile(iri: string, inbound: Inbound): Promise<Outcome | null> {
    const reaction = await reactions.byIri(iri);
    if (reaction) return undoReaction(reaction, inbound);
    const share = await store.byIri(iri);
    return share?.kind === 'share' && share.expiresAt === undefined
      ? undoShare(share, inbound)
      : null;
  }

  /** The author's own posts on the own featured collection. */
  async function pin(inbound: Inbound, wanted: boolean): Promise<Outcome | null> {
    const { actor, activity } = inbound;
    const target = objectId(activity.target);
    if (!target || actor.kind === 'group' || !sameIri(target, actor.featuredIri ?? '')) return null;
    const post = await store.byIri(objectId(activity.object) ?? '');
    if (!post || post.author !== actor._id || post.deletedAt !== undefined)
      return ignored('no such post here');
    const changed = await pins.change(post, wanted);
    if (!changed) return ignored('so already');
    return applied(wanted ? 'pinned' : 'unpinned');
  }

  return {
    verbs: ['Like', 'EmojiReact', 'Announce', 'Undo', 'Add', 'Remove'],
    handle: async (inbound) => {
      switch (inbound.type) {
        case 'Like':
        case 'EmojiReact':
          return like(inbound);
        case 'Announce':
          return announce(inbound);
        case 'Undo':
          return undo(inbound);
        default:
          return pin(inbound, inbound.type === 'Add');
      }
    },
  };
}

/** What somebody reacts with: Pleroma's `content`, Misskey's own field; a plain like has neither. */
function emojiOf({ content, _misskey_reaction: misskey }: JsonObject): string {
  const [first] = asList(content ?? misskey);
  return typeof first === 'string' ? first : LIKE;
}
