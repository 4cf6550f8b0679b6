/** Group chats: /api/mitoyen/v1/conversations/:id. */
import { z } from 'zod';
import { notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { ChangeTalk } from './change-talk.ts';
import { people } from './conversation-routes.ts';
import type { createConversationView } from './conversation-view.ts';
import type { Conversation } from './conversations.ts';

const ONE = '/api/mitoyen/v1/conversations/:id';
const params = z.object({ id: z.string().max(64) });

export function addTalkRoutes(
  endpoints: Endpoints,
  deps: { talks: ChangeTalk; views: ReturnType<typeof createConversationView> },
): void {
  const { talks, views } = deps;
  const write = { auth: 'member', scope: 'write:conversations', params } as const;

  async function shown(talk: Conversation, viewer: Account) {
    const [view] = await views.present([talk], viewer);
    if (!view) throw notFound();
    return view;
  }

  endpoints.define(
    {
      ...write,
      method: 'patch',
      path: ONE,
      summary: 'Name a group chat; an empty name takes it away',
      body: z.object({ name: z.string().max(1000) }),
    },
    async ({ account, params: { id }, body }) =>
      shown(await talks.rename(account, id, body.name), account),
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path: `${ONE}/people`,
      summary: 'Add people to a group chat (account ids or handles); they read from then on',
      body: people,
    },
    async ({ account, params: { id }, body }) =>
      shown(await talks.add(account, id, body.accounts), account),
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path: `${ONE}/leave`,
      summary: 'Leave a group chat: nothing of it comes any more, and it is off the list',
    },
    async ({ account, params: { id } }) => {
      await talks.leave(account, id);
      return {};
    },
  );
}
