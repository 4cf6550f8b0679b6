/** The client API of notifications. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import { notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag, idPage, pageQuery } from '../../platform/http/endpoints.ts';
import type { NotificationType } from './notification.ts';
import type { createNotificationStore } from './notification-store.ts';
import type { createNotificationViews } from './notification-view.ts';

const types = z.preprocess(
  (value) => (value === undefined ? undefined : Array.isArray(value) ? value : [value]),
  z.array(z.string().max(50)).max(50).optional(),
);
const MOST_UNREAD = 100;

export function addNotificationRoutes(
  endpoints: Endpoints,
  deps: {
    apis: Apis;
    store: ReturnType<typeof createNotificationStore>;
    present: ReturnType<typeof createNotificationViews>;
  },
): void {
  const { apis, store, present } = deps;

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/notifications',
      summary: 'What happened to me, newest first; mitoyen=1 for our own types',
      auth: 'member',
      scope: 'read:notifications',
      query: pageQuery.extend({
        types,
        exclude_types: types,
        account_id: z.string().max(40).optional(),
        mitoyen: flag.optional(),
      }),
    },
    async ({ account, query }) => {
      const rows = await store.list(account._id, {
        maxId: query.max_id,
        sinceId: query.since_id,
        minId: query.min_id,
        limit: query.limit,
        types: withReactions(query.types),
        without: query.exclude_types as NotificationType[] | undefined,
        from: query.account_id,
      });
      const ordered = rows.toSorted((a, b) => (a._id < b._id ? 1 : -1));
      const hidden = await apis.relations.hiddenAmong(
        account._id,
        ordered.map((row) => row.from),
      );
      const shown = ordered.filter((row) => !hidden.has(row.from));
      const ownTypes =
        query.mitoyen === true || (query.types ?? []).some((type) => type.startsWith('mitoyen.'));
      return idPage(
        await present(shown, account, { ownTypes }),
        ordered.map((row) => row._id),
        query.limit,
      );
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/notifications/unread_count',
      summary: 'How many since the marker',
      auth: 'member',
      scope: 'read:notifications',
      query: z.object({ since_id: z.string().max(40).optional() }),
    },
    async ({ account, query }) => ({
      count: await store.countSince(account._id, query.since_id ?? '', MOST_UNREAD),
    }),
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/notifications/clear',
      summary: 'Remove all',
      auth: 'member',
      scope: 'write:notifications',
    },
    async ({ account }) => {
      await store.clear(account._id);
      return {};
    },
  );

  const params = z.object({ id: z.string().max(40) });
  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/notifications/:id',
      summary: 'One notification',
      auth: 'member',
      scope: 'read:notifications',
      params,
    },
    async ({ account, params: { id } }) => {
      const row = await store.get(id, account._id);
      const [shown] = row ? await present([row], account, { ownTypes: true }) : [];
      if (!shown) throw notFound();
      return shown;
    },
  );
  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/notifications/:id/dismiss',
      summary: 'Remove one',
      auth: 'member',
      scope: 'write:notifications',
      params,
    },
    async ({ account, params: { id } }) => {
      await store.remove(id, account._id);
      return {};
    },
  );
}

/** Plain apps see emoji reactions as likes, so asking for likes asks for both. */
function withReactions(wanted: string[] | undefined): NotificationType[] | undefined {
  if (!wanted) return undefined;
  return (
    wanted.includes('favourite') ? [...wanted, 'mitoyen.reaction'] : wanted
  ) as NotificationType[];
}
