/** What leaves the house when a post, share or reaction changes here. */
import type { JsonObject } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import type { DomainEvent, EventName } from '../../events.ts';
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';
import { shortcodesIn } from '../emojis/custom-emoji.ts';
import type { DeletePosts } from './delete-post.ts';
import {
  pinActivity,
  reactionActivity,
  shareActivity,
  undoReactionActivity,
  undoShareActivity,
  type WireReaction,
} from './interaction-activity.ts';
import type { PollVoteStore } from './poll-vote-store.ts';
import type { Post } from './post.ts';
import { scopeOf } from './post.ts';
import {
  addressOf,
  createActivity,
  deleteActivity,
  type PostParties,
  renewActivity,
  updateActivity,
} from './post-activity.ts';
import type { PostWire } from './post-parties.ts';
import type { PostStore } from './post-store.ts';
import type { ReactionStore } from './reaction-store.ts';
import { voteActivities } from './vote-activity.ts';
import { hasPoll } from './vote-in-poll.ts';

/** Voters elsewhere who are told the numbers by name, beyond followers. */
const MOST_VOTERS = 2000;

type Built = JsonObject & { id: string };

export function subscribePosts(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  reactions: ReactionStore;
  votes: PollVoteStore;
  wire: PostWire;
  deletion: DeletePosts;
}): void {
  const { kit, apis, store, reactions, votes, wire } = deps;

  /** Local changes of posts that may leave the house at all. */
  function onPost(name: EventName, send: (post: Post, event: DomainEvent) => Promise<void>): void {
    kit.events.on(name, async (event) => {
      const post = event.local ? await store.byId(event.id) : null;
      if (post && post.audience !== 'company') await send(post, event);
    });
  }

  /** Sends an activity about a post to whom the post is for; through the group's home where it is in a group. */
  async function sendAbout(
    post: Post,
    parties: PostParties,
    activity: Built,
    options: { alsoTo?: string[] } = {},
  ): Promise<void> {
    const target = wire.recipientsOf(post, parties);
    if (!target) return;
    const { recipients, scope, group } = target;
    const accounts = [...(recipients.accounts ?? []), ...(options.alsoTo ?? [])];
    await kit.outbox.send({
      actor: post.author,
      activity,
      recipients: { ...recipients, accounts },
      scope,
      group,
      urgent: post.audience === 'direct',
    });
    if (post.group) await relay(post, activity.id);
  }

  /** Where the group is ours, its members elsewhere get the stored activity, with its proof. */
  async function relay(post: Post, activityId: string): Promise<void> {
    const stored = await kit.outbox.byIri(activityId);
    if (stored && post.group)
      await apis.groups.announce(post.group, stored, {
        iri: post.iri,
        topLevel: post.inReplyToIri === undefined,
      });
  }

  onPost('post.published', async (post) => {
    if (post.deletedAt !== undefined) return;
    const parties = await wire.partiesOf(post);
    const note = await wire.noteOf(post, parties);
    await sendAbout(post, parties, createActivity(post, note, parties.author));
  });

  onPost('post.edited', async (post) => {
    if (post.deletedAt !== undefined) return;
    const parties = await wire.partiesOf(post);
    const activity = updateActivity(post, await wire.noteOf(post, parties), parties.author);
    await sendAbout(post, parties, activity, { alsoTo: await wire.holdersOf(post) });
  });

  for (const name of [
    'poll.changed',
    'poll.closed',
    'attendance.changed',
    'quote.changed',
  ] as const) {
    onPost(name, async (post, { data }) => {
      if (post.deletedAt !== undefined || !post.local) return;
      const parties = await wire.partiesOf(post);
      const note = await wire.noteOf(post, parties);
      const what = `${name === 'quote.changed' ? 'quote' : 'poll'}/${data.at ?? 'end'}`;
      const activity = renewActivity(post, note, parties.author, what);
      const voters = post.event
        ? await apis.calendar.attendees(post._id, MOST_VOTERS)
        : (await votes.voters(post._id, MOST_VOTERS)).map((vote) => vote.account);
      const alsoTo = [...(await wire.holdersOf(post)), ...voters];
      await sendAbout(post, parties, activity, { alsoTo });
    });
  }

  kit.events.on('poll.voted', async ({ id, local }) => {
    const vote = local ? await votes.get(id) : null;
    const post = vote && (await store.byId(vote.post));
    if (!vote || !hasPoll(post) || post.local) return;
    const [voter, author] = await apis.accounts.getMany([vote.account, post.author]);
    if (!voter || !author) return;
    for (const activity of voteActivities(vote, post, { voter, author }))
      await kit.outbox.send({
        actor: voter._id,
        activity,
        recipients: { accounts: [author._id] },
        scope: scopeOf(post),
        group: post.group,
        proof: false,
      });
  });

  onPost('post.deleted', async (post, { data }) => {
    const parties = await wire.partiesOf(post);
    if (post.local) {
      const activity = deleteActivity(post, parties, parties.author);
      await sendAbout(post, parties, activity, { alsoTo: await wire.holdersOf(post) });
    } else if (data.by && parties.group) {
      await sendRemoval(post, parties, parties.group, data.by);
    }
  });

  kit.events.on('post.deleted', async ({ id, data }) => {
    const post = await store.byId(id);
    if (post) await deps.deletion.cleanUp(post, { keepFiles: data.files === 'kept' });
  });

  /** A moderator here removed somebody else's post: the group says so, or is told where its home is elsewhere. */
  async function sendRemoval(
    post: Post,
    parties: PostParties,
    group: Account,
    by: string,
  ): Promise<void> {
    const moderator = await apis.accounts.get(by);
    const actor = group.domain === null ? group : moderator;
    if (!actor || actor.domain !== null) return;
    await kit.outbox.send({
      actor: actor._id,
      activity: deleteActivity(post, parties, actor),
      recipients:
        actor._id === group._id
          ? { membersOf: [group._id], accounts: [post.author] }
          : { accounts: [group._id] },
      scope: 'groups',
      group: group._id,
    });
  }

  kit.events.on('post.shared', async ({ id, local }) => {
    const share = local ? await store.byId(id) : null;
    const target = share?.shareOf ? await store.byId(share.shareOf) : null;
    if (!share || !target || share.deletedAt) return;
    const actor = await apis.accounts.get(share.author);
    const author = await apis.accounts.get(target.author);
    if (!actor || !author) return;
    await sendShare(share, target, shareActivity(share, target, actor, author));
  });

  kit.events.on('post.unshared', async ({ id, local, data }) => {
    const share = local ? await store.byId(id) : null;
    const target = data.shareOf ? await store.byId(data.shareOf) : null;
    const actor = share && (await apis.accounts.get(share.author));
    if (share && target && actor)
      await sendShare(share, target, undoShareActivity(share, target.iri, actor));
  });

  async function sendShare(share: Post, target: Post, activity: Built): Promise<void> {
    await kit.outbox.send({
      actor: share.author,
      activity,
      recipients: { followersOf: [share.author], accounts: [target.author] },
      scope: 'posts',
    });
  }

  for (const name of ['reaction.added', 'reaction.removed'] as const) {
    kit.events.on(name, async ({ id, local, data }) => {
      const reaction = local ? await reactions.get(id) : null;
      const post = reaction && (await store.byId(reaction.post));
      if (!reaction || !post || post.audience === 'company') return;
      const { emoji, account } = reaction;
      const wired = { emoji, iri: data.iri ?? reaction.iri };
      await sendReaction(wired, post, account, name === 'reaction.added');
    });
  }

  /** To the author; in a group to the group; in a conversation to its people. */
  async function sendReaction(
    reaction: WireReaction,
    post: Post,
    by: string,
    added: boolean,
  ): Promise<void> {
    const actor = await apis.accounts.get(by);
    if (!actor) return;
    const parties = await wire.partiesOf(post);
    const scope = scopeOf(post);
    const told = {
      groups: parties.group ? [parties.group] : [],
      messages: parties.participants,
      posts: [parties.author],
    }[scope];
    const named = scope === 'messages' ? addressOf(post, parties).to : told.map((one) => one.iri);
    const to = [...new Set([...named, parties.author.iri])];
    const [custom] = await apis.emojis.wire(shortcodesIn(reaction.emoji));
    const activity = added
      ? reactionActivity(reaction, post, actor, to, custom)
      : undoReactionActivity(reaction, post, actor, to);
    await kit.outbox.send({
      actor: actor._id,
      activity,
      recipients: {
        accounts: told.map((one) => one._id),
        // Whoever holds a copy of our post sees its reactions.
        ...(post.local && scope === 'posts' && { followersOf: [post.author] }),
      },
      scope,
      group: post.group,
    });
    if (post.group) await relay(post, activity.id);
  }

  for (const name of ['post.pinned', 'post.unpinned'] as const) {
    onPost(name, async (post, { data }) => {
      const actor = await apis.accounts.get(post.author);
      if (!actor) return;
      await kit.outbox.send({
        actor: actor._id,
        activity: pinActivity(post, actor, name === 'post.pinned', data.at ?? post._id),
        recipients: { followersOf: [actor._id] },
        scope: 'posts',
      });
    });
  }
}
