/** Mastodon `Relationship` entities: how a person stands to others. */
import type { Apis } from '../../apis.ts';
import type { Account } from '../accounts/account.ts';
import type { RelationStore } from './relation-store.ts';

export function createRelationshipViews(deps: { apis: Apis; store: RelationStore }) {
  const { apis, store } = deps;

  return async function relationships(viewer: Account, ids: string[]) {
    const [mine, theirs, [blocking, blockedBy], mutes, notes, memberships] = await Promise.all([
      store.among(viewer._id, ids),
      store.amongFollowers(viewer._id, ids),
      store.blocksBetween(viewer._id, ids),
      store.mutesAmong(viewer._id, ids),
      store.notesAmong(viewer._id, ids),
      apis.groups.membershipsAmong(viewer._id, ids),
    ]);
    const followOf = new Map(mine.map((follow) => [follow.target, follow]));
    const followerOf = new Map(theirs.map((follow) => [follow.follower, follow]));
    const muteOf = new Map(mutes.map((mute) => [mute.target, mute]));
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
        notifying: follow?.state === 'accepted' && follow.notify,
        languages: null,
        followed_by: follower?.state === 'accepted',
        blocking: blocked.has(id),
        blocked_by: blockers.has(id),
        muting: mute !== undefined,
        muting_notifications: mute?.notifications ?? false,
        muting_expires_at: mute?.expiresAt?.toISOString() ?? null,
        requested: follow?.state === 'requested' || membership?.state === 'requested',
        requested_by: follower?.state === 'requested',
        domain_blocking: false,
        endorsed: false,
        note: noteOf.get(id) ?? '',
      };
    });
  };
}
