/** Blocks end what was between two people, both ways, and tell the other side. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { forbidden } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { FollowPeople } from './follow-people.ts';
import type { RelationStore } from './relation-store.ts';

export function createBlockPeople(deps: {
  kit: Kit;
  apis: Apis;
  store: RelationStore;
  follows: FollowPeople;
}) {
  const { kit, apis, store, follows } = deps;

  async function block(account: Account, target: Account): Promise<void> {
    if (account._id === target._id) throw forbidden('You cannot block yourself');
    const id = kit.nextId();
    const event = kit.pending.entry('block.added');
    const added = await store.addBlock({
      _id: id,
      account: account._id,
      target: target._id,
      iri: `${kit.baseUrl}/blocks/${id}`,
      createdAt: kit.clock.now(),
      pending: [event],
    });
    const revived = added ? null : await store.reviveBlock(account._id, target._id, event);
    await endFollows(account, target);
    if (added || revived) await kit.pending.kick('blocks', revived?._id ?? id);
  }

  async function unblock(account: Account, target: Account): Promise<void> {
    const ended = await store.endBlock(account._id, target._id, kit.pending.entry('block.removed'));
    if (ended) await kit.pending.kick('blocks', ended._id);
  }

  async function endFollows(account: Account, target: Account): Promise<void> {
    const [mine, theirs] = await Promise.all([
      store.followOf(account._id, target._id),
      store.followOf(target._id, account._id),
    ]);
    if (mine) await follows.end(mine, 'follow.ended');
    if (theirs) await follows.end(theirs, 'follow.rejected');
  }

  /** A remote person blocks one of ours: nothing of ours goes there, nobody is told. */
  async function receiveBlock(account: Account, target: Account, iri: string): Promise<void> {
    await store.addBlock({
      _id: kit.nextId(),
      account: account._id,
      target: target._id,
      iri,
      createdAt: kit.clock.now(),
    });
    const [theirs, ours] = await Promise.all([
      store.followOf(account._id, target._id),
      store.followOf(target._id, account._id),
    ]);
    if (theirs) await follows.withdrawn(theirs);
    if (ours) await follows.answered(ours, 'rejected');
    await apis.notifications.withdraw({ account: target._id, from: account._id });
  }

  return {
    block,
    unblock,
    receiveBlock,
    receiveUnblock: (account: Account, target: Account) =>
      store.removeBlock(account._id, target._id),
  };
}
