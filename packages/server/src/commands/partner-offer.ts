/** `mitoyen partner offer | change | review | accept ...`: how an agreement comes about. */
import type { Command } from 'commander';
import { SCOPES } from '../features/partners/partners.ts';
import { answer, answeringCommand, UsageError } from './answer.ts';
import { firstAdmin, withApp } from './context.ts';
import {
  changedLimits,
  readTerms,
  type TermOptions,
  termLines,
  withTermOptions,
} from './partner-terms.ts';
import { hostOf, viewOf, words } from './partner-view.ts';

export function offerCommand(): Command {
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
        answer(options.json, await viewOf(app, agreement), () => [
          `${agreement.host}: ${words(agreement)}. Their admin now sees your name and can accept.`,
        ]);
      });
    },
  );
}

export function changeCommand(): Command {
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
        answer(options.json, await viewOf(app, agreement), () => [
          `Offered to ${agreement.host} as version ${agreement.version}; the terms in force stay until it is accepted.`,
        ]);
      });
    },
  );
}

export function reviewCommand(): Command {
  return answeringCommand('review', 'fetch and show what a host offers, without accepting it', [
    'partner review social.acme.example',
  ])
    .argument('<host>', 'the host that offered')
    .action((host: string, options: { json?: boolean }) => {
      const name = hostOf(host);
      return withApp(async (app) => {
        const agreement = await app.apis.partners.review(name);
        answer(options.json, await viewOf(app, agreement), () => [
          `${agreement.host} calls itself ${agreement.them.name}. ${words(agreement)}, version ${agreement.version}:`,
          ...termLines(agreement).map((line) => `  ${line}`),
          ...(agreement.state === 'waiting_for_us'
            ? [
                `Accept just this: mitoyen partner accept ${agreement.host} --digest ${agreement.digest}`,
              ]
            : []),
        ]);
      });
    });
}

export function withdrawCommand(): Command {
  return answeringCommand('withdraw', 'take back an offer that they have not answered', [
    'partner withdraw social.northwind.example',
  ])
    .argument('<host>', "the partner's address")
    .action((host: string, options: { json?: boolean }) => {
      const name = hostOf(host);
      return withApp(async (app) => {
        const by = (await firstAdmin(app))._id;
        const agreement = await app.apis.partners.withdraw(name, by);
        answer(options.json, await viewOf(app, agreement), () => [
          `Version ${agreement.version}, offered to ${name}, is taken back.`,
        ]);
      });
    });
}

export function forgetCommand(): Command {
  return answeringCommand('forget', 'forget a host that asked and is of no interest', [
    'partner forget stranger.example',
  ])
    .argument('<host>', 'a host that "partner list" shows as having asked')
    .action((host: string, options: { json?: boolean }) => {
      const name = hostOf(host);
      return withApp(async (app) => {
        await app.apis.partners.forget(name);
        answer(options.json, { host: name }, () => [`${name} is forgotten.`]);
      });
    });
}

export function acceptCommand(): Command {
  return answeringCommand('accept', 'accept what a host offers', [
    'partner accept social.acme.example',
  ])
    .argument('<host>', 'the host that offered')
    .option('--digest <digest>', 'only the offer that "partner review" showed with this digest')
    .action((host: string, options: { digest?: string; json?: boolean }) => {
      const name = hostOf(host);
      const seen = options.digest === undefined ? {} : { digest: options.digest };
      return withApp(async (app) => {
        const by = (await firstAdmin(app))._id;
        const agreement = await app.apis.partners.accept(name, by, seen);
        answer(options.json, await viewOf(app, agreement), () => [
          `${agreement.host}: ${words(agreement)}, on these terms:`,
          ...termLines(agreement).map((line) => `  ${line}`),
        ]);
      });
    });
}

export function rejectCommand(): Command {
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
        answer(options.json, await viewOf(app, agreement), () => [
          `${agreement.host}: ${words(agreement)}.`,
        ]);
      });
    });
}
