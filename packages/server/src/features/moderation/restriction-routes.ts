/** Silencing and suspending one account over the API: ours, and the action that Mastodon's apps send. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { idPage, pageQuery } from '../../platform/http/pages.ts';
import { only } from './moderation-routes.ts';
import type { ReportStore } from './report-store.ts';
import { ACTIONS, type ModeratorAction, type RestrictPeople } from './restrict-people.ts';

const BASE = '/api/mitoyen/v1/admin/accounts';
const params = z.object({ id: z.string().max(64) });
const SUMMARIES: Record<ModeratorAction, string> = {
  silence: 'Silence an account: heard by followers alone (moderators)',
  unsilence: 'Silence an account no longer (moderators)',
  suspend:
    'Suspend an account of another server: hidden, follows and memberships ended (moderators)',
  unsuspend: 'Lift a suspension; what was ended stays so (moderators)',
};

export function addRestrictionRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: ReportStore; restrict: RestrictPeople },
): void {
  const { kit, apis, store, restrict } = deps;

  endpoints.define(
    {
      method: 'get',
      path: BASE,
      summary: 'Accounts that are silenced or suspended, newest first (moderators)',
      auth: 'member',
      scope: 'admin:read:accounts',
      query: pageQuery,
    },
    async ({ account, query: { limit, max_id: maxId } }) => {
      only(account, ['admin', 'moderator']);
      const ids = (await apis.accounts.restricted({ limit, ...(maxId && { maxId }) })).map(
        ({ _id }) => _id,
      );
      const shown = await apis.accounts.present(ids);
      return idPage(
        ids.flatMap((id) => shown.get(id) ?? []),
        ids,
        limit,
      );
    },
  );

  for (const action of ACTIONS)
    endpoints.define(
      {
        method: 'post',
        path: `${BASE}/:id/${action}`,
        summary: SUMMARIES[action],
        auth: 'member',
        scope: 'admin:write:accounts',
        params,
      },
      async ({ account, params: { id } }) => {
        only(account, ['admin', 'moderator']);
        const changed = await restrict(account, id, action);
        return (await apis.accounts.present([changed._id])).get(changed._id);
      },
    );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/admin/accounts/:id/action',
      summary: 'Silences or suspends an account, and resolves the report about it (moderators)',
      auth: 'member',
      scope: 'admin:write:accounts',
      params,
      body: z.object({
        type: z.enum(['none', 'silence', 'suspend']),
        report_id: z.string().max(64).optional(),
      }),
    },
    async ({ account, params: { id }, body }) => {
      only(account, ['admin', 'moderator']);
      if (body.type !== 'none') await restrict(account, id, body.type);
      if (body.report_id) await store.resolve(body.report_id, account._id, kit.clock.now());
      return {};
    },
  );
}
