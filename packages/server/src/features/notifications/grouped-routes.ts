/** Notifications v2: those of one kind about one post are one. */
import { z } from 'zod';
import { notFound } from '../../platform/app-error.ts';
import { type Endpoints, Page } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { Notification } from './notification.ts';
import { listQuery, pageOf, wantsOwnTypes } from './notification-query.ts';
import type { NotificationStore } from './notification-store.ts';
import {
  groupKey,
  type NotificationViews,
  readGroupKey,
  type Shown,
  storedTypes,
} from './notification-view.ts';

const MOST_SAMPLES = 8;
/** Rows that one group is made of, at most. */
const MOST_IN_GROUP = 500;

const groupedTypes = z.preprocess(
  (value) => (value === undefined ? undefined : Array.isArray(value) ? value : [value]),
  z.array(z.string().max(50)).max(50).optional(),
);

export function addGroupedRoutes(
  endpoints: Endpoints,
  deps: { store: NotificationStore; views: NotificationViews },
): void {
  const { store, views } = deps;

  endpoints.define(
    {
      method: 'get',
      path: '/api/v2/notifications',
      summary: 'What happened to me, grouped',
      auth: 'member',
      scope: 'read:notifications',
      query: listQuery.extend({ grouped_types: groupedTypes }),
    },
    async ({ account, query }) => {
      const rows = await store.list(account._id, pageOf(query));
      const shown = await views.hydrate(rows, account, { ownTypes: wantsOwnTypes(query) });
      const last = rows.at(-1)?._id;
      const first = rows[0]?._id;
      return new Page(results(shown, query.grouped_types), {
        next: last && rows.length >= query.limit ? { max_id: last } : null,
        prev: first ? { min_id: first } : null,
      });
    },
  );

  const params = z.object({ key: z.string().max(100) });
  endpoints.define(
    {
      method: 'get',
      path: '/api/v2/notifications/:key',
      summary: 'One group of notifications',
      auth: 'member',
      scope: 'read:notifications',
      params,
    },
    async ({ account, params: { key } }) => {
      const shown = await shownOf(key, account);
      if (shown.length === 0) throw notFound();
      return results(shown, undefined);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v2/notifications/:key/accounts',
      summary: 'Everybody in a group of notifications',
      auth: 'member',
      scope: 'read:notifications',
      params,
    },
    async ({ account, params: { key } }) => {
      const shown = await shownOf(key, account);
      return [...new Map(shown.map((one) => [one.account.id, one.account])).values()];
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v2/notifications/:key/dismiss',
      summary: 'Remove a group of notifications',
      auth: 'member',
      scope: 'write:notifications',
      params,
    },
    async ({ account, params: { key } }) => {
      const rows = await rowsOf(key, account);
      await store.removeMany(
        rows.map((row) => row._id),
        account._id,
      );
      return {};
    },
  );

  async function shownOf(key: string, account: Account): Promise<Shown[]> {
    const ownTypes = key.startsWith('mitoyen.');
    return views.hydrate(await rowsOf(key, account), account, { ownTypes });
  }

  async function rowsOf(key: string, account: Account): Promise<Notification[]> {
    const named = readGroupKey(key);
    if (!named) throw notFound();
    if ('id' in named) {
      const row = await store.get(named.id, account._id);
      return row ? [row] : [];
    }
    const types = storedTypes([named.type]);
    return store.about(account._id, { post: named.post, types }, MOST_IN_GROUP);
  }

  function results(shown: Shown[], among: string[] | undefined) {
    const groups = Map.groupBy(shown, ({ row, type }) =>
      groupKey(row, type, among ? new Set(among) : undefined),
    );
    const unique = <T extends { id: string }>(items: T[]) => [
      ...new Map(items.map((item) => [item.id, item])).values(),
    ];
    return {
      accounts: unique(
        shown.flatMap(({ account, group }) => (group ? [account, group] : [account])),
      ),
      statuses: unique(shown.flatMap(({ status }) => status ?? [])),
      notification_groups: [...groups].map(([key, of]) => groupView(key, of)),
    };
  }
}

function groupView(key: string, of: Shown[]) {
  const [newest] = of as [Shown, ...Shown[]];
  const people = [...new Set(of.map(({ account }) => account.id))];
  return {
    group_key: key,
    notifications_count: of.length,
    type: newest.type,
    most_recent_notification_id: newest.row._id,
    page_max_id: newest.row._id,
    page_min_id: of.at(-1)?.row._id ?? newest.row._id,
    latest_page_notification_at: new Date(newest.row.at).toISOString(),
    sample_account_ids: people.slice(0, MOST_SAMPLES),
    ...(newest.status && { status_id: newest.status.id }),
    mitoyen: {
      type: newest.row.type,
      emojis: [...new Set(of.flatMap(({ row }) => row.emoji ?? []))],
      group_id: newest.group?.id ?? null,
    },
  };
}
