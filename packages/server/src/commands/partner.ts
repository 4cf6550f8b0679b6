/** `mitoyen partner ...`: agreements with other companies. */
import { normaliseHost } from '@mitoyen/protocol';
import { Command } from 'commander';
import { type Agreement, SCOPES, type Scope } from '../features/partners/partners.ts';
import { answer, answeringCommand, mustAgree, UsageError } from './answer.ts';
import { firstAdmin, withApp } from './context.ts';

const STATES: Record<Agreement['state'], string> = {
  offered: 'Offered, waiting for them',
  waiting_for_us: 'Waiting for us',
  active: 'Connected',
  rejected: 'Rejected',
  revoked: 'Ended',
  expired: 'Run out',
  superseded: 'Replaced by a newer version',
};

export function partnerCommand(): Command {
  return new Command('partner')
    .description('agreements with other companies')
    .addCommand(listCommand())
    .addCommand(offerCommand())
    .addCommand(acceptCommand())
    .addCommand(rejectCommand())
    .addCommand(revokeCommand());
}

function listCommand(): Command {
  return answeringCommand('list', 'agreements, and unknown hosts that asked', [
    'partner list',
    'partner list --json',
  ]).action((options: { json?: boolean }) =>
    withApp(async ({ apis }) => {
      const { agreements, pending } = await apis.partners.list();
      answer(options.json, { agreements: agreements.map(view), pending }, () => [
        ...(agreements.length === 0
          ? ['There is no agreement yet.']
          : agreements.map((one) => `${one.host.padEnd(32)} ${STATES[one.state]}`)),
        ...pending.map(
          (one) =>
            `${one.host.padEnd(32)} asked (${one.count} times); look with: mitoyen partner accept ${one.host}`,
        ),
      ]);
    }),
  );
}

function offerCommand(): Command {
  return answeringCommand('offer', 'offer an agreement', [
    'partner offer social.northwind.example --purpose "Rotterdam project"',
    'partner offer social.northwind.example --scopes "posts groups"',
  ])
    .argument('<host>', "the partner's address, e.g. social.northwind.example")
    .option('--purpose <text>', 'what it is for', 'Working together')
    .option(
      '--scopes <scopes>',
      `what may be exchanged, separated by spaces: ${SCOPES.join(' ')}`,
      SCOPES.join(' '),
    )
    .action((host: string, options: { purpose: string; scopes: string; json?: boolean }) => {
      const name = hostOf(host);
      const scopes = scopesOf(options.scopes);
      return withApp(async (app) => {
        const by = (await firstAdmin(app))._id;
        const { purpose } = options;
        const agreement = await app.apis.partners.offer(name, { purpose, scopes }, by);
        answer(options.json, view(agreement), () => [
          `${agreement.host}: ${STATES[agreement.state]}. Their admin now sees your name and can accept.`,
        ]);
      });
    });
}

function acceptCommand(): Command {
  return answeringCommand('accept', 'accept what a host offers', [
    'partner accept social.acme.example',
  ])
    .argument('<host>', 'the host that offered')
    .action((host: string, options: { json?: boolean }) => {
      const name = hostOf(host);
      return withApp(async (app) => {
        const agreement = await app.apis.partners.accept(name, (await firstAdmin(app))._id);
        answer(options.json, view(agreement), () => [
          `${agreement.host}: ${STATES[agreement.state]}.`,
        ]);
      });
    });
}

function rejectCommand(): Command {
  return answeringCommand('reject', 'reject what a host offers', [
    'partner reject social.acme.example',
  ])
    .argument('<host>', 'the host that offered')
    .option('--dry-run', 'only say what would be done')
    .action((host: string, options: { dryRun?: boolean; json?: boolean }) => {
      const name = hostOf(host);
      if (options.dryRun)
        return answer(options.json, { host: name, would: 'reject' }, () => [
          `Would reject what ${name} offers.`,
        ]);
      return withApp(async (app) => {
        const agreement = await app.apis.partners.reject(name, (await firstAdmin(app))._id);
        answer(options.json, view(agreement), () => [
          `${agreement.host}: ${STATES[agreement.state]}.`,
        ]);
      });
    });
}

function revokeCommand(): Command {
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
        answer(options.json, { agreement: view(agreement), report }, () => [
          `The agreement with ${agreement.host} has ended.`,
          ...Object.entries(report).map(([what, count]) => `  ${what}: ${String(count)}`),
        ]);
      });
    });
}

function scopesOf(text: string): Scope[] {
  const scopes = text.split(/[\s,]+/).filter(Boolean);
  const unknown = scopes.find((scope) => !(SCOPES as readonly string[]).includes(scope));
  if (unknown)
    throw new UsageError(`There is no scope "${unknown}". There are: ${SCOPES.join(' ')}`);
  return scopes as Scope[];
}

function hostOf(text: string): string {
  const host = normaliseHost(text.replace(/^https?:\/\//, '').replace(/\/+$/, ''));
  if (!host) throw new UsageError(`"${text}" is not a host name.`);
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
