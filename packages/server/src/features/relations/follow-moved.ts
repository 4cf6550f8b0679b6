/** Who followed somebody that moved follows the new account, and is told so. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { FollowPeople } from './follow-people.ts';
import type { RelationStore } from './relation-store.ts';
import type { Follow } from './relations.ts';

const AT_ONCE = 20;

export function subscribeMoves(deps: {
  kit: Kit;
  apis: Apis;
  store: RelationStore;
  follows: FollowPeople;
}): void {
  const { kit, apis, store, follows } = deps;

  kit.events.on('account.moved', async ({ id }) => {
    const old = await apis.accounts.get(id);
    const target = old?.movedToAccount ? await apis.accounts.get(old.movedToAccount) : null;
    if (!old || !target) return;
    const followers = await store.localFollowers(old._id);
    for (let start = 0; start < followers.length; start += AT_ONCE) {
      const some = await apis.accounts.getMany(followers.slice(start, start + AT_ONCE));
      await Promise.all(some.map((follower) => followAlong(follower, old, target)));
    }
  });

  async function followAlong(follower: Account, old: Account, target: Account): Promise<void> {
    const before = await store.followOf(follower._id, old._id);
    if (before?.state !== 'accepted') return;
    const isNew = follower._id !== target._id && (await follow(follower, target, before));
    await follows.unfollow(follower, old);
    if (!isNew) return;
    await apis.notifications.notify([
      {
        account: follower._id,
        type: 'mitoyen.moved',
        from: old._id,
        key: `moved:${old._id}:${target._id}`,
      },
    ]);
  }

  /** False where this follower may not: blocked, or no agreement with the new server. */
  async function follow(
    follower: Account,
    target: Account,
    { showShares, notify, languages }: Pick<Follow, 'showShares' | 'notify' | 'languages'>,
  ): Promise<boolean> {
    try {
      await follows.follow(follower, target, {
        showShares,
        notify,
        ...(languages && { languages }),
      });
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  }
}
