/** Posts that moderators pin to the top of their group. */
import { AppError, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { MOST_PINNED } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import { GROUPS } from './group-store.ts';
import type { ManageMembers } from './manage-members.ts';

export type PinPost = ReturnType<typeof createPinPost>;

export function createPinPost(deps: GroupDeps & { members: ManageMembers }) {
  const { kit, apis, groups, members } = deps;

  async function pin(groupId: string, by: Account, postId: string): Promise<void> {
    const { group } = await members.moderated(groupId, by);
    const post = await apis.posts.visible(postId, by);
    if (post?.group !== groupId || post.inReplyTo !== undefined) throw notFound();
    if (group.pinned.includes(postId)) return;
    const data = { pinned: post.iri, change: kit.nextId() };
    const pinned = await groups.pin(groupId, postId, [kit.pending.entry('group.updated', data)]);
    if (!pinned) throw new AppError('conflict', `A group has at most ${MOST_PINNED} pinned posts`);
    await kit.pending.kick(GROUPS, groupId);
  }

  async function unpin(groupId: string, by: Account, postId: string): Promise<void> {
    await members.moderated(groupId, by);
    const post = await apis.posts.get(postId);
    const data = { ...(post && { unpinned: post.iri }), change: kit.nextId() };
    const entry = kit.pending.entry('group.updated', data);
    if (await groups.unpin(groupId, postId, [entry])) await kit.pending.kick(GROUPS, groupId);
  }

  return { pin, unpin };
}
