/** Somebody here reports an account, with posts that he can read. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { invalid, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { type Category, MOST_POSTS, type Report } from './report.ts';
import { REPORTS, type ReportStore } from './report-store.ts';

export type NewReport = {
  by: Account;
  target: string;
  posts: string[];
  comment: string;
  category: Category;
  /** Ids of rules. */
  rules: string[];
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
    const rules = brokenRules(report.rules);
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
      ...(rules.length > 0 && { rules }),
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

  /** Numbered from one, as the instance shows them. */
  function brokenRules(ids: string[]): { id: string; text: string }[] {
    return [...new Set(ids)].map((id) => {
      const text = /^[1-9]\d{0,2}$/.test(id)
        ? kit.config.instance.rules[Number(id) - 1]
        : undefined;
      if (text === undefined)
        throw invalid({
          field: 'rule_ids',
          code: 'ERR_INVALID',
          message: 'names a rule that is not there',
        });
      return { id, text };
    });
  }

  /** Posts by the reported account that the reporter may read; others are left out, unsaid. */
  async function readablePosts(report: NewReport, target: Account): Promise<string[]> {
    const wanted = [...new Set(report.posts)].slice(0, MOST_POSTS);
    const posts = await Promise.all(wanted.map((id) => apis.posts.visible(id, report.by)));
    return posts.flatMap((post) => (post?.author === target._id ? [post._id] : []));
  }
}

export type FileReport = ReturnType<typeof createFileReport>;
