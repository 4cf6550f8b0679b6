/** The client API of notifications (v1), and how many are unread. */
import { z } from 'zod';
import { notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { idPage } from '../../platform/http/pages.ts';
import type { CountUnread } from './count-unread.ts';
import {
  filterQuery,
  listQuery,
  pageOf,
  unreadLimit,
  wantsOwnTypes,
} from './notification-query.ts';
import type { NotificationStore } from './notification-store.ts';
import type { NotificationViews } from './notification-view.ts';

export function addNotificationRoutes(
  endpoints: Endpoints,
  deps: { store: NotificationStore; views: NotificationViews; countUnread: CountUnread },
): void {
  const { store, views } = deps;
  const reading = { method: 'get', auth: 'member', scope: 'read:notifications' } as const;
  const writing = { method: 'post', auth: 'member', scope: 'write:notifications' } as const;

  endpoints.define(
    {
      ...reading,
      path: '/api/v1/notifications',
      summary: 'What happened to me, newest first; mitoyen=1 for our own types',
      query: listQuery,
    },
    async ({ account, query }) => {
      const rows = await store.list(account._id, pageOf(query));
      return idPage(
        await views.present(rows, account, { ownTypes: wantsOwnTypes(query) }),
        rows.map((row) => row._id),
        query.limit,
      );
    },
  );

  endpoints.define(
    {
      ...reading,
      path: '/api/v1/notifications/unread_count',
      summary: 'How many since the marker of notifications',
      query: filterQuery.extend({
        limit: unreadLimit,
      }),
    },
    async ({ account, query }) => ({
      count: await deps.countUnread(account, query, ({ row }) => row._id),
    }),
  );

  endpoints.define(
    { ...writing, path: '/api/v1/notifications/clear', summary: 'Remove all' },
    async ({ account }) => {
      await store.clear(account._id);
      return {};
    },
  );
  endpoints.define(
    {
      ...writing,
      path: '/api/v1/notifications/dismiss',
      summary: 'Remove one (as older apps do)',
      body: z.object({ id: z.string().max(40) }),
    },
    async ({ account, body }) => {
      await store.removeMany([body.id], account._id);
      return {};
    },
  );

  const params = z.object({ id: z.string().max(40) });
  endpoints.define(
    { ...reading, path: '/api/v1/notifications/:id', summary: 'One notification', params },
    async ({ account, params: { id } }) => {
      const row = await store.get(id, account._id);
      const [shown] = row ? await views.present([row], account, { ownTypes: true }) : [];
      if (!shown) throw notFound();
      return shown;
    },
  );
  endpoints.define(
    { ...writing, path: '/api/v1/notifications/:id/dismiss', summary: 'Remove one', params },
    async ({ account, params: { id } }) => {
      await store.removeMany([id], account._id);
      return {};
    },
  );
}
