/** Notifications v2: those of one kind about one post are one. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import { notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { Page } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountView } from '../accounts/accounts.ts';
import type { CountUnread } from './count-unread.ts';
import type { Notification } from './notification.ts';
import {
  filterQuery,
  listQuery,
  pageOf,
  unreadLimit,
  wantsOwnTypes,
} from './notification-query.ts';
import type { GroupRows, NotificationStore } from './notification-store.ts';
import {
  type GroupName,
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
  deps: {
    apis: Apis;
    store: NotificationStore;
    views: NotificationViews;
    countUnread: CountUnread;
  },
): void {
  const { apis, store, views } = deps;

  endpoints.define(
    {
      method: 'get',
      path: '/api/v2/notifications',
      summary: 'What happened to me, grouped',
      auth: 'member',
      scope: 'read:notifications',
      query: listQuery.extend({
        grouped_types: groupedTypes,
        expand_accounts: z.enum(['full', 'partial_avatars']).default('full'),
      }),
    },
    async ({ account, query }) => {
      const rows = await store.list(account._id, pageOf(query));
      const shown = await views.hydrate(rows, account, { ownTypes: wantsOwnTypes(query) });
      const last = rows.at(-1)?._id;
      const first = rows[0]?._id;
      const found = await results(shown, query.grouped_types, account);
      const isPartial = query.expand_accounts === 'partial_avatars';
      return new Page(isPartial ? withPartialAccounts(found) : found, {
        next: last && rows.length >= query.limit ? { max_id: last } : null,
        prev: first ? { min_id: first } : null,
      });
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v2/notifications/unread_count',
      summary: 'How many groups since the marker of notifications',
      auth: 'member',
      scope: 'read:notifications',
      query: filterQuery.extend({ grouped_types: groupedTypes, limit: unreadLimit }),
    },
    async ({ account, query }) => {
      const among = query.grouped_types && new Set(query.grouped_types);
      return {
        count: await deps.countUnread(account, query, ({ row, type }) =>
          groupKey(row, type, among),
        ),
      };
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
      return results(shown, undefined, account);
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

  /** Of a group all its members, also those beyond the page. */
  async function sizeOf(key: string, of: Shown[], viewer: Account): Promise<number> {
    const named = readGroupKey(key);
    if (!named || 'id' in named) return of.length;
    const senders = await store.sendersOf(viewer._id, rowsNamed(named));
    const hidden = await apis.relations.silencedAmong(viewer._id, [...new Set(senders)]);
    return Math.max(of.length, senders.filter((one) => !hidden.has(one)).length);
  }

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
    return store.grouped(account._id, rowsNamed(named), MOST_IN_GROUP);
  }

  async function results(shown: Shown[], among: string[] | undefined, viewer: Account) {
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
      notification_groups: await Promise.all(
        [...groups].map(async ([key, of]) => groupView(key, of, await sizeOf(key, of, viewer))),
      ),
    };
  }
}

function rowsNamed({ type, ...of }: Exclude<GroupName, { id: string }>): GroupRows {
  return { ...of, types: storedTypes([type]) };
}

/** Those beside the newest of each group are shown by their picture alone. */
function withPartialAccounts(found: Results) {
  const whole = new Set(
    found.notification_groups.flatMap((group) => [
      ...group.sample_account_ids.slice(0, 1),
      ...(group.mitoyen.group_id ? [group.mitoyen.group_id] : []),
    ]),
  );
  return {
    ...found,
    accounts: found.accounts.filter((account) => whole.has(account.id)),
    partial_accounts: found.accounts
      .filter((account) => !whole.has(account.id))
      .map(({ id, acct, locked, bot, url, avatar, avatar_static }) => ({
        id,
        acct,
        locked,
        bot,
        url,
        avatar,
        avatar_static,
      })),
  };
}

type Results = {
  accounts: AccountView[];
  statuses: object[];
  notification_groups: ReturnType<typeof groupView>[];
};

function groupView(key: string, of: Shown[], size: number) {
  const [newest] = of as [Shown, ...Shown[]];
  const people = [...new Set(of.map(({ account }) => account.id))];
  return {
    group_key: key,
    notifications_count: size,
    type: newest.type,
    most_recent_notification_id: newest.row._id,
    page_max_id: newest.row._id,
    page_min_id: of.at(-1)?.row._id ?? newest.row._id,
    latest_page_notification_at: new Date(newest.row.at).toISOString(),
    sample_account_ids: people.slice(0, MOST_SAMPLES),
    ...(newest.status && { status_id: newest.status.id }),
    ...(newest.report && { report: newest.report }),
    mitoyen: {
      type: newest.row.type,
      emojis: [...new Set(of.flatMap(({ row }) => row.emoji ?? []))],
      group_id: newest.group?.id ?? null,
    },
  };
}
