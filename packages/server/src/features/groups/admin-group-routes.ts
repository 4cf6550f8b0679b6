/** Groups for admins of the company: who looks after each, and what to do where nobody does. */
import { z } from 'zod';
import { forbidden } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import { Page } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import type { Group } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import type { createGroupView } from './group-view.ts';
import type { ManageGroup } from './manage-group.ts';

const PATH = '/api/mitoyen/v1/admin/groups';
const params = z.object({ id: z.string().max(64) });
/** Groups read for one answer: a rare name is looked for so far, then the next page goes on. */
const BATCH = 100;
const MOST_BATCHES = 10;

export function addAdminGroupRoutes(
  endpoints: Endpoints,
  deps: GroupDeps & { manage: ManageGroup; views: ReturnType<typeof createGroupView> },
): void {
  const { apis, groups, memberships, manage, views } = deps;

  endpoints.define(
    {
      method: 'get',
      path: PATH,
      summary:
        'Every group of this company with who looks after it and its last post, newest first (admin)',
      auth: 'member',
      scope: 'admin:read',
      query: z.object({
        q: z.string().trim().max(100).optional(),
        max_id: z.string().max(64).optional(),
        limit: pageLimit(40, 100),
      }),
    },
    async ({ account, query }) => {
      adminOnly(account);
      const { found, next } = await collect(query);
      const rows = await Promise.all((await views.present(found, null)).map(row));
      return new Page(rows, { next: next ? { max_id: next } : null, prev: null });
    },
  );

  for (const [verb, summary, act] of [
    ['take_over', 'Becomes the admin of a group that has none any more (admin)', manage.takeOver],
    [
      'archive',
      'Archives a group: it can be read, and nobody posts in it (admin)',
      (id: string) => manage.setArchived(id, true),
    ],
    [
      'unarchive',
      'Opens an archived group again (admin)',
      (id: string) => manage.setArchived(id, false),
    ],
  ] as const)
    endpoints.define(
      { method: 'post', path: `${PATH}/:id/${verb}`, summary, ...write() },
      async ({ account, params: { id } }) => {
        adminOnly(account);
        await act(id, account);
        return {};
      },
    );

  endpoints.define(
    {
      method: 'delete',
      path: `${PATH}/:id`,
      summary: 'Deletes a group with its posts (admin)',
      ...write(),
    },
    async ({ account, params: { id } }) => {
      adminOnly(account);
      await manage.removeAsStaff(id);
      return {};
    },
  );

  async function collect({ q, max_id, limit }: { q?: string; max_id?: string; limit: number }) {
    const found: Group[] = [];
    let cursor = max_id;
    for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
      const some = await groups.here({ limit: BATCH, ...(cursor && { maxId: cursor }) });
      const names = q ? await namesOf(some) : null;
      for (const group of some) {
        cursor = group._id;
        if (!names || names.get(group._id)?.includes(q?.toLowerCase() ?? '')) found.push(group);
        if (found.length >= limit) return { found, next: cursor };
      }
      if (some.length < BATCH) return { found, next: null };
    }
    return { found, next: cursor ?? null };
  }

  async function namesOf(some: Group[]): Promise<Map<string, string>> {
    const accounts = await apis.accounts.getMany(some.map((group) => group._id));
    return new Map(
      accounts.map((one) => [one._id, `${one.displayName} ${one.username}`.toLowerCase()]),
    );
  }

  async function row(group: { id: string }) {
    const [owners, lastAt] = await Promise.all([
      memberships.withRole(group.id, ['admin']),
      apis.posts.lastIn(group.id),
    ]);
    const ids = owners.map((one) => one.account);
    const [known, shown] = await Promise.all([
      apis.accounts.getMany(ids),
      apis.accounts.present(ids),
    ]);
    return {
      group,
      owners: [...shown.values()],
      ownerless: !known.some((one) => one.domain === null && one.state === 'active'),
      last_post_at: lastAt === null ? null : new Date(lastAt).toISOString(),
    };
  }
}

function write() {
  return { auth: 'member', scope: 'admin:write', params } as const;
}

function adminOnly(account: Account): void {
  if (account.role !== 'admin') throw forbidden();
}
