/** The client API of hashtags: to follow, and to show on the own profile. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { invalid, notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { idPage, idPageOf, pageQuery } from '../../platform/http/pages.ts';
import { MOST_FEATURED_TAGS, MOST_FOLLOWED_TAGS, normaliseTag, type TagRow } from './tag.ts';
import type { TagStore } from './tag-store.ts';
import type { ViewTags } from './view-tags.ts';

const nameParams = z.object({ name: z.string().max(200) });
const idParams = z.object({ id: z.string().refine(isId, 'is not an id') });
const MOST_SUGGESTED = 10;

export function addTagRoutes(
  endpoints: Endpoints,
  deps: {
    kit: Kit;
    apis: Apis;
    followed: TagStore;
    featured: TagStore;
    urlOf: (tag: string) => string;
    viewTags: ViewTags;
  },
): void {
  const { kit, apis, followed, featured, urlOf, viewTags } = deps;

  function named(name: string): string {
    const tag = normaliseTag(name);
    if (!tag) throw invalid({ field: 'name', code: 'ERR_INVALID', message: 'is not a hashtag' });
    return tag;
  }

  async function viewFeatured(rows: TagRow[]) {
    const uses = await Promise.all(rows.map((row) => apis.posts.tagUse(row.account, row.tag)));
    return rows.map((row, index) => ({
      id: row._id,
      name: row.tag,
      url: urlOf(row.tag),
      statuses_count: String(uses[index]?.count ?? 0),
      last_status_at: uses[index]?.lastAt
        ? new Date(uses[index].lastAt).toISOString().slice(0, 10)
        : null,
    }));
  }

  async function add(store: TagStore, account: string, tag: string, most: number) {
    if ((await store.count(account)) >= most)
      throw invalid({
        field: 'name',
        code: 'ERR_TOO_MANY',
        message: `would be more than ${most}`,
      });
    return store.add({ _id: kit.nextId(), account, tag, at: kit.clock.now() });
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/tags/:name',
      summary: 'A hashtag',
      auth: 'member',
      params: nameParams,
    },
    async ({ account, params: { name } }) => (await viewTags([named(name)], account._id))[0],
  );

  for (const [verb, scope, summary, act] of [
    [
      'follow',
      'write:follows',
      'Follow a hashtag',
      (account: string, tag: string) => add(followed, account, tag, MOST_FOLLOWED_TAGS),
    ],
    ['unfollow', 'write:follows', 'Follow a hashtag no longer', followed.remove],
    [
      'feature',
      'write:accounts',
      'Show a hashtag on the own profile',
      (account: string, tag: string) => add(featured, account, tag, MOST_FEATURED_TAGS),
    ],
    ['unfeature', 'write:accounts', 'Show a hashtag no longer', featured.remove],
  ] as const) {
    endpoints.define(
      {
        method: 'post',
        path: `/api/v1/tags/:name/${verb}`,
        summary,
        auth: 'member',
        scope,
        params: nameParams,
      },
      async ({ account, params: { name } }) => {
        const tag = named(name);
        await act(account._id, tag);
        apis.streaming.refresh(account._id);
        return (await viewTags([tag], account._id))[0];
      },
    );
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/followed_tags',
      summary: 'Hashtags that I follow',
      auth: 'member',
      scope: 'read:follows',
      query: pageQuery,
    },
    async ({ account, query }) => {
      const rows = await followed.list(account._id, idPageOf(query));
      const tags = rows.map((row) => row.tag);
      return idPage(
        await viewTags(tags, account._id),
        rows.map((row) => row._id),
        query.limit,
      );
    },
  );

  const featuredOf = async (account: string) =>
    viewFeatured(await featured.list(account, { limit: MOST_FEATURED_TAGS }));

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/featured_tags',
      summary: 'Hashtags on my profile',
      auth: 'member',
      scope: 'read:accounts',
    },
    async ({ account }) => featuredOf(account._id),
  );
  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/featured_tags',
      summary: 'Show a hashtag on my profile',
      auth: 'member',
      scope: 'write:accounts',
      body: z.object({ name: z.string().max(200) }),
    },
    async ({ account, body }) => {
      const row = await add(featured, account._id, named(body.name), MOST_FEATURED_TAGS);
      return (await viewFeatured([row]))[0];
    },
  );
  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/featured_tags/suggestions',
      summary: 'Hashtags that I use most',
      auth: 'member',
      scope: 'read:accounts',
    },
    async ({ account }) => {
      const tags = await apis.posts.tagsUsedBy(account._id, MOST_SUGGESTED + MOST_FEATURED_TAGS);
      const known = await featured.among(account._id, tags);
      const others = tags.filter((tag) => !known.has(tag)).slice(0, MOST_SUGGESTED);
      return viewTags(others, account._id);
    },
  );
  endpoints.define(
    {
      method: 'delete',
      path: '/api/v1/featured_tags/:id',
      summary: 'Show a hashtag no longer',
      auth: 'member',
      scope: 'write:accounts',
      params: idParams,
    },
    async ({ account, params: { id } }) => {
      if (!(await featured.removeById(id, account._id))) throw notFound();
      return {};
    },
  );
  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/accounts/:id/featured_tags',
      summary: 'Hashtags on a profile',
      auth: 'member',
      scope: 'read:accounts',
      params: idParams,
    },
    async ({ account, params: { id } }) => {
      const hidden = await apis.groups.hiddenFor(account, [id]);
      if (hidden.has(id) || !(await apis.accounts.get(id))) throw notFound();
      return featuredOf(id);
    },
  );
}
