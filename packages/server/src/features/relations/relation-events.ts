/** What leaves the house when a follow or a block changes here. */

import type { JsonObject } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import {
  acceptActivity,
  blockActivity,
  followActivity,
  rejectActivity,
  undoBlockActivity,
  undoFollowActivity,
} from './relation-activity.ts';
import type { RelationStore } from './relation-store.ts';

export function subscribeRelations(deps: { kit: Kit; apis: Apis; store: RelationStore }): void {
  const { kit, apis, store } = deps;

  async function parties(id: string) {
    const follow = await store.follow(id);
    if (!follow) return null;
    const [follower, target] = await Promise.all([
      apis.accounts.get(follow.follower),
      apis.accounts.get(follow.target),
    ]);
    return follower && target ? { iri: follow.iri, follower, target } : null;
  }

  async function send(
    actor: string,
    to: string,
    activity: JsonObject & { id: string },
  ): Promise<void> {
    await kit.outbox.send({
      actor,
      activity,
      recipients: { accounts: [to] },
      scope: 'follow',
      urgent: true,
    });
  }

  kit.events.on('follow.requested', async ({ id, local }) => {
    const found = local ? await parties(id) : null;
    if (found && found.follower.domain === null && found.target.domain !== null) {
      await send(found.follower._id, found.target._id, followActivity(found));
    }
  });

  kit.events.on('follow.accepted', async ({ id, local, data }) => {
    const found = local ? await parties(id) : null;
    if (found && found.target.domain === null && found.follower.domain !== null) {
      const unique = data.again ? `${id}-${kit.nextId()}` : id;
      await send(found.target._id, found.follower._id, acceptActivity(found, unique));
    }
  });

  kit.events.on('follow.rejected', async ({ id, local }) => {
    const found = local ? await parties(id) : null;
    if (found && found.target.domain === null && found.follower.domain !== null) {
      await send(found.target._id, found.follower._id, rejectActivity(found, id));
    }
  });

  kit.events.on('follow.ended', async ({ id, local }) => {
    const found = local ? await parties(id) : null;
    if (found && found.follower.domain === null && found.target.domain !== null) {
      await send(found.follower._id, found.target._id, undoFollowActivity(found, id));
    }
  });

  for (const name of ['block.added', 'block.removed'] as const) {
    kit.events.on(name, async ({ id, local }) => {
      const block = local ? await store.block(id) : null;
      if (!block) return;
      const [account, target] = await Promise.all([
        apis.accounts.get(block.account),
        apis.accounts.get(block.target),
      ]);
      if (!account || !target || target.domain === null) return;
      const facts = { iri: block.iri, account, target };
      await send(
        account._id,
        target._id,
        name === 'block.added' ? blockActivity(facts) : undoBlockActivity(facts),
      );
    });
  }
}
