/** Mastodon `Relationship` entities: how a person stands to others. */
import type { Apis } from '../../apis.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Account } from '../accounts/account.ts';
import type { PersonalStore } from './personal-store.ts';
import type { RelationStore } from './relation-store.ts';
import { isMuting } from './who-is-hidden.ts';

export function createRelationshipViews(deps: {
  apis: Apis;
  clock: Clock;
  store: RelationStore;
  personal: PersonalStore;
}) {
  const { apis, clock, store, personal } = deps;

  async function atHiddenHosts(viewer: string, ids: string[]): Promise<Set<string>> {
    const domains = await personal.domainsOf(viewer);
    if (domains.size === 0) return new Set();
    const accounts = await apis.accounts.getMany(ids);
    return new Set(accounts.filter((one) => domains.has(one.domain ?? '')).map((one) => one._id));
  }

  return async function relationships(viewer: Account, ids: string[]) {
    const [mine, theirs, [blocking, blockedBy], mutes, notes, memberships, endorsed, distant] =
      await Promise.all([
        store.among(viewer._id, ids),
        store.amongFollowers(viewer._id, ids),
        store.blocksBetween(viewer._id, ids),
        store.mutesAmong(viewer._id, ids),
        store.notesAmong(viewer._id, ids),
        apis.groups.membershipsAmong(viewer._id, ids),
        personal.endorsedAmong(viewer._id, ids),
        atHiddenHosts(viewer._id, ids),
      ]);
    const followOf = new Map(mine.map((follow) => [follow.target, follow]));
    const followerOf = new Map(theirs.map((follow) => [follow.follower, follow]));
    const muteOf = new Map(
      mutes.filter((mute) => isMuting(mute, clock.now())).map((mute) => [mute.target, mute]),
    );
    const noteOf = new Map(notes.map((note) => [note.target, note.text]));
    const blocked = new Set(blocking.map((block) => block.target));
    const blockers = new Set(blockedBy.map((block) => block.account));

    return ids.map((id) => {
      const follow = followOf.get(id);
      const follower = followerOf.get(id);
      const mute = muteOf.get(id);
      const membership = memberships.get(id);
      return {
        id,
        following: follow?.state === 'accepted' || membership?.state === 'member',
        showing_reblogs:
          follow?.state === 'accepted' ? follow.showShares : membership?.state === 'member',
        notifying:
          (follow?.state === 'accepted' && follow.notify) ||
          (membership?.state === 'member' && membership.notify === true),
        languages: (follow?.state === 'accepted' && follow.languages) || null,
        followed_by: follower?.state === 'accepted',
        blocking: blocked.has(id),
        blocked_by: blockers.has(id),
        muting: mute !== undefined,
        muting_notifications: mute?.notifications ?? false,
        muting_expires_at: mute?.expiresAt?.toISOString() ?? null,
        requested: follow?.state === 'requested' || membership?.state === 'requested',
        requested_by: follower?.state === 'requested',
        domain_blocking: distant.has(id),
        endorsed: endorsed.has(id),
        note: noteOf.get(id) ?? '',
      };
    });
  };
}
