/** Must-read posts and who has seen what: /api/mitoyen/v1. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import { notFound } from '../../platform/app-error.ts';
import { type Auth, type Endpoints, hasScope } from '../../platform/http/endpoints.ts';
import { idPage, idPageOf, Page, pageQuery } from '../../platform/http/pages.ts';
import { cutIdPage } from '../../platform/id-page.ts';
import type { Account } from '../accounts/account.ts';
import type { AcknowledgePosts } from './acknowledge-post.ts';
import type { AcknowledgementStore } from './acknowledgement-store.ts';
import type { SeePosts } from './see-posts.ts';

const BASE = '/api/mitoyen/v1/statuses';
const params = z.object({ id: z.string().refine(isId, 'is not a post id') });
const idList = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string().refine(isId, 'is not a post id')).min(1).max(100),
);
const MOST_WAITING = 200;
const MOST_TO_READ = 100;

/** A company's moderator is one in an app that was allowed what moderators do, and nowhere else. */
const isAsStaff = (auth: Auth | null) => hasScope(auth?.scopes ?? [], 'admin:read:statuses');

export function addAcknowledgementRoutes(
  endpoints: Endpoints,
  deps: { apis: Apis; store: AcknowledgementStore; posts: AcknowledgePosts; seeing: SeePosts },
): void {
  const { apis, store, posts, seeing } = deps;
  const reading = { method: 'get', auth: 'member', scope: 'read:statuses' } as const;
  const writing = { method: 'post', auth: 'member', scope: 'write:statuses' } as const;

  async function people(ids: string[], viewer: Account) {
    const [shown, hidden] = await Promise.all([
      apis.accounts.present(ids),
      apis.groups.hiddenFor(viewer, ids),
    ]);
    return ids.flatMap((id) => (hidden.has(id) ? [] : (shown.get(id) ?? [])));
  }

  /** Readers with when they read, and where the next ones begin. */
  async function readerPage(
    rows: { _id: string; account: string; at: number }[],
    more: object,
    viewer: Account,
    limit: number,
  ) {
    const accounts = new Map(
      (
        await people(
          rows.map((row) => row.account),
          viewer,
        )
      ).map((one) => [one.id, one]),
    );
    const readers = rows.flatMap((row) => {
      const account = accounts.get(row.account);
      return account ? [{ account, at: new Date(row.at).toISOString() }] : [];
    });
    const last = rows.at(-1)?._id;
    return new Page(
      { ...more, readers },
      {
        next: last && rows.length >= limit ? { max_id: last } : null,
        prev: rows[0] ? { min_id: rows[0]._id } : null,
      },
    );
  }

  endpoints.define(
    {
      ...reading,
      path: '/api/mitoyen/v1/must_read',
      summary: 'Posts that I have to read and have not confirmed yet',
      query: pageQuery,
    },
    async ({ account, query }) => {
      const found = await apis.posts.mustRead(account, MOST_TO_READ);
      const done = await store.mineAmong(
        account._id,
        found.map((post) => post._id),
      );
      const open = found.filter((post) => !done.has(post._id) && post.author !== account._id);
      // All that are open are few: the page is cut of them.
      const page = cutIdPage(open, idPageOf(query));
      const ids = page.map((post) => post._id);
      return idPage(await apis.posts.present(page, account), ids, query.limit);
    },
  );

  endpoints.define(
    { ...writing, path: `${BASE}/:id/acknowledge`, summary: 'I have read it', params },
    async ({ account, params: { id } }) => {
      const post = await posts.acknowledge(id, account);
      const [status] = await apis.posts.present([post], account);
      if (!status) throw notFound();
      return status;
    },
  );

  endpoints.define(
    {
      ...reading,
      path: `${BASE}/:id/acknowledgements`,
      summary: 'How many have read it; for its author and moderators also who',
      params,
      query: pageQuery,
    },
    async ({ account, auth, params: { id }, query }) => {
      const post = await posts.find(id, account);
      const [counted, mayKnow] = await Promise.all([
        posts.counted(post),
        posts.mayKnowWho(post, account, { asStaff: isAsStaff(auth) }),
      ]);
      const counts = { acknowledged_count: counted.readers, expected_count: counted.expected };
      if (!mayKnow) return counts;
      const rows = await store.page(id, idPageOf(query));
      return readerPage(rows, counts, account, query.limit);
    },
  );

  endpoints.define(
    {
      ...reading,
      path: `${BASE}/:id/acknowledgements/waiting`,
      summary: 'Who here has not read it yet (its author and moderators)',
      params,
    },
    async ({ account, auth, params: { id } }) => {
      const ids = await posts.waiting(id, account, { asStaff: isAsStaff(auth) });
      return { count: ids.length, accounts: await people(ids.slice(0, MOST_WAITING), account) };
    },
  );

  endpoints.define(
    {
      ...writing,
      path: `${BASE}/seen`,
      summary: 'I have seen these posts',
      body: z.object({ ids: idList }),
    },
    async ({ account, body }) => {
      await seeing.see(body.ids, account);
      return {};
    },
  );

  endpoints.define(
    {
      ...reading,
      path: `${BASE}/:id/seen_by`,
      summary: 'Who has seen a post of the company or a group',
      params,
      query: pageQuery,
    },
    async ({ account, params: { id }, query }) => {
      await seeing.find(id, account);
      const rows = await store.seenPage(id, idPageOf(query));
      return readerPage(rows, { count: await store.countSeen(id) }, account, query.limit);
    },
  );
}
