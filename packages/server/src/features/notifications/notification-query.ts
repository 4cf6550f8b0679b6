/** What an app asks for, as a query of the store. */
import { z } from 'zod';
import { flag } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import { pageQuery } from '../../platform/http/pages.ts';
import type { NotificationPage } from './notification-store.ts';
import { NOT_FOR_PLAIN_APPS, storedTypes } from './notification-view.ts';

const types = z.preprocess(
  (value) => (value === undefined ? undefined : Array.isArray(value) ? value : [value]),
  z.array(z.string().max(50)).max(50).optional(),
);

export const filterQuery = z.object({
  types,
  exclude_types: types,
  account_id: z.string().max(40).optional(),
  /** Our own types as they are. */
  mitoyen: flag.optional(),
  /** Also what is held back; it is always there for one sender. */
  include_filtered: flag.optional(),
});

/** How far unread notifications are counted. */
export const unreadLimit = pageLimit(100, 1000);

export const listQuery = pageQuery.extend(filterQuery.shape);

type Filter = z.output<typeof filterQuery>;

/** Apps that do not ask for our own types get only what they can show. */
export function wantsOwnTypes({ mitoyen, types: named = [] }: Filter): boolean {
  return mitoyen === true || named.some((type) => type.startsWith('mitoyen.'));
}

export function filterOf(
  query: Filter,
): Pick<NotificationPage, 'types' | 'without' | 'from' | 'withHeld'> {
  const own = wantsOwnTypes(query);
  const excluded = query.exclude_types ?? [];
  const without = [
    ...(own ? (excluded as NotificationPage['without'] & object) : storedTypes(excluded)),
    ...(own ? [] : NOT_FOR_PLAIN_APPS),
  ];
  return {
    ...(query.types && {
      types: own ? (query.types as NotificationPage['types']) : storedTypes(query.types),
    }),
    ...(without.length > 0 && { without }),
    ...(query.account_id && { from: query.account_id }),
    ...((query.include_filtered ?? query.account_id !== undefined) && { withHeld: true }),
  };
}

export function pageOf(query: z.output<typeof listQuery>): NotificationPage {
  const { max_id: maxId, since_id: sinceId, min_id: minId, limit } = query;
  return { ...filterOf(query), maxId, sinceId, minId, limit };
}
