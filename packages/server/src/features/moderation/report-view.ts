/** Reports as the API shows them: to who filed them, and to the moderators. */
import type { Apis } from '../../apis.ts';
import type { Account } from '../accounts/account.ts';
import type { Report } from './report.ts';

export function createReportView(apis: Apis) {
  /** Mastodon's `Report`, by id. */
  async function forNews(reports: Report[]): Promise<Map<string, object>> {
    const accounts = await apis.accounts.present([...new Set(reports.map(({ target }) => target))]);
    return new Map(
      reports.map((report) => [
        report._id,
        {
          ...facts(report),
          status_ids: report.posts,
          rule_ids: report.rules?.map(({ id }) => id) ?? null,
          collection_ids: [],
          target_account: accounts.get(report.target) ?? null,
        },
      ]),
    );
  }

  async function forReporter(report: Report) {
    return (await forNews([report])).get(report._id);
  }

  /** Moderators see the reported posts, whoever these were for: that is what a report is. */
  async function forStaff(reports: Report[], viewer: Account) {
    const ids = reports.flatMap(({ by, target, resolvedBy, assignee, notes = [] }) => [
      ...[by, target, resolvedBy ?? '', assignee ?? ''],
      ...notes.map((note) => note.by),
    ]);
    const accounts = await apis.accounts.present([...new Set(ids.filter(Boolean))]);
    const postIds = [...new Set(reports.flatMap(({ posts }) => posts))];
    const posts = (await Promise.all(postIds.map((id) => apis.posts.get(id)))).filter(
      (post) => post !== null,
    );
    const statuses = await apis.posts.present(posts, viewer);
    const byId = new Map(statuses.map((status) => [status.id, status]));
    return reports.map((report) => ({
      ...facts(report),
      updated_at: new Date(report.updatedAt).toISOString(),
      account: accounts.get(report.by) ?? null,
      host: report.byHost ?? null,
      target_account: accounts.get(report.target) ?? null,
      action_taken_by_account: accounts.get(report.resolvedBy ?? '') ?? null,
      assigned_account: accounts.get(report.assignee ?? '') ?? null,
      notes: (report.notes ?? []).map((note) => ({
        account: accounts.get(note.by) ?? null,
        text: note.text,
        created_at: new Date(note.at).toISOString(),
      })),
      statuses: report.posts.flatMap((id) => byId.get(id) ?? []),
      rules: (report.rules ?? []).map((rule) => ({ ...rule, hint: '', translations: {} })),
    }));
  }

  return { forNews, forReporter, forStaff };
}

function facts(report: Report) {
  return {
    id: report._id,
    action_taken: report.state === 'resolved',
    action_taken_at: report.resolvedAt ? new Date(report.resolvedAt).toISOString() : null,
    category: report.category,
    comment: report.comment,
    forwarded: report.forward,
    created_at: new Date(report.createdAt).toISOString(),
  };
}
