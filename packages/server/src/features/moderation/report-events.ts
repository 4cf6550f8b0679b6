/** What follows from a report: the moderators are told, and the other server where it is asked for. */
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { DomainEvent } from '../../events.ts';
import type { Kit } from '../../kit.ts';
import { SCOPES } from '../partners/partners.ts';
import { buildFlag } from './flag-activity.ts';
import type { Report } from './report.ts';
import type { ReportStore } from './report-store.ts';
import { createReporter } from './reporter.ts';

export function subscribeReportEvents(deps: { kit: Kit; apis: Apis; store: ReportStore }): void {
  const { kit, apis, store } = deps;
  const reporter = createReporter(deps);

  kit.events.on('report.filed', async (event: DomainEvent) => {
    const report = await store.get(event.id);
    if (!report) return;
    const staff = await apis.accounts.staff(['admin', 'moderator']);
    await apis.notifications.notify(
      staff.map((account) => ({
        account,
        type: 'admin.report',
        from: report.by,
        key: `report:${report._id}`,
      })),
    );
    if (event.local && report.forward) await forward(report);
  });

  async function forward(report: Report): Promise<void> {
    const [target] = await apis.accounts.getMany([report.target]);
    if (!target || target.domain === null) return;
    const host = iriHost(target.iri);
    // A report concerns whatever the agreement allows to flow.
    const scope = SCOPES.find((one) => apis.policy.allows(host, one));
    if (!scope) return;
    const posts = await Promise.all(report.posts.map((id) => apis.posts.get(id)));
    const from = await reporter();
    const groupId = posts.find((post) => post?.group)?.group;
    const group = groupId ? await apis.accounts.get(groupId) : null;
    await kit.outbox.send({
      actor: from._id,
      activity: buildFlag({
        id: report.iri,
        reporter: from.iri,
        // A group of ours is no business of theirs.
        ...(group && iriHost(group.iri) === host && { group: group.iri }),
        target: target.iri,
        posts: posts.flatMap((post) => (post ? [post.iri] : [])),
        comment: report.comment,
      }),
      recipients: { accounts: [target._id] },
      scope,
    });
  }
}
