/** Presence, typing and how far a conversation was read: /api/mitoyen/v1. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { type Account, isColleague } from '../accounts/account.ts';
import type { Conversation } from '../conversations/conversations.ts';
import { STATES } from './presence.ts';
import type { PresenceStore } from './presence-store.ts';

const BASE = '/api/mitoyen/v1';
const params = z.object({ id: z.string().refine(isId, 'is not a conversation id') });
const ids = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string().refine(isId, 'is not an account id')).min(1, "can't be blank").max(100),
);

export function addPresenceRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: PresenceStore },
): void {
  const { kit, apis, store } = deps;

  async function mine(id: string, account: Account): Promise<Conversation> {
    const talk = await apis.conversations.get(id);
    if (!talk?.participants.includes(account._id)) throw notFound();
    return talk;
  }

  /** My newest message, where it is on the servers of all whom it is for. */
  async function deliveredOf(talk: Conversation, me: string): Promise<string | null> {
    const post = talk.spoke?.[me] ? await apis.posts.get(talk.spoke[me]) : null;
    if (!post?.local || (post.pending ?? []).length > 0) return null;
    return (await kit.outbox.isThrough(`${post.iri}/activity`)) ? post._id : null;
  }

  endpoints.define(
    {
      method: 'post',
      path: `${BASE}/presence`,
      summary: 'I am here (again every minute), away, busy or gone',
      auth: 'member',
      scope: 'write:accounts',
      body: z.object({ state: z.enum(STATES).default('online') }),
    },
    async ({ account, body: { state } }) => {
      const shared = (await apis.preferences.of(account._id)).presence && isColleague(account);
      const shown = shared ? state : 'offline';
      const before = await store.set(account._id, shown);
      if (before !== shown)
        apis.streaming.publish({
          event: 'mitoyen.presence',
          payload: { account_id: account._id, state: shown },
          to: 'colleagues',
        });
      return { account_id: account._id, state: shown };
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: `${BASE}/presence`,
      summary: 'Who of these colleagues is there; nobody for those who hide themselves',
      auth: 'member',
      scope: 'read:accounts',
      query: z.object({ id: ids }),
    },
    async ({ account, query }) => {
      if (!isColleague(account) || !(await apis.preferences.of(account._id)).presence) return [];
      const known = (await apis.accounts.getMany(query.id)).filter(isColleague);
      const states = await store.of(known.map((one) => one._id));
      return known.map((one, index) => ({ account_id: one._id, state: states[index] }));
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: `${BASE}/conversations/:id/typing`,
      summary: 'I am writing (again every few seconds)',
      auth: 'member',
      scope: 'write:conversations',
      params,
    },
    async ({ account, params: { id } }) => {
      const talk = await mine(id, account);
      if (await store.startTyping(id, account._id))
        apis.streaming.publish({
          event: 'mitoyen.typing',
          payload: { conversation_id: id, account_id: account._id },
          to: { accounts: talk.participants.filter((one) => one !== account._id) },
        });
      return {};
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: `${BASE}/conversations/:id/state`,
      summary: 'Who is writing, and how far each has read',
      auth: 'member',
      scope: 'read:statuses',
      params,
    },
    async ({ account, params: { id } }) => {
      const talk = await mine(id, account);
      const others = talk.participants.filter((one) => one !== account._id);
      const tells = (await apis.preferences.of(account._id)).readReceipts;
      const [typing, receipts, delivered] = await Promise.all([
        store.typing(id, others),
        tells ? store.receipts(id) : {},
        deliveredOf(talk, account._id),
      ]);
      return {
        typing,
        read: Object.entries(receipts)
          .filter(([one]) => others.includes(one))
          .map(([account_id, last_read_id]) => ({ account_id, last_read_id })),
        delivered_up_to: delivered,
      };
    },
  );
}
