/** `mitoyen partner ...`: agreements with other companies. */
import { createInterface } from 'node:readline/promises';
import { normaliseHost } from '@mitoyen/protocol';
import { Command } from 'commander';
import type { Agreement, Scope } from '../features/partners/partners.ts';
import { answer, CommandError, firstAdmin, withApp } from './context.ts';

const SCOPES: Scope[] = ['follow', 'posts', 'groups', 'messages', 'directory'];
const STATES: Record<string, string> = {
  offered: 'Offered, waiting for them',
  waiting_for_us: 'Waiting for us',
  active: 'Connected',
  rejected: 'Rejected',
  revoked: 'Ended',
};

export function partnerCommand(): Command {
  const partner = new Command('partner').description('agreements with other companies');

  partner
    .command('list')
    .description('agreements, and unknown hosts that asked')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withApp(async ({ apis }) => {
        const all = await apis.partners.list();
        answer(options.json, { agreements: all.agreements.map(view), pending: all.pending }, () => [
          ...(all.agreements.length === 0
            ? ['There is no agreement yet.']
            : all.agreements.map(
                (one) => `${one.host.padEnd(32)} ${STATES[one.state] ?? one.state}`,
              )),
          ...all.pending.map(
            (one) =>
              `${one.host.padEnd(32)} asked (${one.count} times); accept with: mitoyen partner accept ${one.host}`,
          ),
        ]);
      }),
    );

  partner
    .command('offer')
    .argument('<host>', "the partner's address, e.g. social.northwind.example")
    .description('offer an agreement')
    .option('--purpose <text>', 'what it is for', 'Working together')
    .option(
      '--scopes <scopes>',
      `what may be exchanged, separated by spaces: ${SCOPES.join(' ')}`,
      SCOPES.join(' '),
    )
    .option('--json', 'print JSON')
    .action((host: string, options: { purpose: string; scopes: string; json?: boolean }) =>
      withApp(async (app) => {
        const scopes = options.scopes.split(/[\s,]+/).filter(Boolean);
        const unknown = scopes.find((scope) => !SCOPES.includes(scope as Scope));
        if (unknown)
          throw new CommandError(`There is no scope "${unknown}". There are: ${SCOPES.join(' ')}`);
        const admin = await firstAdmin(app);
        const agreement = await app.apis.partners.offer(
          hostOf(host),
          { purpose: options.purpose, scopes: scopes as Scope[] },
          admin._id,
        );
        answer(options.json, view(agreement), () => [
          `${agreement.host}: ${STATES[agreement.state] ?? agreement.state}. Their admin now sees your name and can accept.`,
        ]);
      }),
    );

  for (const verb of ['accept', 'reject'] as const) {
    partner
      .command(verb)
      .argument('<host>')
      .description(`${verb} what a host offers`)
      .option('--json', 'print JSON')
      .action((host: string, options: { json?: boolean }) =>
        withApp(async (app) => {
          const agreement = await app.apis.partners[verb](
            hostOf(host),
            (await firstAdmin(app))._id,
          );
          answer(options.json, view(agreement), () => [
            `${agreement.host}: ${STATES[agreement.state] ?? agreement.state}.`,
          ]);
        }),
      );
  }

  partner
    .command('revoke')
    .argument('<host>')
    .description('end an agreement at once: deliveries, follows, memberships and cached copies')
    .option('--yes', 'do not ask')
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'print JSON')
    .action((host: string, options: { yes?: boolean; dryRun?: boolean; json?: boolean }) =>
      withApp(async (app) => {
        const name = hostOf(host);
        if (options.dryRun)
          return answer(options.json, { host: name, would: 'revoke' }, () => [
            `Would end the agreement with ${name}.`,
          ]);
        if (
          !options.yes &&
          !(await confirm(`End the agreement with ${name} and remove what we hold of it?`))
        )
          throw new CommandError('Nothing was changed.');
        const { agreement, report } = await app.apis.partners.revoke(
          name,
          (await firstAdmin(app))._id,
        );
        answer(options.json, { agreement: view(agreement), report }, () => [
          `The agreement with ${agreement.host} has ended.`,
          ...Object.entries(report).map(([what, count]) => `  ${what}: ${String(count)}`),
        ]);
      }),
    );

  return partner;
}

function hostOf(text: string): string {
  const host = normaliseHost(text.replace(/^https?:\/\//, '').replace(/\/+$/, ''));
  if (!host) throw new CommandError(`"${text}" is not a host name.`);
  return host;
}

function view(agreement: Agreement) {
  return {
    host: agreement.host,
    state: agreement.state,
    offered_by: agreement.offeredBy,
    purpose: agreement.purpose,
    scopes: agreement.scopes,
    version: agreement.version,
  };
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new CommandError('This needs --yes where nobody can be asked.');
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const reply = await ask.question(`${question} [y/N] `);
  ask.close();
  return /^y(es)?$/i.test(reply.trim());
}
