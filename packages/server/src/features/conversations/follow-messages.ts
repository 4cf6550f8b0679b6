/** Keeps conversations up to date with their messages, which the posts feature stores. */

import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Post } from '../posts/post.ts';
import type { ChangeTalk } from './change-talk.ts';
import type { ConversationStore } from './conversation-store.ts';

export type FollowMessages = ReturnType<typeof createFollowMessages>;

export function createFollowMessages(deps: {
  kit: Kit;
  apis: Apis;
  store: ConversationStore;
  talks: ChangeTalk;
}) {
  const { kit, apis, store } = deps;

  async function published(id: string): Promise<void> {
    const post = await apis.posts.get(id);
    if (!post || post.deletedAt !== undefined || post.audience !== 'direct') return;
    if (post.conversation === undefined || post.kind !== 'post') return;
    await deps.talks.apply(post);
    await arrived(post, post.conversation);
  }

  async function arrived(post: Post, conversation: string): Promise<void> {
    const fresh = { _id: post._id, conversation, author: post.author, at: post.publishedAt };
    // An event that comes again finds the message, and whether all was done the first time.
    const message = (await store.addMessage(fresh)) ? fresh : await store.message(post._id);
    if (!message || ('noted' in message && message.noted)) return;
    const talk = await store.get(conversation);
    if (!talk) return;
    await store.note(
      message,
      talk.participants.filter((participant) => participant !== post.author),
    );
    apis.streaming.conversationChanged(conversation, talk.participants);
  }

  async function deleted(id: string): Promise<void> {
    const removed = await store.removeMessage(id);
    const conversation = removed?.conversation ?? (await store.byLastPost(id))?._id;
    if (conversation) await store.replaceLast(conversation, id);
  }

  kit.events.on('post.published', ({ id }) => published(id));
  kit.events.on('post.deleted', ({ id }) => deleted(id));
  // An edit needs nothing: the text is read from the post each time.

  return { forget: deleted };
}
