/** `mitoyen partner pause | resume | revoke | history`: how an agreement is held and ended. */
import type { Command } from 'commander';
import { answer, answeringCommand, mustAgree, UsageError } from './answer.ts';
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
    .option('--yes', 'do not ask')
    .option('--dry-run', 'only say what would be done')
    .action(async (host: string, options: { yes?: boolean; dryRun?: boolean; json?: boolean }) => {
      const name = hostOf(host);
      if (options.dryRun)
        return answer(options.json, { host: name, would: 'revoke' }, () => [
          `Would end the agreement with ${name} and remove what we hold of it.`,
        ]);
      if (!options.yes)
        await mustAgree(`End the agreement with ${name} and remove what we hold of it?`);
      await withApp(async (app) => {
        const by = (await firstAdmin(app))._id;
        const { agreement, report } = await app.apis.partners.revoke(name, by);
        answer(options.json, { agreement: await viewOf(app, agreement), report }, () => [
          `The agreement with ${agreement.host} has ended.`,
          ...Object.entries(report).map(([what, count]) => `  ${what}: ${String(count)}`),
        ]);
      });
    });
}
