/** `mitoyen partner offer | change | accept | reject`: how an agreement comes about. */
import type { Command } from 'commander';
import { SCOPES } from '../features/partners/partners.ts';
import { answer, answeringCommand, UsageError } from './answer.ts';
import { firstAdmin, withApp } from './context.ts';
import { changedLimits, readTerms, type TermOptions, withTermOptions } from './partner-terms.ts';
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

export function acceptCommand(): Command {
  return answeringCommand('accept', 'accept what a host offers', [
    'partner accept social.acme.example',
  ])
    .argument('<host>', 'the host that offered')
    .action((host: string, options: { json?: boolean }) => {
      const name = hostOf(host);
      return withApp(async (app) => {
        const agreement = await app.apis.partners.accept(name, (await firstAdmin(app))._id);
        answer(options.json, await viewOf(app, agreement), () => [
          `${agreement.host}: ${words(agreement)}.`,
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
