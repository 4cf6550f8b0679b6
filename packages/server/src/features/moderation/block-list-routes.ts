/** Block lists over the API: export, import, and lists that are followed. */
import { z } from 'zod';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import type { BlockLists } from './block-lists.ts';
import { viewComparison, viewSubscription } from './block-view.ts';
import { only } from './moderation-routes.ts';

const BASE = '/api/mitoyen/v1/admin';
const hosts = z.array(z.string().max(300)).max(50_000);

export function addBlockListRoutes(endpoints: Endpoints, lists: BlockLists): void {
  const read = { auth: 'member', scope: 'admin:read:domain_blocks' } as const;
  const write = { auth: 'member', scope: 'admin:write:domain_blocks' } as const;

  endpoints.define(
    {
      ...read,
      method: 'get',
      path: `${BASE}/block_list.csv`,
      summary: 'All blocks as the CSV that Mastodon imports (admin)',
      answerType: 'text/csv; charset=utf-8',
      audited: true,
    },
    async ({ account, ctx }) => {
      only(account, ['admin']);
      const csv = await lists.exportCsv();
      ctx.set('Cache-Control', 'private, no-store');
      ctx.set('Content-Disposition', 'attachment; filename="domain_blocks.csv"');
      ctx.type = 'text/csv; charset=utf-8';
      ctx.body = csv;
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path: `${BASE}/block_list`,
      summary: 'Imports a CSV of blocks, or with dry_run says what it would change (admin)',
      body: z.object({
        csv: z.string().min(1),
        dry_run: flag.default(false),
        partners: hosts.default([]),
      }),
    },
    async ({ account, body }) => {
      only(account, ['admin']);
      const found = viewComparison(await lists.compare(body.csv));
      if (body.dry_run) return { ...found, applied: null };
      const { csv, partners } = body;
      return { ...found, applied: await lists.importCsv(csv, account._id, { partners }) };
    },
  );

  endpoints.define(
    {
      ...read,
      method: 'get',
      path: `${BASE}/block_lists`,
      summary: 'Block lists that are followed, and whether they need a review (admin)',
    },
    async ({ account }) => {
      only(account, ['admin']);
      return (await lists.subscriptions()).map(viewSubscription);
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path: `${BASE}/block_lists`,
      summary: 'Follows a block list: it is fetched daily, and applied after a review only (admin)',
      body: z.object({ url: z.string().max(2048) }),
    },
    async ({ account, body }) => {
      only(account, ['admin']);
      return viewSubscription(await lists.subscribe(body.url, account._id));
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'delete',
      path: `${BASE}/block_lists/:id`,
      summary: 'Follows a block list no longer; its blocks stay (admin)',
    },
    async ({ account, params }) => {
      only(account, ['admin']);
      await lists.unsubscribe(params.id ?? '', account._id);
      return {};
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path: `${BASE}/block_lists/:id/check`,
      summary: 'Fetches a block list now (admin)',
    },
    async ({ account, params }) => {
      only(account, ['admin']);
      return viewSubscription(await lists.check(params.id ?? ''));
    },
  );

  endpoints.define(
    {
      ...read,
      method: 'get',
      path: `${BASE}/block_lists/:id/review`,
      summary: 'What a block list would change here (admin)',
    },
    async ({ account, params }) => {
      only(account, ['admin']);
      return viewComparison(await lists.review(params.id ?? ''));
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path: `${BASE}/block_lists/:id/apply`,
      summary: 'Applies a block list, or some hosts of it, as it was reviewed (admin)',
      body: z.object({
        digest: z.string().max(100).optional(),
        only: hosts.optional(),
        partners: hosts.optional(),
      }),
    },
    async ({ account, params, body }) => {
      only(account, ['admin']);
      const { digest, only: named, partners } = body;
      return lists.apply(params.id ?? '', account._id, {
        ...(digest !== undefined && { digest }),
        ...(named && { only: named }),
        ...(partners && { partners }),
      });
    },
  );
}
