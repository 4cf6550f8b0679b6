/** Reports and domain blocks over the API. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { forbidden, notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { idPage, idPageOf, pageQuery } from '../../platform/http/pages.ts';
import type { Account, Role } from '../accounts/account.ts';
import type { FileReport } from './file-report.ts';
import { CATEGORIES, COMMENT_CHARACTERS, MOST_POSTS, type Report } from './report.ts';
import type { ReportStore } from './report-store.ts';
import { createReportView } from './report-view.ts';

const ADMIN = '/api/mitoyen/v1/admin';

const ids = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string().max(64)).max(MOST_POSTS).default([]),
);
const reportBody = z.object({
  account_id: z.string().max(64),
  status_ids: ids,
  rule_ids: ids,
  comment: z
    .string()
    .max(COMMENT_CHARACTERS, `is longer than ${COMMENT_CHARACTERS} characters`)
    .default(''),
  category: z.enum(CATEGORIES).default('other'),
  forward: flag.default(false),
});
export function addModerationRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: ReportStore; fileReport: FileReport },
): void {
  const { kit, apis, store } = deps;
  const view = createReportView(apis);

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/reports',
      summary: 'Reports an account to the moderators',
      auth: 'member',
      scope: 'write:reports',
      body: reportBody,
    },
    async ({ account, body }) => {
      const report = await deps.fileReport({
        by: account,
        target: body.account_id,
        posts: body.status_ids,
        comment: body.comment,
        category: body.rule_ids.length > 0 ? 'violation' : body.category,
        rules: body.rule_ids,
        forward: body.forward,
      });
      return view.forReporter(report);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: `${ADMIN}/reports`,
      summary: 'Reports, newest first: open ones, or resolved ones (moderators)',
      auth: 'member',
      scope: 'admin:read:reports',
      query: pageQuery.extend({ resolved: flag.default(false) }),
    },
    async ({ account, query }) => {
      only(account, ['admin', 'moderator']);
      const reports = await store.list(query.resolved ? 'resolved' : 'open', idPageOf(query));
      const shown = await view.forStaff(reports, account);
      return idPage(
        shown,
        reports.map(({ _id }) => _id),
        query.limit,
      );
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: `${ADMIN}/reports/:id`,
      summary: 'One report (moderators)',
      auth: 'member',
      scope: 'admin:read:reports',
    },
    async ({ account, params }) => {
      only(account, ['admin', 'moderator']);
      return one(await store.get(params.id ?? ''), account);
    },
  );

  for (const step of ['resolve', 'reopen'] as const) {
    endpoints.define(
      {
        method: 'post',
        path: `${ADMIN}/reports/:id/${step}`,
        summary: step === 'resolve' ? 'Marks a report as resolved' : 'Opens a report again',
        auth: 'member',
        scope: 'admin:write:reports',
      },
      async ({ account, params }) => {
        only(account, ['admin', 'moderator']);
        const id = params.id ?? '';
        const now = kit.clock.now();
        const changed =
          step === 'resolve'
            ? await store.resolve(id, account._id, now)
            : await store.reopen(id, now);
        return one(changed, account);
      },
    );
  }

  endpoints.define(
    {
      method: 'put',
      path: `${ADMIN}/reports/:id/assignee`,
      summary: 'Says which moderator looks into a report; null: nobody (moderators)',
      auth: 'member',
      scope: 'admin:write:reports',
      body: z.object({ account_id: z.string().max(64).nullable() }),
    },
    async ({ account, params, body }) => {
      only(account, ['admin', 'moderator']);
      const staff = await apis.accounts.staff(['admin', 'moderator']);
      if (body.account_id !== null && !staff.includes(body.account_id)) throw notFound();
      return one(await store.assign(params.id ?? '', body.account_id, kit.clock.now()), account);
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: `${ADMIN}/reports/:id/notes`,
      summary: 'Writes down something about a report, for moderators alone (moderators)',
      auth: 'member',
      scope: 'admin:write:reports',
      body: z.object({ text: z.string().trim().min(1, "can't be blank").max(COMMENT_CHARACTERS) }),
    },
    async ({ account, params, body }) => {
      only(account, ['admin', 'moderator']);
      const note = { by: account._id, at: kit.clock.now(), text: body.text };
      return one(await store.addNote(params.id ?? '', note), account);
    },
  );

  endpoints.define(
    {
      method: 'delete',
      path: `${ADMIN}/reports/:id/statuses/:status`,
      summary: 'Removes a reported post, for everybody (moderators)',
      auth: 'member',
      scope: 'admin:write:reports',
    },
    async ({ account, params }) => {
      only(account, ['admin', 'moderator']);
      const report = await store.get(params.id ?? '');
      const post = params.status ?? '';
      if (!report?.posts.includes(post)) throw notFound();
      await apis.posts.remove(post, account, { reported: true });
      return one(report, account);
    },
  );

  async function one(report: Report | null, viewer: Account) {
    if (!report) throw notFound();
    const [shown] = await view.forStaff([report], viewer);
    return shown;
  }
}

export function only(account: Account, roles: Role[]): void {
  if (account.role && roles.includes(account.role)) return;
  throw forbidden(`Only ${roles.join('s and ')}s may do this`);
}
