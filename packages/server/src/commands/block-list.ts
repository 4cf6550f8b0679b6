/** `mitoyen block lists | follow | review | apply | unfollow`: lists that others keep. */
import type { Command } from 'commander';
import type { App } from '../app.ts';
import type { BlockListSubscription } from '../features/moderation/block-lists.ts';
import type { Comparison } from '../features/moderation/compare-blocks.ts';
import { answer, answeringCommand, CommandError, mustAgree } from './answer.ts';
import { firstAdmin, withApp } from './context.ts';

/** Loaded when needed, as the app is. */
export const views = () => import('../features/moderation/block-view.ts');

export function listsCommand(): Command {
  return answeringCommand('lists', 'block lists that are followed', ['block lists']).action(
    (options: { json?: boolean }) =>
      withApp(async ({ apis }) => {
        const lists = await apis.blockLists.subscriptions();
        const { viewSubscription } = await views();
        answer(options.json, lists.map(viewSubscription), () =>
          lists.length === 0 ? ['No block list is followed.'] : lists.map(line),
        );
      }),
  );
}

function line({ url, error, csvDigest, reviewedDigest, checkedAt }: BlockListSubscription): string {
  const state = error
    ? `could not be fetched: ${error}`
    : csvDigest === reviewedDigest
      ? 'as it was reviewed'
      : `has changed; look with: mitoyen block review ${url}`;
  return `${url} ${state}${checkedAt ? ` (${new Date(checkedAt).toISOString()})` : ''}`;
}

export function followCommand(): Command {
  return answeringCommand(
    'follow',
    'follow a block list: fetched daily, applied after a review only',
    ['block follow https://example.org/blocks.csv'],
  )
    .argument('<url>', 'where the CSV is')
    .action((url: string, options: { json?: boolean }) =>
      withApp(async (app) => {
        const by = (await firstAdmin(app))._id;
        const list = await app.apis.blockLists.subscribe(url, by);
        answer(options.json, (await views()).viewSubscription(list), () => [line(list)]);
      }),
    );
}

export function unfollowCommand(): Command {
  return answeringCommand('unfollow', 'follow a block list no longer; what it blocked stays', [
    'block unfollow https://example.org/blocks.csv',
  ])
    .argument('<url>', 'where the CSV is')
    .action((url: string, options: { json?: boolean }) =>
      withApp(async (app) => {
        const { _id } = await findList(app, url);
        await app.apis.blockLists.unsubscribe(_id, (await firstAdmin(app))._id);
        answer(options.json, { url }, () => [`${url} is not followed any more.`]);
      }),
    );
}

export function reviewCommand(): Command {
  return answeringCommand('review', 'what a list that is followed would change here', [
    'block review https://example.org/blocks.csv',
  ])
    .argument('<url>', 'where the CSV is')
    .action((url: string, options: { json?: boolean }) =>
      withApp(async (app) => {
        const found = await app.apis.blockLists.review((await findList(app, url))._id);
        answer(options.json, (await views()).viewComparison(found), () => comparisonLines(found));
      }),
    );
}

export function applyCommand(): Command {
  return answeringCommand('apply', 'apply a list that is followed, as it was last fetched', [
    'block apply https://example.org/blocks.csv --yes',
    'block apply https://example.org/blocks.csv --only "spam.example worse.example"',
  ])
    .argument('<url>', 'where the CSV is')
    .option('--only <hosts>', 'these hosts alone, separated by spaces')
    .option('--yes', 'do not ask')
    .action((url: string, options: { only?: string; yes?: boolean; json?: boolean }) =>
      withApp(async (app) => {
        const list = await findList(app, url);
        const found = await app.apis.blockLists.review(list._id);
        if (!options.yes) {
          process.stderr.write(`${comparisonLines(found).join('\n')}\n`);
          await mustAgree('Apply this?');
        }
        const only = options.only?.split(/[\s,]+/).filter(Boolean);
        const applied = await app.apis.blockLists.apply(list._id, (await firstAdmin(app))._id, {
          ...(list.csvDigest && { digest: list.csvDigest }),
          ...(only && { only }),
        });
        answer(options.json, applied, () => [
          `${applied.blocked} blocked, ${applied.changed} changed, ${applied.lifted} lifted, ${applied.skipped} left alone.`,
        ]);
      }),
    );
}

async function findList(app: App, url: string): Promise<BlockListSubscription> {
  const lists = await app.apis.blockLists.subscriptions();
  const found = lists.find((one) => one.url === url || one._id === url);
  if (!found) throw new CommandError(`${url} is not followed. See: mitoyen block lists`);
  return found;
}

export function comparisonLines(found: Comparison): string[] {
  const rows = (word: string, all: { host: string; severity: string }[]) =>
    all.map(({ host, severity }) => `  ${word} ${host} (${severity})`);
  return [
    `${found.add.length} new, ${found.change.length} stricter, ${found.lift.length} to lift, ${found.same} the same`,
    ...rows('block', found.add),
    ...rows('stricter:', found.change),
    ...rows('lift', found.lift),
    ...rows('left alone, a partner:', found.partners),
    ...found.refused.map(
      ({ line: at, text, reason }) => `  not read, line ${at}: ${text} ${reason}`,
    ),
  ];
}
