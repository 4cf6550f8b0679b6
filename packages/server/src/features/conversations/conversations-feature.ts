/** Direct messages, one to one and among several people, by their participants. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';
import { createChangeTalk } from './change-talk.ts';
import { addConversationRoutes } from './conversation-routes.ts';
import { conversationIndexes, createConversationStore } from './conversation-store.ts';
import { createConversationView } from './conversation-view.ts';
import type { Conversations, ConversationView } from './conversations.ts';
import { createFindTalk } from './find-talk.ts';
import { createFollowMessages } from './follow-messages.ts';
import { createOpenConversation } from './open-conversation.ts';
import { addTalkRoutes } from './talk-routes.ts';

export function createConversationsFeature(
  kit: Kit,
  apis: Apis,
): { feature: Feature; api: Conversations } {
  const store = createConversationStore(kit);
  const opener = createOpenConversation({ kit, apis, store });
  const talks = createChangeTalk({ kit, apis, store, opener });
  const follow = createFollowMessages({ kit, apis, store, talks });
  const views = createConversationView({ apis, store, follow });

  async function present(id: string, viewer: Account): Promise<ConversationView | null> {
    const talk = await store.get(id);
    if (!talk?.participants.includes(viewer._id)) return null;
    return (await views.present([talk], viewer))[0] ?? null;
  }

  const tellRead = (id: string, account: string, upTo: string) =>
    kit.events.emit({ name: 'conversation.read', id, local: true, data: { account, upTo } });
  return {
    feature: {
      name: 'conversations',
      indexes: conversationIndexes,
      routes: (endpoints) => {
        addConversationRoutes(endpoints, { apis, store, views, opener, talks, tellRead });
        addTalkRoutes(endpoints, { talks, views });
      },
    },
    api: {
      ensure: opener.ensure,
      get: store.get,
      present,
      findTalk: createFindTalk({ store, nextId: kit.nextId }),
    },
  };
}
