/** Apps tell which posts somebody has seen; people who read them with others see by whom. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { Post } from '../posts/post.ts';
import type { AcknowledgementStore } from './acknowledgement-store.ts';

export type SeePosts = ReturnType<typeof createSeePosts>;

/** Of what the whole company or a group reads together; nobody counts readers of public posts here. */
function isShared(post: Post): boolean {
  return post.audience === 'company' || post.audience === 'group';
}

export function createSeePosts(deps: { kit: Kit; apis: Apis; store: AcknowledgementStore }) {
  const { kit, apis, store } = deps;

  async function see(ids: string[], viewer: Account): Promise<void> {
    if (!(await apis.preferences.of(viewer._id)).readReceipts) return;
    const posts = await apis.posts.visibleMany([...new Set(ids)], viewer);
    const at = kit.clock.now();
    const others = posts.filter((post) => isShared(post) && post.author !== viewer._id);
    await store.see(
      others.map((post) => ({ _id: kit.nextId(), post: post._id, account: viewer._id, at })),
    );
  }

  async function find(id: string, viewer: Account): Promise<Post> {
    const post = await apis.posts.visible(id, viewer);
    if (!post || !isShared(post)) throw notFound();
    return post;
  }

  return { see, find };
}
