/** The client API of filters as version 1 had it: every keyword is a filter of its own. */
import { z } from 'zod';
import { invalid, notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import type { Filter } from './filter.ts';
import { contexts, expiresIn, idParams, phrase } from './filter-routes.ts';
import type { FilterStore } from './filter-store.ts';
import { viewV1 } from './filter-view.ts';
import type { ManageFilters } from './manage-filters.ts';

const body = z.object({
  phrase: phrase.optional(),
  context: contexts.optional(),
  irreversible: flag.optional(),
  whole_word: flag.optional(),
  expires_in: expiresIn,
});

export function addFilterV1Routes(
  endpoints: Endpoints,
  deps: { store: FilterStore; manage: ManageFilters },
): void {
  const { store, manage } = deps;
  const reading = { method: 'get', auth: 'member', scope: 'read:filters' } as const;
  const writing = { auth: 'member', scope: 'write:filters' } as const;
  const params = idParams;

  endpoints.define(
    { ...reading, path: '/api/v1/filters', summary: 'My filters (v1)' },
    async ({ account }) =>
      (await store.of(account._id)).flatMap((filter) =>
        filter.keywords.map((keyword) => viewV1(filter, keyword)),
      ),
  );
  endpoints.define(
    { ...writing, method: 'post', path: '/api/v1/filters', summary: 'Make a filter (v1)', body },
    async ({ account, body }) => {
      if (!body.phrase)
        throw invalid({ field: 'phrase', code: 'ERR_BLANK', message: "can't be blank" });
      const filter = await manage.create(account, {
        title: body.phrase,
        contexts: body.context,
        action: body.irreversible ? 'hide' : 'warn',
        expiresIn: body.expires_in,
        keywords: [{ keyword: body.phrase, wholeWord: body.whole_word }],
      });
      return only(filter, filter.keywords[0]?.id ?? '');
    },
  );
  endpoints.define(
    { ...reading, path: '/api/v1/filters/:id', summary: 'A filter (v1)', params },
    async ({ account, params: { id } }) => only(await manage.withKeyword(account, id), id),
  );
  endpoints.define(
    {
      ...writing,
      method: 'put',
      path: '/api/v1/filters/:id',
      summary: 'Change a filter (v1)',
      params,
      body,
    },
    async ({ account, params: { id }, body }) => {
      const filter = await manage.withKeyword(account, id);
      const changed = await manage.change(account, filter._id, {
        contexts: body.context,
        action: body.irreversible === undefined ? undefined : body.irreversible ? 'hide' : 'warn',
        expiresIn: body.expires_in,
        keywords: [{ id, keyword: body.phrase, wholeWord: body.whole_word }],
      });
      return only(changed, id);
    },
  );
  endpoints.define(
    {
      ...writing,
      method: 'delete',
      path: '/api/v1/filters/:id',
      summary: 'End a filter (v1)',
      params,
    },
    async ({ account, params: { id } }) => {
      const filter = await manage.withKeyword(account, id);
      const isLast = filter.keywords.length === 1 && filter.posts.length === 0;
      if (isLast) await manage.remove(account, filter._id);
      else await manage.change(account, filter._id, { keywords: [{ id, destroy: true }] });
      return {};
    },
  );
}

function only(filter: Filter, id: string) {
  const keyword = filter.keywords.find((one) => one.id === id);
  if (!keyword) throw notFound();
  return viewV1(filter, keyword);
}
