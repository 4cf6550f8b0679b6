/** The client API of filters (v2). */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import { notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { FILTER_ACTIONS, FILTER_CONTEXTS } from './filter.ts';
import type { FilterStore } from './filter-store.ts';
import { viewFilter, viewFilterPost, viewKeyword } from './filter-view.ts';
import {
  blank,
  type FilterChange,
  type KeywordChange,
  type ManageFilters,
} from './manage-filters.ts';

export const idParams = z.object({ id: z.string().refine(isId, 'is not a filter id') });
const MOST_SECONDS = 10 * 366 * 86_400;
/** Seconds, or nothing for ever: apps send null or an empty string. */
export const expiresIn = z
  .preprocess(
    (value) => (value === '' ? null : value),
    z.coerce.number().int().min(0).max(MOST_SECONDS).nullable(),
  )
  .optional();
export const phrase = z.string().trim().min(1, "can't be blank").max(200);
export const contexts = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.enum(FILTER_CONTEXTS)).max(FILTER_CONTEXTS.length),
);
const keywordBody = z.object({ keyword: phrase.optional(), whole_word: flag.optional() });
/** A list, or an object by index, as forms send it. */
const keywords = z
  .union([z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .transform((value) => Object.values(value))
  .pipe(
    z.array(keywordBody.extend({ id: z.string().optional(), _destroy: flag.optional() })).max(500),
  );
const filterBody = z.object({
  title: z.string().trim().max(200).optional(),
  context: contexts.optional(),
  filter_action: z.enum(FILTER_ACTIONS).optional(),
  expires_in: expiresIn,
  keywords_attributes: keywords.optional(),
});

function changeOf(body: z.output<typeof filterBody>): FilterChange {
  return {
    title: body.title || undefined,
    contexts: body.context && [...new Set(body.context)],
    action: body.filter_action,
    expiresIn: body.expires_in,
    keywords: body.keywords_attributes?.map(
      ({ id, keyword, whole_word, _destroy }): KeywordChange => ({
        id,
        keyword,
        wholeWord: whole_word,
        destroy: _destroy,
      }),
    ),
  };
}

export function addFilterRoutes(
  endpoints: Endpoints,
  deps: { store: FilterStore; manage: ManageFilters },
): void {
  const { store, manage } = deps;
  const reading = { method: 'get', auth: 'member', scope: 'read:filters' } as const;
  const writing = { auth: 'member', scope: 'write:filters' } as const;
  const params = idParams;

  endpoints.define(
    { ...reading, path: '/api/v2/filters', summary: 'My filters' },
    async ({ account }) => (await store.of(account._id)).map(viewFilter),
  );
  endpoints.define(
    {
      ...writing,
      method: 'post',
      path: '/api/v2/filters',
      summary: 'Make a filter',
      body: filterBody,
      rules: ({ title, context }) => [
        ...(typeof title === 'string' && title.trim() !== '' ? [] : [blank('title')]),
        ...(context === undefined ? [blank('context')] : []),
      ],
    },
    async ({ account, body }) => viewFilter(await manage.create(account, changeOf(body))),
  );
  // Before `/:id`: these paths have their own second word.
  addKeywordRoutes(endpoints, manage);
  addPostRoutes(endpoints, manage);

  endpoints.define(
    { ...reading, path: '/api/v2/filters/:id', summary: 'A filter', params },
    async ({ account, params: { id } }) => viewFilter(await manage.get(account, id)),
  );
  endpoints.define(
    {
      ...writing,
      method: 'put',
      path: '/api/v2/filters/:id',
      summary: 'Change a filter',
      params,
      body: filterBody,
    },
    async ({ account, params: { id }, body }) =>
      viewFilter(await manage.change(account, id, changeOf(body))),
  );
  endpoints.define(
    { ...writing, method: 'delete', path: '/api/v2/filters/:id', summary: 'End a filter', params },
    async ({ account, params: { id } }) => {
      await manage.remove(account, id);
      return {};
    },
  );
}

function addKeywordRoutes(endpoints: Endpoints, manage: ManageFilters): void {
  const reading = { method: 'get', auth: 'member', scope: 'read:filters' } as const;
  const writing = { auth: 'member', scope: 'write:filters' } as const;
  const params = idParams;
  const body = keywordBody;
  const list = '/api/v2/filters/:id/keywords';
  const single = '/api/v2/filters/keywords/:id';

  endpoints.define(
    { ...reading, path: list, summary: 'Keywords of a filter', params },
    async ({ account, params: { id } }) =>
      (await manage.get(account, id)).keywords.map(viewKeyword),
  );
  endpoints.define(
    { ...writing, method: 'post', path: list, summary: 'Add a keyword', params, body },
    async ({ account, params: { id }, body: { keyword, whole_word } }) => {
      const keywords = [{ keyword: keyword ?? '', wholeWord: whole_word }];
      const added = (await manage.change(account, id, { keywords })).keywords.at(-1);
      if (!added) throw notFound();
      return viewKeyword(added);
    },
  );
  endpoints.define(
    { ...reading, path: single, summary: 'A keyword', params },
    async ({ account, params: { id } }) => one(await manage.withKeyword(account, id), id),
  );
  endpoints.define(
    { ...writing, method: 'put', path: single, summary: 'Change a keyword', params, body },
    async ({ account, params: { id }, body: { keyword, whole_word } }) => {
      const filter = await manage.withKeyword(account, id);
      const keywords = [{ id, keyword, wholeWord: whole_word }];
      return one(await manage.change(account, filter._id, { keywords }), id);
    },
  );
  endpoints.define(
    { ...writing, method: 'delete', path: single, summary: 'Drop a keyword', params },
    async ({ account, params: { id } }) => {
      const filter = await manage.withKeyword(account, id);
      await manage.change(account, filter._id, { keywords: [{ id, destroy: true }] });
      return {};
    },
  );
}

function one(filter: Awaited<ReturnType<ManageFilters['get']>>, id: string) {
  const keyword = filter.keywords.find((candidate) => candidate.id === id);
  if (!keyword) throw notFound();
  return viewKeyword(keyword);
}

function addPostRoutes(endpoints: Endpoints, manage: ManageFilters): void {
  const reading = { method: 'get', auth: 'member', scope: 'read:filters' } as const;
  const writing = { auth: 'member', scope: 'write:filters' } as const;
  const params = idParams;
  const list = '/api/v2/filters/:id/statuses';
  const single = '/api/v2/filters/statuses/:id';

  endpoints.define(
    { ...reading, path: list, summary: 'Posts of a filter', params },
    async ({ account, params: { id } }) =>
      (await manage.get(account, id)).posts.map(viewFilterPost),
  );
  endpoints.define(
    {
      ...writing,
      method: 'post',
      path: list,
      summary: 'Filter a post',
      params,
      body: z.object({ status_id: z.string().refine(isId, 'is not a post id') }),
    },
    async ({ account, params: { id }, body }) =>
      viewFilterPost(await manage.addPost(account, id, body.status_id)),
  );
  endpoints.define(
    { ...reading, path: single, summary: 'A filtered post', params },
    async ({ account, params: { id } }) => {
      const found = (await manage.withPost(account, id)).posts.find((post) => post.id === id);
      if (!found) throw notFound();
      return viewFilterPost(found);
    },
  );
  endpoints.define(
    { ...writing, method: 'delete', path: single, summary: 'Filter a post no longer', params },
    async ({ account, params: { id } }) => viewFilterPost(await manage.removePost(account, id)),
  );
}
