/** Blocks of hosts over the API: in Mastodon's shapes, and at our own address. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import { notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import { idPage, idPageOf } from '../../platform/http/pages.ts';
import { cutIdPage } from '../../platform/id-page.ts';
import { type BlockDetails, SEVERITIES, type Severity } from '../partners/partners.ts';
import { viewBlock } from './block-view.ts';
import { only } from './moderation-routes.ts';

const comment = z.string().max(2000);
const changeBody = z.object({
  severity: z.enum(SEVERITIES).optional(),
  reject_media: flag.optional(),
  reject_reports: flag.optional(),
  private_comment: comment.optional(),
  public_comment: comment.optional(),
  obfuscate: flag.optional(),
});
const pageOf = z.object({
  max_id: z.string().max(64).optional(),
  since_id: z.string().max(64).optional(),
  min_id: z.string().max(64).optional(),
  limit: pageLimit(100, 200),
});

/** Ours blocks whole unless told otherwise; Mastodon's silences. */
const PLACES = [
  ['/api/mitoyen/v1/admin/domain_blocks', 'suspend'],
  ['/api/v1/admin/domain_blocks', 'silence'],
] as const;

export function addBlockRoutes(endpoints: Endpoints, apis: Apis): void {
  for (const [path, severity] of PLACES) addPlace(endpoints, apis, { path, severity });
}

function addPlace(
  endpoints: Endpoints,
  apis: Apis,
  place: { path: string; severity: Severity },
): void {
  const { path } = place;
  const read = { auth: 'member', scope: 'admin:read:domain_blocks' } as const;
  const write = { auth: 'member', scope: 'admin:write:domain_blocks' } as const;

  endpoints.define(
    { ...read, method: 'get', path, summary: 'Blocked hosts, newest first (admin)', query: pageOf },
    async ({ account, query }) => {
      only(account, ['admin']);
      const blocks = (await apis.partners.blocks()).toSorted((a, b) => (a._id < b._id ? 1 : -1));
      const page = cutIdPage(blocks, idPageOf(query));
      return idPage(
        page.map(viewBlock),
        page.map(({ _id }) => _id),
        query.limit,
      );
    },
  );

  endpoints.define(
    { ...read, method: 'get', path: `${path}/:id`, summary: 'A blocked host (admin)' },
    async ({ account, params }) => {
      only(account, ['admin']);
      const block = (await apis.partners.blocks()).find(({ _id }) => _id === params.id);
      if (!block) throw notFound();
      return viewBlock(block);
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'post',
      path,
      summary: 'Blocks a host with its subdomains (admin); a suspension ends what there is with it',
      body: changeBody.extend({ domain: z.string().min(1).max(300) }),
    },
    async ({ account, body: { domain, ...body } }) => {
      only(account, ['admin']);
      const severity = body.severity ?? place.severity;
      const details = { ...detailsOf(body), ...defaultsOf(severity, body), severity };
      return viewBlock(await apis.partners.block(domain, details, account._id));
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'put',
      path: `${path}/:id`,
      summary: 'Changes the block of a host (admin)',
      body: changeBody,
    },
    async ({ account, params, body }) => {
      only(account, ['admin']);
      const changed = await apis.partners.changeBlock(
        params.id ?? '',
        detailsOf(body),
        account._id,
      );
      return viewBlock(changed);
    },
  );

  endpoints.define(
    {
      ...write,
      method: 'delete',
      path: `${path}/:id`,
      summary: 'Lifts the block of a host (admin)',
    },
    async ({ account, params }) => {
      only(account, ['admin']);
      return viewBlock(await apis.partners.unblock(params.id ?? '', account._id));
    },
  );
}

/** A suspension refuses everything; of the rest only what was asked for. */
function defaultsOf(severity: Severity, body: z.output<typeof changeBody>) {
  return {
    rejectMedia: body.reject_media ?? severity === 'suspend',
    rejectReports: body.reject_reports ?? severity === 'suspend',
  };
}

function detailsOf(body: z.output<typeof changeBody>): Partial<BlockDetails> {
  const { severity, reject_media, reject_reports, private_comment, public_comment, obfuscate } =
    body;
  return {
    ...(severity !== undefined && { severity }),
    ...(reject_media !== undefined && { rejectMedia: reject_media }),
    ...(reject_reports !== undefined && { rejectReports: reject_reports }),
    ...(private_comment !== undefined && { privateComment: private_comment }),
    ...(public_comment !== undefined && { publicComment: public_comment }),
    ...(obfuscate !== undefined && { obfuscate }),
  };
}
