/** A report from elsewhere about somebody here. */
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Inbound, InboundHandler, Outcome } from '../../inbox/inbound.ts';
import { applied, ignored, rejected } from '../../inbox/inbound.ts';
import type { Kit } from '../../kit.ts';
import type { Post } from '../posts/post.ts';
import { readFlag } from './flag-activity.ts';
import type { Report } from './report.ts';
import type { ReportStore } from './report-store.ts';

export function createFlagInbox(deps: {
  kit: Kit;
  apis: Apis;
  store: ReportStore;
}): InboundHandler {
  const { kit, apis, store } = deps;

  async function handle(inbound: Inbound): Promise<Outcome> {
    const { actor, via } = inbound;
    if (via) return rejected('a report is not relayed');
    // The guard keeps one object of a list; a Flag names many, and each is only an id to look up.
    const { ids, comment } = readFlag(inbound.original);
    const about = await findReported(ids);
    if (!about) return ignored('nobody here is reported');
    const byHost = iriHost(actor.iri);
    if (apis.policy.restriction(byHost)?.reports) return ignored('reports of its host are refused');
    return inTurn(() => file(inbound, about, comment));
  }

  /** One after the other: reports that arrive together must not all find room for one more. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const mine = last.then(run);
    last = mine.catch(() => undefined);
    return mine;
  }

  async function file(
    { actor, id: iri }: Inbound,
    about: Pick<Report, 'target' | 'posts'>,
    comment: string,
  ): Promise<Outcome> {
    const byHost = iriHost(actor.iri);
    const most = kit.config.limits.open_reports_per_host;
    if ((await store.openOfHost(byHost, most)) >= most) {
      return ignored('too many reports of its host are open');
    }
    const now = kit.clock.now();
    const report: Report = {
      _id: kit.nextId(),
      iri,
      by: actor._id,
      byHost,
      ...about,
      comment,
      category: 'other',
      forward: false,
      state: 'open',
      createdAt: now,
      updatedAt: now,
    };
    const isNew = await store.insert(report);
    if (!isNew) return ignored('reported before');
    await kit.events.emit({ name: 'report.filed', id: report._id, local: false, data: {} });
    return applied();
  }

  /** The one local account that the ids are about, and its posts among them. */
  async function findReported(ids: string[]): Promise<Pick<Report, 'target' | 'posts'> | null> {
    const own = ids.filter((id) => iriHost(id) === kit.ownHost);
    const found = await Promise.all(
      own.map(async (id) => ({
        account: await apis.accounts.byIri(id),
        post: await apis.posts.byIri(id),
      })),
    );
    const posts = found.flatMap(({ post }): Post[] => (post?.local ? [post] : []));
    const account = found.find((one) => one.account?.domain === null)?.account;
    const target = account?._id ?? posts[0]?.author;
    if (target === undefined) return null;
    const ofTarget = posts.filter((post) => post.author === target);
    return { target, posts: ofTarget.map((post) => post._id) };
  }

  return { verbs: ['Flag'], handle };
}
