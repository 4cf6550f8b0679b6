/** The client API of lists. To plain Mastodon apps the groups of a person are lists, too. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { invalid, notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import { idPage, idPageOf, pageQuery } from '../../platform/http/pages.ts';
import { type List, REPLIES_POLICIES } from './list.ts';
import type { ListStore } from './list-store.ts';
import type { ManageLists } from './manage-lists.ts';

const MOST_GROUPS = 500;
const idParams = (what: string) => z.object({ id: z.string().refine(isId, `is not ${what} id`) });
const params = idParams('a list');
const listBody = z.object({
  title: z.string().trim().min(1, "can't be blank").max(100, 'must be 100 characters at most'),
  replies_policy: z.enum(REPLIES_POLICIES).optional(),
  exclusive: flag.optional(),
});
const accountIds = z.object({
  account_ids: z
    .preprocess(
      (value) => (Array.isArray(value) ? value : [value]),
      z.array(z.string().refine(isId, 'is not an account id')).min(1, "can't be blank").max(500),
    )
    .optional(),
});

export function addListRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: ListStore; manage: ManageLists },
): void {
  const { kit, apis, store, manage } = deps;

  async function groupLists(account: string, among?: string[]) {
    const mine = among
      ? [...(await apis.groups.memberAmong(account, among))]
      : await apis.groups.groupsOf(account);
    const groups = await apis.accounts.getMany(mine.slice(0, MOST_GROUPS));
    return groups.map((group) => ({
      id: group._id,
      title: group.displayName || group.username,
      replies_policy: 'none',
      exclusive: false,
    }));
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/lists',
      summary: 'My lists, and my groups as lists',
      auth: 'member',
      scope: 'read:lists',
    },
    async ({ account }) => {
      const own = await store.of(account._id, kit.config.limits.lists_per_person);
      return [...own.map(view), ...(await groupLists(account._id))];
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/lists',
      summary: 'Make a list',
      auth: 'member',
      scope: 'write:lists',
      body: listBody,
    },
    async ({ account, body }) =>
      view(
        await manage.create(account, body.title, {
          repliesPolicy: body.replies_policy,
          exclusive: body.exclusive,
        }),
      ),
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/lists/:id',
      summary: 'A list',
      auth: 'member',
      scope: 'read:lists',
      params,
    },
    async ({ account, params: { id } }) => {
      const list = await store.get(id, account._id);
      const [shown] = list ? [view(list)] : await groupLists(account._id, [id]);
      if (!shown) throw notFound();
      return shown;
    },
  );

  endpoints.define(
    {
      method: 'put',
      path: '/api/v1/lists/:id',
      summary: 'Change a list',
      auth: 'member',
      scope: 'write:lists',
      params,
      body: listBody.partial(),
    },
    async ({ account, params: { id }, body }) =>
      view(
        await manage.change(account, id, {
          ...(body.title && { title: body.title }),
          ...(body.replies_policy && { repliesPolicy: body.replies_policy }),
          ...(body.exclusive !== undefined && { exclusive: body.exclusive }),
        }),
      ),
  );

  endpoints.define(
    {
      method: 'delete',
      path: '/api/v1/lists/:id',
      summary: 'Delete a list',
      auth: 'member',
      scope: 'write:lists',
      params,
    },
    async ({ account, params: { id } }) => {
      await manage.remove(account, id);
      return {};
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/lists/:id/accounts',
      summary: 'Who is in a list',
      auth: 'member',
      scope: 'read:lists',
      params,
      query: pageQuery.extend({
        limit: pageLimit(40, 500, 0),
      }),
    },
    async ({ account, params: { id }, query }) => {
      const list = await store.get(id, account._id);
      if (!list && !(await apis.groups.isMember(account._id, id))) throw notFound();
      // Apps ask for all of them with a limit of 0. The people of a group are under /api/mitoyen/v1.
      const limit = query.limit || kit.config.limits.list_accounts;
      const rows = list ? await store.memberPage(id, { ...idPageOf(query), limit }) : [];
      const ids = rows.map((row) => row.account);
      const [shown, hidden] = await Promise.all([
        apis.accounts.present(ids),
        apis.groups.hiddenFor(account, ids),
      ]);
      return idPage(
        ids.flatMap((one) => (hidden.has(one) ? [] : (shown.get(one) ?? []))),
        rows.map((row) => row._id),
        limit,
      );
    },
  );

  for (const [method, act, summary] of [
    ['post', manage.add, 'Put people or groups into a list'],
    ['delete', manage.take, 'Take people or groups out of a list'],
  ] as const) {
    const define = { path: '/api/v1/lists/:id/accounts', summary, auth: 'member' } as const;
    const input = { scope: 'write:lists', params, body: accountIds, query: accountIds };
    endpoints.define({ ...define, ...input, method }, async (request) => {
      // Apps send the ids of a DELETE in its body or in its query.
      const ids = request.body.account_ids ?? request.query.account_ids;
      if (!ids)
        throw invalid({ field: 'account_ids', code: 'ERR_BLANK', message: "can't be blank" });
      await act(request.account, request.params.id, ids);
      return {};
    });
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/accounts/:id/lists',
      summary: 'My lists that hold this account',
      auth: 'member',
      scope: 'read:lists',
      params: idParams('an account'),
    },
    async ({ account, params: { id } }) => {
      if (!(await apis.accounts.get(id))) throw notFound();
      const holding = new Set((await store.with(account._id, id)).map((row) => row.list));
      const own = await store.of(account._id, kit.config.limits.lists_per_person);
      return own.filter((list) => holding.has(list._id)).map(view);
    },
  );
}

function view(list: List) {
  return {
    id: list._id,
    title: list.title,
    replies_policy: list.repliesPolicy,
    exclusive: list.exclusive,
  };
}
