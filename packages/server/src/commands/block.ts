/** `mitoyen block ...`: hosts that nothing, or less, is exchanged with. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { SEVERITIES } from '../features/partners/partners.ts';
import { answer, answeringCommand, CommandError, mustAgree, UsageError } from './answer.ts';
import {
  applyCommand,
  comparisonLines,
  followCommand,
  listsCommand,
  reviewCommand,
  unfollowCommand,
  views,
} from './block-list.ts';
import { firstAdmin, withApp } from './context.ts';

export function blockCommand(): Command {
  return new Command('block')
    .description('hosts that are blocked, and block lists')
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(removeCommand())
    .addCommand(exportCommand())
    .addCommand(importCommand())
    .addCommand(listsCommand())
    .addCommand(followCommand())
    .addCommand(reviewCommand())
    .addCommand(applyCommand())
    .addCommand(unfollowCommand());
}

function listCommand(): Command {
  return answeringCommand('list', 'blocked hosts', ['block list', 'block list --json']).action(
    (options: { json?: boolean }) =>
      withApp(async ({ apis }) => {
        const blocks = await apis.partners.blocks();
        answer(options.json, blocks.map((await views()).viewBlock), () =>
          blocks.length === 0
            ? ['No host is blocked.']
            : blocks.map(({ host, severity, privateComment, publicComment }) =>
                `${host.padEnd(32)} ${severity.padEnd(8)} ${privateComment || publicComment}`.trim(),
              ),
        );
      }),
  );
}

function addCommand(): Command {
  return answeringCommand('add', 'block a host with its subdomains', [
    'block add spam.example --comment "sends spam"',
    'block add loud.example --severity silence',
  ])
    .argument('<host>', 'e.g. spam.example')
    .option('--severity <severity>', SEVERITIES.join(', '), 'suspend')
    .option('--comment <text>', 'for the admins', '')
    .action((host: string, options: { severity: string; comment: string; json?: boolean }) => {
      const severity = SEVERITIES.find((one) => one === options.severity);
      if (!severity) throw new UsageError(`--severity is one of ${SEVERITIES.join(', ')}`);
      return withApp(async (app) => {
        const whole = severity === 'suspend';
        const details = { severity, rejectMedia: whole, rejectReports: whole };
        const block = await app.apis.partners.block(
          host,
          { ...details, privateComment: options.comment },
          (await firstAdmin(app))._id,
        );
        answer(options.json, (await views()).viewBlock(block), () => [
          `${block.host} is blocked (${block.severity}).`,
        ]);
      });
    });
}

function removeCommand(): Command {
  return answeringCommand('remove', 'lift the block of a host', ['block remove spam.example'])
    .argument('<host>', 'e.g. spam.example')
    .action((host: string, options: { json?: boolean }) =>
      withApp(async (app) => {
        const { partners } = app.apis;
        const block = (await partners.blocks()).find((one) => one.host === host.toLowerCase());
        if (!block) throw new CommandError(`${host} is not blocked.`);
        await partners.unblock(block._id, (await firstAdmin(app))._id);
        answer(options.json, { domain: block.host }, () => [`${block.host} is not blocked now.`]);
      }),
    );
}

function exportCommand(): Command {
  return answeringCommand('export', "write all blocks as Mastodon's CSV", [
    'block export > blocks.csv',
    'block export blocks.csv',
  ])
    .argument('[file]', 'a new file; absent: standard output')
    .action((file: string | undefined, options: { json?: boolean }) =>
      withApp(async ({ apis }) => {
        const csv = await apis.blockLists.exportCsv();
        if (file === undefined) return answer(options.json, { csv }, () => [csv.trimEnd()]);
        try {
          writeFileSync(file, csv, { flag: 'wx' });
        } catch {
          throw new CommandError(`${file} cannot be written, or is there already.`);
        }
        answer(options.json, { file }, () => [`Written to ${file}.`]);
      }),
    );
}

function importCommand(): Command {
  return answeringCommand('import', "block the hosts of a CSV in Mastodon's format", [
    'block import blocks.csv --dry-run',
    'block import blocks.csv --yes',
  ])
    .argument('<file>', 'the CSV')
    .option('--dry-run', 'only say what would be done')
    .option('--yes', 'do not ask')
    .action((file: string, options: { dryRun?: boolean; yes?: boolean; json?: boolean }) => {
      const csv = read(file);
      return withApp(async (app) => {
        const { blockLists } = app.apis;
        const found = await blockLists.compare(csv);
        const shown = (await views()).viewComparison(found);
        if (options.dryRun) return answer(options.json, shown, () => comparisonLines(found));
        if (!options.yes) {
          process.stderr.write(`${comparisonLines(found).join('\n')}\n`);
          await mustAgree('Import this?');
        }
        const applied = await blockLists.importCsv(csv, (await firstAdmin(app))._id, {});
        answer(options.json, { ...shown, applied }, () => [
          `${applied.blocked} blocked, ${applied.changed} changed, ${applied.skipped} left alone.`,
        ]);
      });
    });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CommandError(`${file} cannot be read.`);
  }
}
