/** Lists of the API, page by page: what is asked for, and the cursors that the `Link` header gives. */
import type { Context } from 'koa';
import { z } from 'zod';
import type { IdPage } from '../id-page.ts';
import { pageLimit } from './page-limit.ts';

/** A list (or an object with lists in it) and its cursors: becomes the body and the `Link` header. */
export class Page {
  readonly items: object;
  readonly next: Record<string, string> | null;
  readonly prev: Record<string, string> | null;
  constructor(
    items: object,
    cursors: { next: Record<string, string> | null; prev: Record<string, string> | null },
  ) {
    this.items = items;
    this.next = cursors.next;
    this.prev = cursors.prev;
  }
}

/** A page whose cursors are ids: `max_id` for older, `min_id` for newer. `ids` are of the rows read, in order. */
export function idPage(items: unknown[], ids: string[], limit: number): Page {
  const last = ids.at(-1);
  const first = ids[0];
  return new Page(items, {
    next: last && ids.length >= limit ? { max_id: last } : null,
    prev: first ? { min_id: first } : null,
  });
}

/** The usual page parameters of a list. */
export const pageQuery = z.object({
  max_id: z.string().optional(),
  since_id: z.string().optional(),
  min_id: z.string().optional(),
  limit: pageLimit(20, 80),
});

/** As stores take it. */
export function idPageOf(query: z.output<typeof pageQuery>): IdPage {
  const { max_id, since_id, min_id, limit } = query;
  // Apps send what they do not mean as nothing.
  return {
    maxId: max_id || undefined,
    sinceId: since_id || undefined,
    minId: min_id || undefined,
    limit,
  };
}

/** What `Link` says of the pages beside this one; nothing where there is none. */
export function linkHeader(ctx: Context, page: Page): string {
  const link = (cursor: Record<string, string> | null, rel: string) => {
    if (!cursor) return [];
    const query = new URLSearchParams(ctx.querystring);
    for (const name of ['max_id', 'min_id', 'since_id', 'cursor', 'after']) query.delete(name);
    for (const [name, value] of Object.entries(cursor)) query.set(name, value);
    return [`<${ctx.state.baseUrl}${ctx.path}?${query}>; rel="${rel}"`];
  };
  return [...link(page.next, 'next'), ...link(page.prev, 'prev')].join(', ');
}
