/** Searches kept for another time: /api/mitoyen/v1/saved_searches. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Kit } from '../../kit.ts';
import { invalid, notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { MOST_SAVED, RESULT_TYPES, type SavedSearch } from './saved-search.ts';
import type { SavedSearchStore } from './saved-search-store.ts';

const ROAD = '/api/mitoyen/v1/saved_searches';
const params = z.object({ id: z.string().refine(isId, 'is not an id') });
const body = z.object({
  title: z.string().trim().min(1, "can't be blank").max(100),
  query: z.string().trim().min(1, "can't be blank").max(500),
  types: z
    .preprocess(
      (value) => (typeof value === 'string' ? [value] : value),
      z.array(z.enum(RESULT_TYPES)).max(RESULT_TYPES.length),
    )
    .optional(),
});

export function addSavedSearchRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; store: SavedSearchStore },
): void {
  const { kit, store } = deps;
  const writing = { auth: 'member', scope: 'write:accounts' } as const;

  endpoints.define(
    {
      method: 'get',
      path: ROAD,
      summary: 'Searches that I kept',
      auth: 'member',
      scope: 'read:search',
    },
    async ({ account }) => (await store.of(account._id)).map(view),
  );
  endpoints.define(
    { ...writing, method: 'post', path: ROAD, summary: 'Keep a search', body },
    async ({ account, body: { title, query, types = [] } }) => {
      if ((await store.count(account._id)) >= MOST_SAVED)
        throw invalid({
          field: 'title',
          code: 'ERR_TOO_MANY',
          message: `would be more than ${MOST_SAVED}`,
        });
      const now = kit.clock.now();
      const made = { _id: kit.nextId(), account: account._id, title, query, types };
      const search = { ...made, createdAt: now, updatedAt: now };
      await store.insert(search);
      return view(search);
    },
  );
  endpoints.define(
    {
      ...writing,
      method: 'patch',
      path: `${ROAD}/:id`,
      summary: 'Change a search that I kept',
      params,
      body: body.partial(),
    },
    async ({ account, params: { id }, body }) => {
      const chosen = Object.entries(body).filter(([, value]) => value !== undefined);
      const updatedAt = kit.clock.now();
      const changed = await store.change(id, account._id, {
        ...Object.fromEntries(chosen),
        updatedAt,
      });
      if (!changed) throw notFound();
      return view(changed);
    },
  );
  endpoints.define(
    {
      ...writing,
      method: 'delete',
      path: `${ROAD}/:id`,
      summary: 'Keep a search no longer',
      params,
    },
    async ({ account, params: { id } }) => {
      if (!(await store.remove(id, account._id))) throw notFound();
      return {};
    },
  );
}

function view({ _id, title, query, types, createdAt, updatedAt }: SavedSearch) {
  return {
    id: _id,
    title,
    query,
    types,
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
  };
}
