/** Create, Update and Delete of posts, said by their authors (or relayed with their proof). */
import {
  isObject,
  type JsonObject,
  objectId,
  type RemoteNote,
  readNote,
} from '@mitoyen/federation';
import { iriHost, sameIri } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { EventName } from '../../events.ts';
import {
  applied,
  type Inbound,
  type InboundHandler,
  ignored,
  type Outcome,
  rejected,
} from '../../inbox/inbound.ts';
import type { Kit } from '../../kit.ts';
import type { DeletePosts } from './delete-post.ts';
import type { FrozenPostStore } from './frozen-post-store.ts';
import type { PassOn } from './pass-on.ts';
import { type Post, scopeOf } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { ReceiveChange } from './receive-change.ts';
import type { ReceivePost } from './receive-post.ts';
import { votedOption } from './vote-activity.ts';
import { hasPoll, type VoteInPolls } from './vote-in-poll.ts';

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

export type PostInboxDeps = {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  frozen: FrozenPostStore;
  receive: ReceivePost;
  changes: ReceiveChange;
  polls: VoteInPolls;
  deletion: DeletePosts;
  passOn: PassOn;
  /** Tells the others of a post that came or changed. */
  tell: (name: EventName, post: Post) => Promise<void>;
};

export function createPostInbox(deps: PostInboxDeps): InboundHandler {
  const { kit, apis, store, receive, changes, polls, deletion, passOn, tell } = deps;

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

  function isOthers(inbound: Inbound): boolean {
    const { object } = inbound.activity;
    return isObject(object) && NOT_POSTS.has(String(object.type));
  }

  async function create(inbound: Inbound): Promise<Outcome | null> {
    if (isOthers(inbound)) return null;
    const object = await objectOf(inbound);
    if (!object) return rejected('the object is not its own');
    if (NOT_POSTS.has(String(object.type))) return null;
    const note = readNote(object);
    if (!note) return rejected('not a post');
    const voted = await receiveVote(note, inbound);
    if (voted) return voted;
    const result = await receive(note, {
      author: inbound.actor,
      receipt: inbound.receipt,
      ...(inbound.via && { group: inbound.via }),
    });
    if (result.kind === 'refused') return ignored(result.reason);
    const { post } = result;
    if (post.deletedAt !== undefined) return ignored('deleted');
    if (result.kind === 'known' && !result.again) return ignored('known');
    await tell('post.published', post);
    await passOn(inbound, post);
    return applied('stored');
  }

  /** A vote in a poll of ours; null where the Note is something said. */
  async function receiveVote(note: RemoteNote, inbound: Inbound): Promise<Outcome | null> {
    const option = votedOption(note);
    const post = option && note.inReplyTo ? await store.byIri(note.inReplyTo) : null;
    if (!option || !hasPoll(post)) return null;
    if (!post.local) return ignored('a vote in a poll of somebody else');
    if (!sameIri(note.attributedTo, inbound.actor.iri)) return rejected('not its own vote');
    const result = await polls.receive(post, inbound.actor, option);
    if (result.kind === 'refused') return ignored(result.reason);
    return result.kind === 'voted' ? applied('voted') : ignored('voted before');
  }

  async function update(inbound: Inbound): Promise<Outcome | null> {
    if (isOthers(inbound)) return null;
    const id = objectId(inbound.activity.object);
    const known = id ? await store.byIri(id) : null;
    if (!known && id && (await apis.accounts.byIri(id))) return null;
    // An Update that overtook its Create stands for it.
    const isFirst = known?.receipt === inbound.receipt && known.edits === undefined;
    if (!known || isFirst) return create(inbound);
    if (known.author !== inbound.actor._id) return rejected('not its author');
    const object = await objectOf(inbound);
    const note = object && readNote(object);
    if (!note || !sameIri(note.attributedTo, inbound.actor.iri))
      return rejected('not a post of its own');
    if (!apis.policy.allows(iriHost(inbound.actor.iri), scopeOf(known), known.group))
      return ignored('the agreement does not allow it');
    if (!(await mayStillWrite(known, inbound))) return rejected('no longer a member of the group');
    const from = { author: inbound.actor, receipt: inbound.receipt };
    const counted = await changes.count(known, note);
    if (counted) {
      await tell(counted, known);
      await passOn(inbound, known);
    }
    const requoted = await changes.requote(known, note, inbound.actor);
    if (requoted) await tell('quote.changed', known);
    if (known.receipt !== inbound.receipt && !(await changes.edit(known, note, from)))
      return counted || requoted ? applied('counted') : ignored('nothing new');
    await tell('post.edited', known);
    await passOn(inbound, known);
    return applied('edited');
  }

  /** Who left a group of ours changes nothing in it any more (but may delete). */
  async function mayStillWrite(post: Post, inbound: Inbound): Promise<boolean> {
    if (!post.group || inbound.via) return true;
    const group = await apis.groups.get(post.group);
    return !group?.local || (await apis.groups.isMember(inbound.actor._id, post.group));
  }

  async function remove(inbound: Inbound): Promise<Outcome | null> {
    const id = objectId(inbound.activity.object);
    if (id === null) return rejected('names nothing');
    const known = await store.byIri(id);
    if (!known) return unknownDeleted(id, inbound);
    if (known.author === inbound.actor._id) return removeByAuthor(known, inbound);
    if (!(await mayModerate(known, inbound))) return rejected('not its author');
    if (known.local && !(await isOurs(known))) {
      const taken = await deletion.takeOut(known, inbound.receipt);
      return taken ? applied('taken out of the group') : ignored('taken out before');
    }
    return entomb(known, inbound);
  }

  async function removeByAuthor(known: Post, inbound: Inbound): Promise<Outcome> {
    if (known.kind === 'share') return rejected('a share is undone');
    return entomb(known, inbound);
  }

  async function entomb(known: Post, inbound: Inbound): Promise<Outcome> {
    const again = known.deletedAt !== undefined && known.receipt === inbound.receipt;
    if (!again && !(await changes.remove(known, inbound.receipt))) return ignored('deleted before');
    await tell('post.deleted', known);
    await passOn(inbound, known);
    return applied('deleted');
  }

  /** The home of a group takes out what its moderators do not want; so do moderators of groups here. */
  async function mayModerate(post: Post, { actor, via }: Inbound): Promise<boolean> {
    if (!post.group) return false;
    if (actor._id === post.group || via?._id === post.group) return true;
    return (await isOurs(post)) && (await apis.groups.mayModerate(actor._id, post.group));
  }

  async function isOurs(post: Post): Promise<boolean> {
    return post.group !== undefined && (await apis.groups.get(post.group))?.local === true;
  }

  async function unknownDeleted(id: string, inbound: Inbound): Promise<Outcome | null> {
    if (await apis.accounts.byIri(id)) return null;
    if (iriHost(id) !== iriHost(inbound.actor.iri)) return rejected('of another host');
    await deps.frozen.removeOne(id, inbound.actor._id);
    await changes.rememberDeleted(id, inbound.actor);
    return ignored('not here; remembered as deleted');
  }

  return {
    verbs: ['Create', 'Update', 'Delete'],
    handle: (inbound) => {
      if (inbound.type === 'Create') return create(inbound);
      return inbound.type === 'Update' ? update(inbound) : remove(inbound);
    },
  };
}
