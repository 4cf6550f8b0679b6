/** The client API of notifications that were held back, and of the rules that hold them back. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { idPage, idPageOf, pageQuery } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import type { NotificationStore } from './notification-store.ts';
import { DEFAULT_POLICY, type NotificationPolicy, POLICY_CHOICES } from './policy.ts';
import type { NotificationRequest, PolicyStore } from './policy-store.ts';

const MOST_COUNTED = 100;
const ROAD = '/api/v1/notifications/requests';
const params = z.object({ id: z.string().refine(isId, 'is not an id') });
const ids = z.object({
  id: z.preprocess(
    (value) => (typeof value === 'string' ? [value] : value),
    z.array(z.string().refine(isId, 'is not an id')).min(1).max(200),
  ),
});
const choice = z.enum(POLICY_CHOICES).optional();
const policyBody = z.object({
  for_not_following: choice,
  for_not_followers: choice,
  for_new_accounts: choice,
  for_private_mentions: choice,
  for_limited_accounts: choice,
});
const oldPolicyBody = z.object({
  filter_not_following: flag.optional(),
  filter_not_followers: flag.optional(),
  filter_new_accounts: flag.optional(),
  filter_private_mentions: flag.optional(),
});

export function addRequestRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: NotificationStore; policies: PolicyStore },
): void {
  const { kit, apis, store, policies } = deps;
  const reading = { method: 'get', auth: 'member', scope: 'read:notifications' } as const;
  const writing = { auth: 'member', scope: 'write:notifications' } as const;

  async function policyOf(account: string): Promise<NotificationPolicy> {
    const { _id, ...stored } = (await policies.policy(account)) ?? { _id: account };
    return { ...DEFAULT_POLICY, ...stored };
  }

  async function summaryOf(account: string) {
    return {
      pending_requests_count: await policies.countRequests(account, MOST_COUNTED),
      pending_notifications_count: await store.countHeld(account, null, MOST_COUNTED),
    };
  }

  const view = async (account: string) => ({
    ...(await policyOf(account)),
    summary: await summaryOf(account),
  });
  /** Version 1 knew only whether, not how. */
  async function viewOld(account: string) {
    const policy = await policyOf(account);
    return {
      filter_not_following: policy.for_not_following !== 'accept',
      filter_not_followers: policy.for_not_followers !== 'accept',
      filter_new_accounts: policy.for_new_accounts !== 'accept',
      filter_private_mentions: policy.for_private_mentions !== 'accept',
      summary: await summaryOf(account),
    };
  }

  async function change(account: string, set: Partial<NotificationPolicy>): Promise<void> {
    const chosen = Object.entries(set).filter(([, value]) => value !== undefined);
    if (chosen.length > 0) await policies.setPolicy(account, Object.fromEntries(chosen));
  }

  endpoints.define(
    {
      ...reading,
      path: '/api/v2/notifications/policy',
      summary: 'Whose notifications I hold back',
    },
    async ({ account }) => view(account._id),
  );
  // Mastodon describes PATCH; libraries send PUT, which it takes as well.
  for (const method of ['patch', 'put'] as const) {
    endpoints.define(
      {
        ...writing,
        method,
        path: '/api/v2/notifications/policy',
        summary: 'Hold notifications back, or do not',
        body: policyBody,
      },
      async ({ account, body }) => {
        await change(account._id, body);
        return view(account._id);
      },
    );
  }
  endpoints.define(
    { ...reading, path: '/api/v1/notifications/policy', summary: 'The same as version 1 had it' },
    async ({ account }) => viewOld(account._id),
  );
  endpoints.define(
    {
      ...writing,
      method: 'put',
      path: '/api/v1/notifications/policy',
      summary: 'The same as version 1 had it',
      body: oldPolicyBody,
    },
    async ({ account, body }) => {
      const as = (held: boolean | undefined) =>
        held === undefined ? undefined : held ? 'filter' : 'accept';
      await change(account._id, {
        for_not_following: as(body.filter_not_following),
        for_not_followers: as(body.filter_not_followers),
        for_new_accounts: as(body.filter_new_accounts),
        for_private_mentions: as(body.filter_private_mentions),
      });
      return viewOld(account._id);
    },
  );

  async function present(rows: NotificationRequest[], viewer: Account) {
    const posts = rows.flatMap((row) => row.lastPost ?? []);
    const [accounts, counts, statuses] = await Promise.all([
      apis.accounts.present(rows.map((row) => row.from)),
      Promise.all(rows.map((row) => store.countHeld(viewer._id, row.from, MOST_COUNTED))),
      apis.posts
        .visibleMany(posts, viewer, { hideMuted: false })
        .then((seen) => apis.posts.present(seen, viewer)),
    ]);
    const statusOf = new Map(statuses.map((status) => [status.id, status]));
    return rows.flatMap((row, index) => {
      const account = accounts.get(row.from);
      if (!account) return [];
      return [
        {
          id: row._id,
          created_at: new Date(row.createdAt).toISOString(),
          updated_at: new Date(row.updatedAt).toISOString(),
          account,
          notifications_count: String(counts[index] ?? 0),
          last_status: statusOf.get(row.lastPost ?? '') ?? null,
        },
      ];
    });
  }

  endpoints.define(
    { ...reading, path: ROAD, summary: 'Notifications held back, by sender', query: pageQuery },
    async ({ account, query }) => {
      const rows = await policies.requests(account._id, idPageOf(query));
      return idPage(
        await present(rows, account),
        rows.map((row) => row._id),
        query.limit,
      );
    },
  );
  endpoints.define(
    { ...reading, path: `${ROAD}/merged`, summary: 'Whether what was accepted is in the list' },
    async () => ({ merged: true }),
  );
  endpoints.define(
    { ...reading, path: `${ROAD}/:id`, summary: 'What one sender has to say', params },
    async ({ account, params: { id } }) => {
      const request = await policies.request(id, account._id);
      const [shown] = request ? await present([request], account) : [];
      if (!shown) throw notFound();
      return shown;
    },
  );

  for (const [verb, summary, act] of [
    ['accept', 'Take what was held back, and what comes', accept],
    ['dismiss', 'Drop what was held back', dismiss],
  ] as const) {
    endpoints.define(
      { ...writing, method: 'post', path: `${ROAD}/${verb}`, summary, body: ids },
      async ({ account, body }) => {
        await act(account._id, await policies.requestsByIds(body.id, account._id));
        return {};
      },
    );
    endpoints.define(
      { ...writing, method: 'post', path: `${ROAD}/:id/${verb}`, summary, params },
      async ({ account, params: { id } }) => {
        const request = await policies.request(id, account._id);
        if (!request) throw notFound();
        await act(account._id, [request]);
        return {};
      },
    );
  }

  async function accept(account: string, requests: NotificationRequest[]): Promise<void> {
    for (const { from } of requests) {
      await policies.permit(kit.nextId(), account, from);
      await store.letIn(account, from);
    }
    await end(account, requests);
  }

  async function dismiss(account: string, requests: NotificationRequest[]): Promise<void> {
    for (const { from } of requests) await store.dropHeld(account, from);
    await end(account, requests);
  }

  async function end(account: string, requests: NotificationRequest[]): Promise<void> {
    await policies.removeRequests(
      requests.map((request) => request._id),
      account,
    );
  }
}
