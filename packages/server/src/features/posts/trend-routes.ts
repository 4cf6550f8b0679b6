/** Trends, which are off unless the organization switches them on: then of public posts alone. */
import { z } from 'zod';
import type { Kit } from '../../kit.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import type { PostStore } from './post-store.ts';
import type { PostViews } from './post-view.ts';
import type { ReadPosts } from './read-posts.ts';
import { isBySilenced } from './status-parts-view.ts';
import { TREND_DAYS, trendingPosts, trendingTags } from './trends.ts';

const SAMPLE = 1000;
const KEPT_MS = 60_000;
const DAY_MS = 24 * 3600_000;
const page = z.object({
  limit: pageLimit(20, 40),
  offset: z.coerce.number().int().min(0).max(SAMPLE).catch(0).default(0),
});

export function addTrendRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; store: PostStore; read: ReadPosts; views: PostViews },
): void {
  const { kit, store, read, views } = deps;
  let counted: { at: number; ids: string[] } | null = null;

  /** Ids of public posts of the last days, the newest thousand; counted anew every minute. */
  async function recent(): Promise<string[]> {
    const now = kit.clock.now();
    if (!counted || now - counted.at > KEPT_MS) {
      const since = kit.nextId(now - TREND_DAYS * DAY_MS);
      const posts = await store.stream(['local', 'remote'], { sinceId: since, limit: SAMPLE });
      const open = await read.visibleOf(posts, null, { hideMuted: false });
      counted = {
        at: now,
        ids: open.filter((post) => post.kind === 'post').map((post) => post._id),
      };
    }
    return counted.ids;
  }

  /** As they are now, and as far as this viewer reads them. */
  const readable = async (viewer: Parameters<typeof read.visibleOf>[1]) =>
    read.visibleOf(await store.many(await recent()), viewer, { hideMuted: true });

  const isOn = kit.config.trends.enabled;
  const listed = { method: 'get', auth: 'optional', scope: 'read:statuses', query: page } as const;

  for (const path of ['/api/v1/trends/tags', '/api/v1/trends']) {
    endpoints.define(
      { ...listed, path, summary: 'Hashtags that many use, where trends are on' },
      async ({ account, query: { offset, limit } }) => {
        if (!isOn || !account) return [];
        const tags = trendingTags(await readable(account), kit.clock.now());
        return tags.slice(offset, offset + limit).map(({ name, history }) => ({
          id: name,
          name,
          url: `${kit.baseUrl}/tags/${encodeURIComponent(name)}`,
          history,
        }));
      },
    );
  }
  endpoints.define(
    {
      ...listed,
      path: '/api/v1/trends/statuses',
      summary: 'Posts that move many, where trends are on',
    },
    async ({ account, query: { offset, limit } }) => {
      if (!isOn || !account) return [];
      const posts = trendingPosts(await readable(account));
      const shown = await views.present(posts.slice(offset, offset + limit), account);
      return shown.filter((status) => !isBySilenced(status));
    },
  );
  endpoints.define(
    {
      ...listed,
      path: '/api/v1/trends/links',
      summary: 'Links that many share (never ranked here)',
    },
    async () => [],
  );
}
