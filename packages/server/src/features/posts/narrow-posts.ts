/**
 * A group that is not for everybody (any more) has no posts for everybody: they are for the people
 * of its companies. At the start those that were written before this was so.
 */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { admitsAnybody } from '../groups/group.ts';
import { groupReaders } from './audience.ts';
import type { PostStore } from './post-store.ts';

const GROUPS_AT_ONCE = 100;
const FILES_AT_ONCE = 500;

export function createNarrowPosts(deps: { kit: Kit; apis: Apis; store: PostStore }) {
  const { kit, apis, store } = deps;

  async function narrow(groupId: string): Promise<void> {
    const group = await apis.groups.get(groupId);
    if (!group || group.narrowed || admitsAnybody(group)) return;
    // First their files, which had plain addresses: the posts tell where these are.
    const files = await store.filesOfOpenIn(groupId);
    for (let start = 0; start < files.length; start += FILES_AT_ONCE)
      await apis.media.close(files.slice(start, start + FILES_AT_ONCE));
    await store.setReadersOfOpenIn(groupId, groupReaders(groupId, 'companies'));
    await apis.groups.setNarrowed(groupId);
  }

  kit.events.on('group.updated', ({ id }) => narrow(id));

  // Its author's server, or ours, may have looked at the group in the moment before it was narrowed.
  kit.events.on('post.published', async ({ id }) => {
    const post = await apis.posts.get(id);
    if (!post?.group || !post.readers.includes('public')) return;
    const group = await apis.groups.get(post.group);
    if (!group || admitsAnybody(group)) return;
    await apis.media.close(post.media);
    await store.change(id, {}, { set: { readers: groupReaders(group._id, 'companies') } });
  });

  return async function narrowAll(): Promise<void> {
    for (let after = ''; ; ) {
      const found = await apis.groups.wide(after, GROUPS_AT_ONCE);
      for (const group of found) await narrow(group._id);
      const last = found.at(-1);
      if (!last) return;
      after = last._id;
    }
  };
}
