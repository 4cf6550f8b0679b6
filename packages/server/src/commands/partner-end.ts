/** `mitoyen partner pause | resume | revoke ...`: how an agreement is held and ended. */
import type { Command } from 'commander';
import { COPIES_THEN, type EndReport } from '../features/partners/partners.ts';
import { answer, answeringCommand, CommandError, mustAgree, UsageError } from './answer.ts';
import { firstAdmin, withApp } from './context.ts';
import { hostOf, viewOf, views } from './partner-view.ts';

type Options = { all?: boolean; json?: boolean };

/** Null: all partners. */
function whom(host: string | undefined, { all }: Options): string | null {
  if ((host === undefined) !== (all === true))
    throw new UsageError('Name one partner, or give --all.');
  return host === undefined ? null : hostOf(host);
}

export function pauseCommand(): Command {
  return answeringCommand('pause', 'hold everything with a partner: nothing is lost', [
    'partner pause social.northwind.example',
    'partner pause --all',
  ])
    .argument('[host]', "the partner's address")
    .option('--all', 'all partners')
    .action((named: string | undefined, options: Options) => {
      const host = whom(named, options);
      return withApp(async (app) => {
        await app.apis.partners.pause(host, (await firstAdmin(app))._id);
        answer(options.json, { paused: host ?? '*' }, () => [
          `Paused: ${host ?? 'all partners'}. What we send waits here; what they send waits there.`,
        ]);
      });
    });
}

export function resumeCommand(): Command {
  return answeringCommand('resume', 'let what was held with a partner go', [
    'partner resume social.northwind.example',
    'partner resume --all',
  ])
    .argument('[host]', "the partner's address")
    .option('--all', 'all partners, as after a restore')
    .action((named: string | undefined, options: Options) => {
      const host = whom(named, options);
      return withApp(async (app) => {
        const released = await app.apis.partners.resume(host, (await firstAdmin(app))._id);
        answer(options.json, { resumed: host ?? '*', released }, () => [
          `Resumed: ${host ?? 'all partners'}. ${released} deliveries that waited go out.`,
        ]);
      });
    });
}

export function historyCommand(): Command {
  return answeringCommand('history', 'who did what about partners, newest first', [
    'partner history',
    'partner history social.northwind.example --json',
  ])
    .argument('[host]', "the partner's address")
    .action((named: string | undefined, options: { json?: boolean }) => {
      const host = named === undefined ? null : hostOf(named);
      return withApp(async ({ apis }) => {
        const entries = await apis.partners.history(host);
        const people = await apis.accounts.getMany(entries.flatMap(({ by }) => by ?? []));
        const names = new Map(people.map(({ _id, username }) => [_id, `@${username}`]));
        const { viewHistory } = await views();
        answer(options.json, entries.map(viewHistory), () =>
          entries.map(({ host: whose, at, action, by, side, version }) => {
            const who = by ? (names.get(by) ?? by) : side === 'them' ? whose : 'the server';
            const of = version ? ` version ${version}` : '';
            return `${new Date(at).toISOString()} ${whose} ${action}${of}, by ${who}`;
          }),
        );
      });
    });
}

export function revokeCommand(): Command {
  return answeringCommand(
    'revoke',
    'end an agreement at once: deliveries, follows, memberships and cached copies',
    ['partner revoke social.northwind.example', 'partner revoke social.northwind.example --yes'],
  )
    .argument('<host>', "the partner's address")
    .option('--copies <what>', `${COPIES_THEN.join(' or ')}, instead of what the terms say`)
    .option('--yes', 'do not ask')
    .option('--dry-run', 'only say what would be done')
    .action(async (host: string, options: RevokeOptions) => {
      const name = hostOf(host);
      const copies = COPIES_THEN.find((one) => one === options.copies);
      if (options.copies !== undefined && !copies)
        throw new UsageError(`--copies is ${COPIES_THEN.join(' or ')}`);
      if (options.dryRun) return foresee(name, options.json);
      if (!options.yes)
        await mustAgree(`End the agreement with ${name} and remove what we hold of it?`);
      await withApp(async (app) => {
        const by = (await firstAdmin(app))._id;
        const ended = await app.apis.partners.revoke(name, by, copies ? { copies } : {});
        const { agreement, report } = ended;
        answer(options.json, { agreement: await viewOf(app, agreement), report }, () => [
          `The agreement with ${agreement.host} has ended.`,
          ...reportLines(agreement.report),
        ]);
      });
    });
}

async function foresee(name: string, json?: boolean): Promise<void> {
  await withApp(async ({ apis }) => {
    const { agreement, counts } = await apis.partners.foresee(name);
    const kept = counts.copies === 'freeze' ? 'set aside for admins' : 'deleted';
    answer(json, (await views()).viewForeseen(agreement.host, counts), () => [
      `Would end the agreement with ${agreement.host}, version ${agreement.version}:`,
      `  ${counts.deliveriesDropped} deliveries that wait would be dropped`,
      `  ${counts.followsEnded} follows and ${counts.membershipsEnded} memberships would end`,
      `  ${counts.posts} copies of their posts would be ${kept}, with ${counts.pictures} pictures`,
      'Nothing was changed.',
    ]);
  });
}

type RevokeOptions = { copies?: string; yes?: boolean; dryRun?: boolean; json?: boolean };

export function reportCommand(): Command {
  return answeringCommand('report', 'what the end of an agreement stopped and removed', [
    'partner report social.northwind.example',
  ])
    .argument('<host>', "the partner's address")
    .action((named: string, options: { json?: boolean }) => {
      const host = hostOf(named);
      return withApp(async ({ apis }) => {
        const ended = (await apis.partners.ofHost(host)).find(({ report }) => report);
        if (!ended?.report) throw new CommandError(`No agreement with ${host} has ended here.`);
        answer(options.json, (await views()).viewReport(ended.report), () => [
          `The agreement with ${host}, version ${ended.version}:`,
          ...reportLines(ended.report),
        ]);
      });
    });
}

/** In sentences that an admin can pass on. */
function reportLines(report: EndReport | undefined): string[] {
  if (!report) return ['  It was an offer that nobody had answered: nothing had flowed.'];
  const day = (at: number) => new Date(at).toISOString();
  const copies =
    report.copies === 'freeze'
      ? `${report.postsFrozen ?? 0} copies of their posts were set aside for admins`
      : `${report.postsPurged} copies of their posts were deleted`;
  return [
    `  ${report.deliveriesDropped} deliveries that waited were dropped`,
    `  ${report.followsEnded} follows and ${report.membershipsEnded} memberships ended`,
    `  ${copies}, with ${report.picturesPurged} pictures`,
    `  ${report.profilesReduced ?? 0} profiles of their people were cut down to names`,
    report.requestedAt === undefined
      ? '  They ended it.'
      : `  They were asked to delete their copies of ours: ${day(report.requestedAt)}`,
    report.attestedAt === undefined
      ? '  They have not said yet that they did. That can be attested by them, not enforced from here.'
      : `  They say that they did: ${day(report.attestedAt)}, ${report.attestedCount ?? 0} copies. That is attested, not enforceable.`,
  ];
}

export function copiesCommand(): Command {
  return answeringCommand(
    'copies',
    'copies of a partner that were set aside when their time was up',
    [
      'partner copies social.northwind.example --json',
      'partner copies social.northwind.example --delete --yes',
    ],
  )
    .argument('<host>', "the partner's address")
    .option('--delete', 'delete them for good')
    .option('--yes', 'do not ask')
    .action(async (named: string, options: { delete?: boolean; yes?: boolean; json?: boolean }) => {
      const host = hostOf(named);
      if (options.delete && !options.yes)
        await mustAgree(`Delete the copies of ${host} that were set aside?`);
      await withApp(async (app) => {
        const { partners, posts } = app.apis;
        if (options.delete) {
          const deleted = await partners.dropCopies(host, (await firstAdmin(app))._id);
          return answer(options.json, { deleted }, () => [`${deleted} copies were deleted.`]);
        }
        const { presentFrozen } = await import('../features/partners/frozen-view.ts');
        const all = await allOf((page) => posts.frozen(host, page));
        const shown = await presentFrozen(app.apis, all);
        answer(options.json, shown, () => [
          `${shown.length} copies of ${host} are set aside; --json shows them.`,
        ]);
      });
    });
}

async function allOf<T extends { _id: string }>(
  read: (page: { maxId?: string; limit: number }) => Promise<T[]>,
): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const last = all.at(-1)?._id;
    const page = await read({ limit: 500, ...(last && { maxId: last }) });
    if (page.length === 0) return all;
    all.push(...page);
  }
}
