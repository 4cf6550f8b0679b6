/** Pins one's own posts to the top of one's profile. */
import type { Kit } from '../../kit.ts';
import { forbidden } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { ReadPosts } from './read-posts.ts';

export const MOST_PINS = 20;

export type PinPosts = ReturnType<typeof createPinPosts>;

export function createPinPosts(deps: { kit: Kit; store: PostStore; read: ReadPosts }) {
  const { kit, store, read } = deps;

  async function pin(id: string, account: Account, wanted: boolean): Promise<Post> {
    const post = await read.target(id, account);
    if (post.author !== account._id)
      throw forbidden('Only your own posts can be pinned to your profile');
    if (post.audience === 'direct' || post.group)
      throw forbidden('This post cannot be pinned to your profile');
    if (wanted && !post.pinnedAt && (await store.countPinned(account._id)) >= MOST_PINS)
      throw forbidden(`You can pin ${MOST_PINS} posts at most`);
    return (await change(post, wanted)) ?? post;
  }

  /** Null where it was so already. */
  async function change(post: Post, wanted: boolean): Promise<Post | null> {
    const at = String(kit.clock.now());
    const changed = await store.change(
      post._id,
      { deletedAt: { $exists: false }, pinnedAt: { $exists: !wanted } },
      wanted ? { set: { pinnedAt: Number(at) } } : { unset: ['pinnedAt'] },
      post.local ? kit.pending.entry(wanted ? 'post.pinned' : 'post.unpinned', { at }) : undefined,
    );
    if (changed && post.local) await kit.pending.kick('posts', post._id);
    return changed;
  }

  return { pin, change };
}
