/** Copies of a partner's posts that were set aside: admins look at them, and delete them. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import { notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import { presentFrozen } from './frozen-view.ts';
import { adminOnly } from './partners-routes.ts';

const PATH = '/api/mitoyen/v1/partners/:host/copies';

export function addCopiesRoutes(endpoints: Endpoints, apis: Apis): void {
  endpoints.define(
    {
      method: 'get',
      path: PATH,
      summary: 'Copies of a partner that were set aside, newest first (admin)',
      auth: 'member',
      scope: 'admin:read:partners',
      query: z.object({
        max_id: z.string().max(64).optional(),
        limit: pageLimit(50, 200),
      }),
    },
    async ({ account, params, query }) => {
      adminOnly(account);
      const { max_id: maxId, limit } = query;
      const copies = await apis.posts.frozen(params.host ?? '', { limit, ...(maxId && { maxId }) });
      return presentFrozen(apis, copies);
    },
  );

  endpoints.define(
    {
      method: 'delete',
      path: PATH,
      summary: 'Deletes the copies of a partner that were set aside (admin)',
      auth: 'member',
      scope: 'admin:write:partners',
    },
    async ({ account, params }) => {
      adminOnly(account);
      const deleted = await apis.partners.dropCopies(params.host ?? '', account._id);
      if (deleted === 0) throw notFound();
      return { deleted };
    },
  );
}
