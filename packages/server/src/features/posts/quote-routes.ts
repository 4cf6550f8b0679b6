/** The client API of quotes: who quotes a post, who may, and taking a quote back. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import { notFound } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { idPage, idPageOf, pageQuery } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import { QUOTE_POLICIES } from '../preferences/preferences.ts';
import type { Post } from './post.ts';
import type { PostViews } from './post-view.ts';
import type { QuotePosts } from './quote-posts.ts';
import type { QuoteStore } from './quote-store.ts';
import type { ReadPosts } from './read-posts.ts';

const params = z.object({ id: z.string().refine(isId, 'is not a post id') });

export function addQuoteRoutes(
  endpoints: Endpoints,
  deps: { quoteStore: QuoteStore; read: ReadPosts; views: PostViews; quotes: QuotePosts },
): void {
  const { quoteStore, read, views, quotes } = deps;

  async function one(post: Post, viewer: Account) {
    const [status] = await views.present([post], viewer);
    if (!status) throw notFound();
    return status;
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/statuses/:id/quotes',
      summary: 'Posts that quote it, of those that I may read',
      auth: 'member',
      scope: 'read:statuses',
      params,
      query: pageQuery,
    },
    async ({ account, params: { id }, query }) => {
      const post = await read.target(id, account);
      const rows = await quoteStore.of(post._id, idPageOf(query));
      const seen = await read.visibleOf(rows, account, { hideMuted: true });
      return idPage(
        await views.present(seen, account),
        rows.map((row) => row._id),
        query.limit,
      );
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/statuses/:id/quotes/:quoting/revoke',
      summary: 'Take back the consent to a quote of the own post',
      auth: 'member',
      scope: 'write:statuses',
      params: params.extend({ quoting: params.shape.id }),
    },
    async ({ account, params: { id, quoting } }) => {
      const revoked = await quotes.revoke(id, quoting, account);
      const [seen] = await read.visibleOf([revoked], account, { hideMuted: false });
      if (!seen) throw notFound();
      return one(seen, account);
    },
  );

  endpoints.define(
    {
      method: 'put',
      path: '/api/v1/statuses/:id/interaction_policy',
      summary: 'Who may quote the own post; quotes that are there stay',
      auth: 'member',
      scope: 'write:statuses',
      params,
      body: z.object({ quote_approval_policy: z.enum(QUOTE_POLICIES) }),
    },
    async ({ account, params: { id }, body }) =>
      one(await quotes.setPolicy(id, account, body.quote_approval_policy), account),
  );
}
