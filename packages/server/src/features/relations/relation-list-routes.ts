/** The client API of who follows, asks, is blocked or muted: lists of accounts. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { idPage, idPageOf, Page, pageQuery } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountView } from '../accounts/accounts.ts';
import { createFindTarget } from './find-target.ts';
import type { RelationStore } from './relation-store.ts';
import { isMuting } from './who-is-hidden.ts';

const params = z.object({ id: z.string().refine(isId, 'is not an account id') });
export const idList = z.preprocess(
  (value) => (Array.isArray(value) ? value : [value].filter(Boolean)),
  z.array(z.string()).max(80),
);

export function addRelationListRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: RelationStore },
): void {
  const { kit, apis, store } = deps;
  const target = createFindTarget(apis);

  for (const [path, by] of [
    ['followers', 'target'],
    ['following', 'follower'],
  ] as const) {
    endpoints.define(
      {
        method: 'get',
        path: `/api/v1/accounts/:id/${path}`,
        summary: `${path} of an account`,
        auth: 'member',
        scope: 'read:accounts',
        params,
        query: pageQuery,
      },
      async ({ account, params: { id }, query }) => {
        const { kind, hideCollections } = await target(account, id);
        if (hideCollections && id !== account._id) return [];
        if (kind === 'group' && by === 'target') {
          const members = await apis.groups.members(id, account, idPageOf(query));
          return accountPage(members, (row) => row.account, query.limit, account);
        }
        const rows = await store.listFollows(by, id, 'accepted', idPageOf(query));
        return accountPage(
          rows,
          (row) => (by === 'target' ? row.follower : row.target),
          query.limit,
          account,
        );
      },
    );
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/follow_requests',
      summary: 'Who asks to follow me',
      auth: 'member',
      scope: 'read:follows',
      query: pageQuery,
    },
    async ({ account, query }) => {
      const rows = await store.listFollows('target', account._id, 'requested', idPageOf(query));
      return accountPage(rows, (row) => row.follower, query.limit, account);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/blocks',
      summary: 'Whom I block',
      auth: 'member',
      scope: 'read:blocks',
      query: pageQuery,
    },
    async ({ account, query }) =>
      accountPage(
        await store.listBlocks(account._id, idPageOf(query)),
        (row) => row.target,
        query.limit,
        account,
      ),
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/mutes',
      summary: 'Whom I muted',
      auth: 'member',
      scope: 'read:mutes',
      query: pageQuery,
    },
    async ({ account, query }) => {
      const rows = await store.listMutes(account._id, idPageOf(query));
      const muting = rows.filter((row) => isMuting(row, kit.clock.now()));
      const expiry = new Map(muting.map((row) => [row.target, row.expiresAt]));
      const page = await accountPage(muting, (row) => row.target, query.limit, account);
      const items = (page.items as AccountView[]).map((one) => ({
        ...one,
        mute_expires_at: expiry.get(one.id)?.toISOString() ?? null,
      }));
      return new Page(items, page);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/accounts/familiar_followers',
      summary: 'Who of those I follow follows them',
      auth: 'member',
      scope: 'read:follows',
      query: z.object({ id: idList }),
    },
    async ({ account, query }) => {
      const [mine, asked] = await Promise.all([
        store.targetsOf(account._id),
        apis.accounts.getMany(query.id),
      ]);
      const closed = new Set(asked.filter((one) => one.hideCollections).map((one) => one._id));
      return Promise.all(
        query.id.map(async (id) => {
          if (closed.has(id)) return { id, accounts: [] };
          const followers = (await store.amongFollowers(id, mine.slice(0, 500))).filter(
            (row) => row.state === 'accepted',
          );
          const shown = await apis.accounts.present(
            followers.slice(0, 10).map((row) => row.follower),
          );
          return { id, accounts: [...shown.values()] };
        }),
      );
    },
  );

  async function accountPage<T extends { _id: string }>(
    rows: T[],
    accountOf: (row: T) => string,
    limit: number,
    viewer: Account,
  ) {
    const ordered = rows.toSorted((a, b) => (a._id < b._id ? 1 : -1));
    const ids = ordered.map(accountOf);
    const [shown, hidden] = await Promise.all([
      apis.accounts.present(ids),
      apis.groups.hiddenFor(viewer, ids),
    ]);
    const items = ids.flatMap((id) => (hidden.has(id) ? [] : (shown.get(id) ?? [])));
    return idPage(
      items,
      ordered.map((row) => row._id),
      limit,
    );
  }
}
