/** Create, Update, Delete, Like, EmojiReact, Announce, Undo, Add and Remove of posts. */
import { isObject, type JsonObject, objectId, readNote } from '@mitoyen/federation';
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
import type { ChangePosts } from './change-post.ts';
import type { Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { React } from './react.ts';
import { LIKE, type ReactionStore } from './reaction-store.ts';
import type { ReceivePost } from './receive-post.ts';

/** Activities about activities or actors are other features'. */
const NOT_POSTS = new Set([
  'Person',
  'Group',
  'Service',
  'Organization',
  'Application',
  'Follow',
  'Accept',
  'Agreement',
  'Block',
  'Join',
  'Invite',
]);

export function createPostInbox(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  reactions: ReactionStore;
  receive: ReceivePost;
  change: ChangePosts;
  react: React;
  resolveIri: (iri: string) => Promise<Post | null>;
}): InboundHandler {
  const { kit, apis, store, reactions, receive, change, react } = deps;

  /** The embedded object, or the one that its origin serves. */
  async function objectOf(inbound: Inbound): Promise<JsonObject | null> {
    const { object } = inbound.activity;
    if (isObject(object)) return object;
    const id = objectId(object);
    if (id === null || iriHost(id) !== iriHost(inbound.actor.iri)) return null;
    const fetched = await kit.remote.document(id);
    if (fetched.kind === 'failed') throw new Error(`the origin did not answer: ${fetched.reason}`);
    return fetched.kind === 'ok' ? fetched.document : null;
  }

  async function create(inbound: Inbound): Promise<Outcome | null> {
    const object = await objectOf(inbound);
    if (!object) return rejected('the object is not its own');
    if (NOT_POSTS.has(String(object.type))) return null;
    const note = readNote(object);
    if (!note) return rejected('not a post');
    const result = await receive(note, {
      author: inbound.actor,
      ...(inbound.via && { group: inbound.via }),
    });
    if (result.kind === 'refused') return ignored(result.reason);
    if (result.kind === 'stored') {
      await kit.events.emit({
        name: 'post.published',
        id: result.post._id,
        local: false,
        data: {},
      });
      await forward(inbound, result.post);
    }
    await relay(inbound, result.post);
    return result.kind === 'stored' ? applied('stored') : ignored('known');
  }

  /** We are the group's home: what we accepted goes on to its members. */
  async function relay(inbound: Inbound, post: Post): Promise<void> {
    if (!post.group || inbound.via) return;
    await apis.groups.announce(post.group, inbound.original, {
      iri: post.iri,
      topLevel: post.inReplyToIri === undefined,
    });
  }

  /** Inbox forwarding (AP 7.1.2): a comment for the followers of one of ours goes to them from here. */
  async function forward(inbound: Inbound, post: Post): Promise<void> {
    if (inbound.via || post.audience !== 'followers' || !post.root || !inbound.original.proof)
      return;
    const owners = post.readers
      .filter((reader) => reader.startsWith('followers:'))
      .map((reader) => reader.slice('followers:'.length));
    for (const account of await apis.accounts.getMany(owners)) {
      if (account.domain !== null) continue;
      const activity = { ...inbound.original, id: inbound.id };
      await kit.outbox.send({
        actor: account._id,
        activity,
        recipients: { followersOf: [account._id] },
        scope: 'posts',
        proof: false,
      });
    }
  }

  async function update(inbound: Inbound): Promise<Outcome | null> {
    const id = objectId(inbound.activity.object);
    if (isObject(inbound.activity.object) && NOT_POSTS.has(String(inbound.activity.object.type)))
      return null;
    const known = id ? await store.byIri(id) : null;
    if (!known && id && (await apis.accounts.byIri(id))) return null;
    const object = await objectOf(inbound);
    const note = object && readNote(object);
    if (!note) return rejected('not a post of its own');
    // An Update that overtook its Create stands for it.
    if (!known) return create(inbound);
    if (known.author !== inbound.actor._id || !sameIri(note.attributedTo, inbound.actor.iri))
      return rejected('not its author');
    if (!(await change.receiveEdit(known, note))) return ignored('nothing new');
    await kit.events.emit({ name: 'post.edited', id: known._id, local: false, data: {} });
    await relay(inbound, known);
    return applied('edited');
  }

  async function remove(inbound: Inbound): Promise<Outcome | null> {
    const id = objectId(inbound.activity.object);
    if (id === null) return rejected('names nothing');
    const known = await store.byIri(id);
    if (!known) return unknownDeleted(id, inbound);
    const isAuthor = known.author === inbound.actor._id;
    // The home of a group removes what its moderators do not want.
    const isGroup = inbound.actor.kind === 'group' && known.group === inbound.actor._id;
    if (!isAuthor && !isGroup) return rejected('not its author');
    if (known.local) return rejected('one of ours');
    const done = await change.receiveDelete(known);
    if (isAuthor) await relay(inbound, known);
    return done ? applied('deleted') : ignored('deleted before');
  }

  async function unknownDeleted(id: string, inbound: Inbound): Promise<Outcome | null> {
    if (await apis.accounts.byIri(id)) return null;
    if (iriHost(id) !== iriHost(inbound.actor.iri)) return rejected('of another host');
    await change.rememberDeleted(id, inbound.actor);
    return ignored('not here; remembered as deleted');
  }

  async function like(inbound: Inbound): Promise<Outcome | null> {
    const post = await store.byIri(objectId(inbound.activity.object) ?? '');
    if (!post || post.deletedAt) return ignored('no such post here');
    const { content, _misskey_reaction: misskey } = inbound.activity;
    const emoji =
      typeof content === 'string' ? content : typeof misskey === 'string' ? misskey : LIKE;
    const result = await react.receive(post, inbound.actor, inbound.id, emoji);
    if (result !== 'added' && result !== 'known') return ignored(result);
    await relay(inbound, post);
    return result === 'added' ? applied('reaction') : ignored('known');
  }

  async function announce(inbound: Inbound): Promise<Outcome | null> {
    const iri = objectId(inbound.activity.object);
    if (iri === null) return rejected('names nothing');
    if (inbound.actor.kind === 'group') return ignored('the group relays it by its activity');
    const known = await store.byIri(iri);
    const followed = await apis.relations.hasLocalFollowers(inbound.actor._id);
    if (!known && !followed) return ignored('nobody here asked for it');
    // A shared post counts only as its origin tells it.
    const post = known ?? (await deps.resolveIri(iri));
    if (!post || post.deletedAt) return ignored('the shared post is not to be had');
    const result = await react.receiveShare(post, inbound.actor, inbound.id);
    return result === 'shared' ? applied('shared') : ignored(result);
  }

  async function undo(inbound: Inbound): Promise<Outcome | null> {
    const { object } = inbound.activity;
    const iri = objectId(object);
    const type = isObject(object) ? String(object.type) : '';
    const reaction = iri ? await reactions.byIri(iri) : null;
    if (reaction) {
      if (reaction.account !== inbound.actor._id) return rejected('not its own reaction');
      const post = await store.byId(reaction.post);
      await react.receiveUndo(reaction);
      if (post) await relay(inbound, post);
      return applied('reaction undone');
    }
    const share = iri ? await store.byIri(iri) : null;
    if (share?.kind === 'share') {
      if (share.author !== inbound.actor._id) return rejected('not its own share');
      await react.endShare(share, false);
      return applied('share undone');
    }
    return ['Like', 'EmojiReact', 'Announce', 'Dislike'].includes(type)
      ? ignored('nothing to undo')
      : null;
  }

  /** Pins: the author's own posts on the own featured collection. */
  async function pin(inbound: Inbound, wanted: boolean): Promise<Outcome | null> {
    const target = objectId(inbound.activity.target);
    if (
      !target ||
      !sameIri(target, inbound.actor.featuredIri ?? '') ||
      inbound.actor.kind === 'group'
    )
      return null;
    const post = await store.byIri(objectId(inbound.activity.object) ?? '');
    if (!post || post.author !== inbound.actor._id || post.deletedAt)
      return ignored('no such post here');
    await store.change(
      post._id,
      {},
      wanted ? { set: { pinnedAt: kit.clock.now() } } : { unset: ['pinnedAt'] },
    );
    return applied(wanted ? 'pinned' : 'unpinned');
  }

  return {
    verbs: [
      'Create',
      'Update',
      'Delete',
      'Like',
      'EmojiReact',
      'Announce',
      'Undo',
      'Add',
      'Remove',
    ],
    handle: (inbound) => {
      switch (inbound.type) {
        case 'Create':
          return create(inbound);
        case 'Update':
          return update(inbound);
        case 'Delete':
          return remove(inbound);
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
