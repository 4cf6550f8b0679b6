/** `mitoyen partner ...`: agreements with other companies. */
import { normaliseHost } from '@mitoyen/protocol';
import { Command } from 'commander';
import { type Agreement, SCOPES } from '../features/partners/partners.ts';
import { answer, answeringCommand, CommandError, mustAgree, UsageError } from './answer.ts';
import { firstAdmin, withApp } from './context.ts';
import {
  changedLimits,
  readTerms,
  type TermOptions,
  termLines,
  withTermOptions,
} from './partner-terms.ts';

const STATES: Record<Agreement['state'], string> = {
  offered: 'Offered, waiting for them',
  waiting_for_us: 'Waiting for us',
  active: 'Connected',
  rejected: 'Rejected',
  revoked: 'Ended',
  expired: 'Run out',
  superseded: 'Replaced by a newer version',
};

/** Loaded when needed, as the app is: `--help` answers without what checks signatures. */
const views = () => import('../features/partners/partners-view.ts');

export function partnerCommand(): Command {
  return new Command('partner')
    .description('agreements with other companies')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(offerCommand())
    .addCommand(changeCommand())
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
      const { viewAgreement } = await views();
      answer(options.json, { agreements: agreements.map(viewAgreement), pending }, () => [
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

function showCommand(): Command {
  return answeringCommand('show', 'the agreement with a host: terms, versions, signatures', [
    'partner show social.northwind.example',
    'partner show social.northwind.example --json',
  ])
    .argument('<host>', "the partner's address")
    .action((host: string, options: { json?: boolean }) => {
      const name = hostOf(host);
      return withApp(async ({ apis }) => {
        const { viewRecord } = await views();
        const versions = await apis.partners.ofHost(name);
        if (versions.length === 0) throw new CommandError(`There is no agreement with ${name}.`);
        const records = await Promise.all(versions.map(viewRecord));
        answer(options.json, records, () =>
          versions.flatMap((one, index) => [
            `version ${one.version}: ${STATES[one.state]}`,
            ...termLines(one).map((line) => `  ${line}`),
            `  digest:    ${one.digest}`,
            ...(records[index]?.signatures ?? []).map(
              ({ host, created, valid }) =>
                `  signed by: ${host}, ${created}${valid ? '' : ' - DOES NOT HOLD'}`,
            ),
          ]),
        );
      });
    });
}

function offerCommand(): Command {
  const command = answeringCommand('offer', 'offer an agreement', [
    'partner offer social.northwind.example --purpose "Rotterdam project"',
    'partner offer social.northwind.example --scopes "posts groups" --expires 2027-12-31',
  ]).argument('<host>', "the partner's address, e.g. social.northwind.example");
  return withTermOptions(command).action(
    (host: string, options: TermOptions & { json?: boolean }) => {
      const name = hostOf(host);
      const { purpose = 'Working together', scopes = [...SCOPES], ...given } = readTerms(options);
      const { expiresAt, groups } = given;
      const limits = changedLimits({ copiesThen: 'purge' }, given.limits);
      return withApp(async (app) => {
        const by = (await firstAdmin(app))._id;
        const terms = { purpose, scopes, limits, ...(groups && { groups }) };
        const agreement = await app.apis.partners.offer(
          name,
          { ...terms, ...(expiresAt && { expiresAt }) },
          by,
        );
        answer(options.json, (await views()).viewAgreement(agreement), () => [
          `${agreement.host}: ${STATES[agreement.state]}. Their admin now sees your name and can accept.`,
        ]);
      });
    },
  );
}

function changeCommand(): Command {
  const command = answeringCommand('change', 'offer the terms in force with changes, or renew', [
    'partner change social.northwind.example --expires 2028-12-31',
    'partner change social.northwind.example --scopes "follow posts" --copy-days 90',
  ]).argument('<host>', "the partner's address");
  return withTermOptions(command).action(
    (host: string, options: TermOptions & { json?: boolean }) => {
      const name = hostOf(host);
      const { limits, ...given } = readTerms(options);
      if (!limits && Object.keys(given).length === 0)
        throw new UsageError('Say what is to change, e.g. --expires 2028-12-31');
      return withApp(async (app) => {
        const by = (await firstAdmin(app))._id;
        const before = (await app.apis.partners.ofHost(name)).find(
          ({ state }) => state === 'active' || state === 'expired',
        );
        const changed = limits && changedLimits(before?.limits ?? { copiesThen: 'purge' }, limits);
        const agreement = await app.apis.partners.change(
          name,
          { ...given, ...(changed && { limits: changed }) },
          by,
        );
        answer(options.json, (await views()).viewAgreement(agreement), () => [
          `Offered to ${agreement.host} as version ${agreement.version}; the terms in force stay until it is accepted.`,
        ]);
      });
    },
  );
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
        answer(options.json, (await views()).viewAgreement(agreement), () => [
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
        answer(options.json, (await views()).viewAgreement(agreement), () => [
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
        answer(
          options.json,
          { agreement: (await views()).viewAgreement(agreement), report },
          () => [
            `The agreement with ${agreement.host} has ended.`,
            ...Object.entries(report).map(([what, count]) => `  ${what}: ${String(count)}`),
          ],
        );
      });
    });
}

function hostOf(text: string): string {
  const host = normaliseHost(text.replace(/^https?:\/\//, '').replace(/\/+$/, ''));
  if (!host) throw new UsageError(`"${text}" is not a host name.`);
  return host;
}
