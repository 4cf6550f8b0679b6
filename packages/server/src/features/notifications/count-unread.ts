/** How many unread ones there are to see: what is muted or filtered away is not waited for. */
import type { z } from 'zod';
import type { Account } from '../accounts/account.ts';
import { filterOf, type filterQuery, wantsOwnTypes } from './notification-query.ts';
import type { NotificationStore } from './notification-store.ts';
import type { NotificationViews, Shown } from './notification-view.ts';

const BATCH = 100;
/** Rows looked at, at most. */
const MOST_ROWS = 2000;

export type CountUnread = (
  account: Account,
  query: z.output<typeof filterQuery> & { limit: number },
  keyOf: (shown: Shown) => string,
) => Promise<number>;

export function createCountUnread(deps: {
  store: NotificationStore;
  views: NotificationViews;
}): CountUnread {
  const { store, views } = deps;

  return async function countUnread(account, query, keyOf) {
    const keys = new Set<string>();
    let maxId: string | undefined;
    for (let seen = 0; seen < MOST_ROWS && keys.size < query.limit; seen += BATCH) {
      const page = { ...filterOf(query), maxId, limit: BATCH };
      const rows = await store.unread(account._id, page);
      const shown = await views.hydrate(rows, account, { ownTypes: wantsOwnTypes(query) });
      for (const one of shown) keys.add(keyOf(one));
      maxId = rows.at(-1)?._id;
      if (rows.length < BATCH) break;
    }
    return Math.min(keys.size, query.limit);
  };
}
