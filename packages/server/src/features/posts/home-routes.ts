/** Posts of which no whole copy is kept here: /api/mitoyen/v1. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import { notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { PostViews } from './post-view.ts';
import type { ReadAtHome } from './read-at-home.ts';

export function addHomeRoutes(
  endpoints: Endpoints,
  deps: { readAtHome: ReadAtHome; views: PostViews },
): void {
  endpoints.define(
    {
      method: 'get',
      path: '/api/mitoyen/v1/statuses/:id/whole',
      summary: 'A post whose copy here is not whole, read at its home this once',
      auth: 'member',
      scope: 'read:statuses',
      params: z.object({ id: z.string().refine(isId, 'is not a post id') }),
    },
    async ({ account, params: { id } }) => {
      const post = await deps.readAtHome(id, account);
      const [status] = await deps.views.present([post], account);
      if (!status) throw notFound();
      return status;
    },
  );
}
