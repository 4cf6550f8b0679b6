/** Conversations as Mastodon shows them, read in batches, for one participant. */
import type { Apis } from '../../apis.ts';
import type { Account } from '../accounts/account.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { Conversation, ConversationView } from './conversations.ts';
import type { FollowMessages } from './follow-messages.ts';

const MOST_COUNTED = 100;

export function createConversationView(deps: {
  apis: Apis;
  store: ConversationStore;
  follow: FollowMessages;
}) {
  const { apis, store, follow } = deps;

  async function present(talks: Conversation[], viewer: Account): Promise<ConversationView[]> {
    const current = await Promise.all(talks.map(withoutGone));
    const others = (talk: Conversation) => talk.participants.filter((id) => id !== viewer._id);
    const posts = await Promise.all(
      current.map(({ lastPost }) => (lastPost ? apis.posts.visible(lastPost, viewer) : null)),
    );
    const [accounts, statuses] = await Promise.all([
      apis.accounts.present([...new Set(current.flatMap(others))]),
      apis.posts.present(
        posts.filter((post) => post !== null),
        viewer,
      ),
    ]);
    const counts = await Promise.all(current.map((talk) => unreadOf(talk, viewer._id)));
    const byId = new Map(statuses.map((status) => [status.id, status]));
    return current.map((talk, index) => ({
      id: talk._id,
      unread: talk.unread.includes(viewer._id),
      accounts: others(talk).flatMap((id) => accounts.get(id) ?? []),
      last_status: byId.get(talk.lastPost ?? '') ?? null,
      mitoyen: {
        group_chat: talk.iri !== undefined,
        name: talk.name || null,
        unread_count: counts[index] ?? 0,
      },
    }));
  }

  /** Whoever writes has read what came before. */
  async function unreadOf(talk: Conversation, viewer: string): Promise<number> {
    if (!talk.unread.includes(viewer)) return 0;
    const known = [talk.readUpTo?.[viewer] ?? '', talk.spoke?.[viewer] ?? ''].sort();
    return store.countAfter(talk._id, known.at(-1) ?? '', MOST_COUNTED);
  }

  /** Copies are purged without a word (a partner's agreement ended): then the one before is the last. */
  async function withoutGone(talk: Conversation): Promise<Conversation> {
    let current: Conversation = talk;
    for (let tries = 0; tries < 20 && current.lastPost; tries += 1) {
      const post = await apis.posts.get(current.lastPost);
      if (post && post.deletedAt === undefined) return current;
      await follow.forget(current.lastPost);
      current = (await store.get(talk._id)) ?? current;
    }
    return current;
  }

  return { present };
}
