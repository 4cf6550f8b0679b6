/** What happens to the event of a post: its author calls it off, people say whether they come. */
import type { Kit } from '../../kit.ts';
import { AppError, forbidden, invalid, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { historyOf, MOST_EDITS, versionOf } from './change-post.ts';
import { hasEvent } from './event.ts';
import { eventHeader } from './event-text.ts';
import type { Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { ReadPosts } from './read-posts.ts';

/** Answers that come in quick succession are told elsewhere together. */
const TELL_AFTER_MS = 5000;

export function createChangeEvent(deps: { kit: Kit; store: PostStore; read: ReadPosts }) {
  const { kit, store, read } = deps;

  async function cancel(id: string, by: Account): Promise<Post> {
    const post = await read.visible(id, by);
    if (!hasEvent(post)) throw notFound();
    if (post.author !== by._id || !post.local) throw forbidden('This event is not yours');
    if (post.event.cancelled)
      throw invalid({ field: 'id', code: 'ERR_INVALID', message: 'is called off already' });
    const event = { ...post.event, cancelled: true };
    const changed = await store.change(
      id,
      versionOf(post),
      {
        set: {
          event,
          html: eventHeader(post.title, event) + event.description,
          editedAt: Math.max(kit.clock.now(), (post.editedAt ?? post.publishedAt) + 1),
        },
        push: { edits: { $each: [historyOf(post)], $slice: -MOST_EDITS } },
      },
      kit.pending.entry('post.edited'),
    );
    if (!changed)
      throw new AppError('conflict', 'Somebody is changing this post at this moment; try again');
    await kit.pending.kick('posts', id);
    return changed;
  }

  async function setAttendance(
    id: string,
    counts: { going: number; maybe: number },
  ): Promise<void> {
    const { modifiedCount } = await store.setAttendance(id, counts);
    if (modifiedCount === 0) return;
    await store.tellAttendanceAt(id, kit.clock.now() + TELL_AFTER_MS);
  }

  return { cancel, setAttendance };
}
