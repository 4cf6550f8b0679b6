/** What leaves the house when a post, share or reaction changes here. */
import type { JsonObject } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';
import type { Post } from './post.ts';
import {
  addressOf,
  createActivity,
  deleteActivity,
  type PostParties,
  pinActivity,
  reactionActivity,
  shareActivity,
  undoReactionActivity,
  undoShareActivity,
  updateActivity,
} from './post-activity.ts';
import type { PostWire } from './post-parties.ts';
import type { PostStore } from './post-store.ts';
import type { Reaction, ReactionStore } from './reaction-store.ts';

type Built = JsonObject & { id: string };

export function subscribePosts(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  reactions: ReactionStore;
  wire: PostWire;
}): void {
  const { kit, apis, store, reactions, wire } = deps;

  /** Sends an activity about a post to whom the post is for; through the group's home where it is in a group. */
  async function sendAbout(
    post: Post,
    parties: PostParties,
    activity: Built,
    actor: string,
  ): Promise<void> {
    const target = wire.recipientsOf(post, parties);
    if (!target) return;
    const { recipients, scope, group } = target;
    await kit.outbox.send({
      actor,
      activity,
      recipients,
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

  kit.events.on('post.published', async ({ id, local }) => {
    const post = local ? await store.byId(id) : null;
    if (!post || post.deletedAt || post.audience === 'company') return;
    const parties = await wire.partiesOf(post);
    await sendAbout(
      post,
      parties,
      createActivity(post, await wire.noteOf(post, parties), parties.author),
      post.author,
    );
  });

  kit.events.on('post.edited', async ({ id, local }) => {
    const post = local ? await store.byId(id) : null;
    if (!post || post.deletedAt || post.audience === 'company') return;
    const parties = await wire.partiesOf(post);
    await sendAbout(
      post,
      parties,
      updateActivity(post, await wire.noteOf(post, parties), parties.author),
      post.author,
    );
  });

  kit.events.on('post.deleted', async ({ id, local, data }) => {
    const post = local ? await store.byId(id) : null;
    if (!post || post.audience === 'company') return;
    const parties = await wire.partiesOf(post);
    if (post.local)
      return sendAbout(post, parties, deleteActivity(post, parties, parties.author), post.author);
    // A moderator here removed a remote member's post from our group: the group says so.
    if (data.by && parties.group?.domain === null) {
      const activity = deleteActivity(post, parties, parties.group);
      await kit.outbox.send({
        actor: parties.group._id,
        activity,
        recipients: { membersOf: [parties.group._id] },
        scope: 'groups',
        group: parties.group._id,
      });
    }
  });

  kit.events.on('post.shared', async ({ id, local }) => {
    const share = local ? await store.byId(id) : null;
    const target = share?.shareOf ? await store.byId(share.shareOf) : null;
    if (!share || !target || share.deletedAt) return;
    const [actor, author] = await Promise.all([
      apis.accounts.get(share.author),
      apis.accounts.get(target.author),
    ]);
    if (!actor || !author) return;
    const activity = shareActivity(share, target, actor, author);
    await kit.outbox.send({
      actor: actor._id,
      activity,
      recipients: { followersOf: [actor._id], accounts: [author._id] },
      scope: 'posts',
    });
  });

  kit.events.on('post.unshared', async ({ id, local, data }) => {
    const share = local ? await store.byId(id) : null;
    const target = data.shareOf ? await store.byId(data.shareOf) : null;
    const actor = share && (await apis.accounts.get(share.author));
    if (!share || !target || !actor) return;
    const activity = undoShareActivity(share, target.iri, actor);
    await kit.outbox.send({
      actor: actor._id,
      activity,
      recipients: { followersOf: [actor._id], accounts: [target.author] },
      scope: 'posts',
    });
  });

  for (const name of ['reaction.added', 'reaction.removed'] as const) {
    kit.events.on(name, async ({ id, local }) => {
      const reaction = local ? await reactions.get(id) : null;
      const post = reaction && (await store.byId(reaction.post));
      const actor = reaction && (await apis.accounts.get(reaction.account));
      if (!reaction || !post || !actor || post.audience === 'company') return;
      await sendReaction(reaction, post, actor, name === 'reaction.added');
    });
  }

  /** To the author; in a group to the group; in a conversation to its people. */
  async function sendReaction(
    reaction: Reaction,
    post: Post,
    actor: Account,
    added: boolean,
  ): Promise<void> {
    const parties = await wire.partiesOf(post);
    const to = post.group
      ? [parties.group?.iri ?? '']
      : post.audience === 'direct'
        ? addressOf(post, parties).to
        : [parties.author.iri];
    const activity = (added ? reactionActivity : undoReactionActivity)(
      reaction,
      post,
      actor,
      [...new Set([...to, parties.author.iri])].filter(Boolean),
    );
    const recipients = {
      accounts: post.group
        ? [post.group]
        : post.audience === 'direct'
          ? parties.participants.map((one) => one._id)
          : [post.author],
      // Whoever holds a copy of our post sees its reactions.
      ...(post.local &&
        !post.group &&
        post.audience !== 'direct' && { followersOf: [post.author] }),
    };
    const scope = post.group ? 'groups' : post.audience === 'direct' ? 'messages' : 'posts';
    await kit.outbox.send({ actor: actor._id, activity, recipients, scope, group: post.group });
    if (post.group) await relay(post, activity.id);
  }

  for (const name of ['post.pinned', 'post.unpinned'] as const) {
    kit.events.on(name, async ({ id, local }) => {
      const post = local ? await store.byId(id) : null;
      const actor = post && (await apis.accounts.get(post.author));
      if (!post || !actor || post.audience === 'company') return;
      const activity = pinActivity(
        post,
        actor,
        name === 'post.pinned',
        post.pinnedAt ?? kit.clock.now(),
      );
      await kit.outbox.send({
        actor: actor._id,
        activity,
        recipients: { followersOf: [actor._id] },
        scope: 'posts',
      });
    });
  }
}
