/** Conversations in the client API. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import { notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { idPage, pageQuery } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import type { ChangeTalk } from './change-talk.ts';
import type { ConversationStore, MessagePage } from './conversation-store.ts';
import type { createConversationView } from './conversation-view.ts';
import type { Conversation } from './conversations.ts';
import type { createOpenConversation } from './open-conversation.ts';

const OURS = '/api/mitoyen/v1/conversations';
const byId = z.object({ id: z.string() });
export const people = z.object({
  accounts: z.preprocess(
    (value) => (typeof value === 'string' ? [value] : value),
    z.array(z.string().min(1).max(320)).min(1).max(500),
  ),
});

export function addConversationRoutes(
  endpoints: Endpoints,
  deps: {
    apis: Apis;
    store: ConversationStore;
    views: ReturnType<typeof createConversationView>;
    opener: ReturnType<typeof createOpenConversation>;
    talks: ChangeTalk;
    /** Somebody has read up to this message. */
    tellRead: (id: string, account: string, upTo: string) => Promise<void>;
  },
): void {
  const { apis, store, views, opener, talks } = deps;
  const READ = { auth: 'member', scope: 'read:statuses' } as const;
  const WRITE = { auth: 'member', scope: 'write:conversations' } as const;

  async function presentOne(talk: Conversation | null, viewer: Account) {
    const [view] = talk ? await views.present([talk], viewer) : [];
    if (!view) throw notFound();
    return view;
  }

  async function mine(id: string, viewer: Account): Promise<Conversation> {
    const talk = await store.get(id);
    if (!talk?.participants.includes(viewer._id)) throw notFound();
    return talk;
  }

  endpoints.define(
    {
      ...READ,
      method: 'get',
      path: '/api/v1/conversations',
      summary: 'My conversations, newest message first',
      query: pageQuery,
    },
    async ({ account, query }) => {
      const talks = await store.listOf(account._id, cursors(query));
      const ids = talks.map((talk) => talk.lastPost ?? talk._id);
      return idPage(await views.present(talks, account), ids, query.limit);
    },
  );

  endpoints.define(
    {
      ...WRITE,
      method: 'delete',
      path: '/api/v1/conversations/:id',
      summary: 'Take a conversation off my list until there is a new message',
      params: byId,
    },
    async ({ account, params }) => {
      if (!(await store.hide(params.id, account._id))) throw notFound();
      return {};
    },
  );

  endpoints.define(
    {
      ...WRITE,
      method: 'post',
      path: '/api/v1/conversations/:id/read',
      summary: 'Mark a conversation as read',
      params: byId,
    },
    async ({ account, params }) => {
      const talk = await store.read(params.id, account._id);
      if (talk?.lastPost) await deps.tellRead(talk._id, account._id, talk.lastPost);
      return presentOne(talk, account);
    },
  );

  endpoints.define(
    {
      ...WRITE,
      method: 'post',
      path: OURS,
      summary:
        'Open the conversation with these people (account ids or handles); with a name, which may be empty, start a group chat',
      body: people.extend({ name: z.string().max(1000).optional() }),
    },
    async ({ account, body: { accounts, name } }) => {
      const talk =
        name === undefined
          ? await opener.open(account, accounts)
          : await talks.make(account, accounts, name);
      return presentOne(talk, account);
    },
  );

  endpoints.define(
    {
      ...READ,
      method: 'get',
      path: `${OURS}/:id`,
      summary: 'One conversation',
      params: byId,
    },
    async ({ account, params }) => presentOne(await mine(params.id, account), account),
  );

  endpoints.define(
    {
      ...READ,
      method: 'get',
      path: `${OURS}/:id/messages`,
      summary: 'Messages of a conversation, newest first; max_id for older, min_id for newer ones',
      params: byId,
      query: pageQuery,
    },
    async ({ account, params, query }) => {
      const talk = await mine(params.id, account);
      const rows = await store.page(talk._id, cursors(query));
      const posts = await Promise.all(rows.map((row) => apis.posts.visible(row._id, account)));
      const statuses = await apis.posts.present(
        posts.filter((post) => post !== null),
        account,
      );
      const ids = rows.map((row) => row._id);
      return idPage(statuses, ids, query.limit);
    },
  );
}

/** Cursors are ids of messages, in the list of conversations those of the last ones. */
function cursors(query: z.output<typeof pageQuery>): MessagePage {
  const { max_id: maxId, since_id: sinceId, min_id: minId, limit } = query;
  return { maxId, sinceId, minId, limit };
}
