/** The client API of posts that wait for their time. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import { notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { idPage, idPageOf, pageQuery } from '../../platform/http/pages.ts';
import type { SchedulePosts } from './schedule-post.ts';
import type { ScheduledPost, ScheduledView } from './scheduled.ts';
import type { ScheduledStore } from './scheduled-store.ts';

const params = z.object({ id: z.string().refine(isId, 'is not an id') });

export function addScheduledRoutes(
  endpoints: Endpoints,
  deps: {
    store: ScheduledStore;
    schedules: SchedulePosts;
    present: (posts: ScheduledPost[]) => Promise<ScheduledView[]>;
  },
): void {
  const { store, schedules, present } = deps;
  const path = '/api/v1/scheduled_statuses/:id';

  async function one(post: ScheduledPost): Promise<ScheduledView> {
    const [view] = await present([post]);
    if (!view) throw notFound();
    return view;
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/scheduled_statuses',
      summary: 'My posts that wait for their time',
      auth: 'member',
      scope: 'read:statuses',
      query: pageQuery,
    },
    async ({ account, query }) => {
      const rows = await store.list(account._id, idPageOf(query));
      return idPage(
        await present(rows),
        rows.map((row) => row._id),
        query.limit,
      );
    },
  );
  endpoints.define(
    {
      method: 'get',
      path,
      summary: 'A post that waits',
      auth: 'member',
      scope: 'read:statuses',
      params,
    },
    async ({ account, params: { id } }) => one(await schedules.get(id, account._id)),
  );
  endpoints.define(
    {
      method: 'put',
      path,
      summary: 'Another time for a post',
      auth: 'member',
      scope: 'write:statuses',
      params,
      body: z.object({ scheduled_at: z.coerce.date('must be a date and time') }),
    },
    async ({ account, params: { id }, body }) =>
      one(await schedules.move(id, account._id, body.scheduled_at.getTime())),
  );
  endpoints.define(
    {
      method: 'delete',
      path,
      summary: 'Do not post it',
      auth: 'member',
      scope: 'write:statuses',
      params,
    },
    async ({ account, params: { id } }) => {
      await schedules.drop(id, account._id);
      return {};
    },
  );
}
