/** `mitoyen partner ...`: agreements with other companies. */
import { Command } from 'commander';
import { CONNECTION_WORDS } from '../features/partners/connection.ts';
import type { PartnerStatus } from '../features/partners/partners.ts';
import { answer, answeringCommand, CommandError } from './answer.ts';
import { withApp } from './context.ts';
import {
  copiesCommand,
  historyCommand,
  pauseCommand,
  reportCommand,
  resumeCommand,
  revokeCommand,
} from './partner-end.ts';
import {
  acceptCommand,
  changeCommand,
  forgetCommand,
  offerCommand,
  rejectCommand,
  reviewCommand,
  withdrawCommand,
} from './partner-offer.ts';
import { termLines } from './partner-terms.ts';
import { hostOf, views } from './partner-view.ts';

export function partnerCommand(): Command {
  return new Command('partner')
    .description('agreements with other companies')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(offerCommand())
    .addCommand(changeCommand())
    .addCommand(reviewCommand())
    .addCommand(acceptCommand())
    .addCommand(rejectCommand())
    .addCommand(withdrawCommand())
    .addCommand(forgetCommand())
    .addCommand(pauseCommand())
    .addCommand(resumeCommand())
    .addCommand(revokeCommand())
    .addCommand(reportCommand())
    .addCommand(copiesCommand())
    .addCommand(historyCommand());
}

function listCommand(): Command {
  return answeringCommand(
    'list',
    'agreements and how they are doing, and unknown hosts that asked',
    ['partner list', 'partner list --json'],
  ).action((options: { json?: boolean }) =>
    withApp(async ({ apis }) => {
      const { agreements, pending } = await apis.partners.list();
      const status = await apis.partners.status(agreements);
      const pauses = await apis.partners.pauses();
      const { viewAgreement, viewPause } = await views();
      const shown = agreements.map((one) => viewAgreement(one, status.get(one._id)));
      const json = { agreements: shown, pending, pauses: pauses.map(viewPause) };
      answer(options.json, json, () => [
        ...(pauses.some(({ host }) => host === '*')
          ? ['All partners are paused; resume with: mitoyen partner resume --all']
          : []),
        ...(agreements.length === 0 ? ['There is no agreement yet.'] : []),
        ...agreements.map((one) => `${one.host.padEnd(32)} ${line(status.get(one._id))}`),
        ...pending.map(
          (one) =>
            `${one.host.padEnd(32)} asked (${one.count} times); look with: mitoyen partner review ${one.host}`,
        ),
      ]);
    }),
  );
}

function line(status: PartnerStatus | undefined): string {
  if (!status) return '';
  const { connection, figures } = status;
  const waiting = figures?.waiting ? `, ${figures.waiting} deliveries wait` : '';
  const why = waiting && figures?.lastError ? ` (${figures.lastError})` : '';
  const dead = figures?.dead ? `, ${figures.dead} given up` : '';
  return `${CONNECTION_WORDS[connection]}${waiting}${why}${dead}`;
}

/** The last day with an active partner. */
function trafficLines(status: PartnerStatus | undefined): string[] {
  if (!status?.traffic) return [];
  const { delivered, failed, medianMs, received, refused, lastOutAt, lastInAt } = status.traffic;
  const when = (at: number | null) => (at === null ? 'never' : new Date(at).toISOString());
  const median = medianMs === null ? '' : ` (median ${medianMs} ms)`;
  return [
    `  last day:  ${delivered} delivered${median}, ${failed} attempts failed; ${received} received, ${status.failedInbound} could not be processed, ${refused} signatures refused`,
    `  last sent: ${when(lastOutAt)}; last received: ${when(lastInAt)}`,
  ];
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
        const status = await apis.partners.status(versions);
        const records = await Promise.all(
          versions.map((one) => viewRecord(one, status.get(one._id))),
        );
        answer(options.json, records, () =>
          versions.flatMap((one, index) => [
            `version ${one.version}: ${line(status.get(one._id))}`,
            ...trafficLines(status.get(one._id)),
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
