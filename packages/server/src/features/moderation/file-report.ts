/** Somebody here reports an account, with posts that he can read. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { type Category, MOST_POSTS, type Report } from './report.ts';
import { REPORTS, type ReportStore } from './report-store.ts';

export type NewReport = {
  by: Account;
  target: string;
  posts: string[];
  comment: string;
  category: Category;
  forward: boolean;
};

export function createFileReport(deps: { kit: Kit; apis: Apis; store: ReportStore }) {
  const { kit, apis, store } = deps;

  return async function fileReport(report: NewReport): Promise<Report> {
    await kit.rateLimiter.take({
      name: 'reports',
      key: report.by._id,
      limit: kit.config.limits.reports_per_hour,
      windowSeconds: 3600,
    });
    const target = await apis.accounts.get(report.target);
    if (!target || target.state === 'gone') throw notFound();
    const _id = kit.nextId();
    const now = kit.clock.now();
    const filed: Report = {
      _id,
      iri: `${kit.baseUrl}/reports/${_id}`,
      by: report.by._id,
      target: target._id,
      posts: await readablePosts(report, target),
      comment: report.comment,
      category: report.category,
      forward: report.forward && target.domain !== null,
      state: 'open',
      createdAt: now,
      updatedAt: now,
      pending: [kit.pending.entry('report.filed')],
    };
    await store.insert(filed);
    await kit.pending.kick(REPORTS, _id);
    return filed;
  };

  /** Posts by the reported account that the reporter may read; others are left out, unsaid. */
  async function readablePosts(report: NewReport, target: Account): Promise<string[]> {
    const wanted = [...new Set(report.posts)].slice(0, MOST_POSTS);
    const posts = await Promise.all(wanted.map((id) => apis.posts.visible(id, report.by)));
    return posts.flatMap((post) => (post?.author === target._id ? [post._id] : []));
  }
}

export type FileReport = ReturnType<typeof createFileReport>;
