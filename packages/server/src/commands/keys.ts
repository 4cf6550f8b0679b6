/** `mitoyen keys ...`: the keys that local actors sign with. */
import { Command } from 'commander';
import type { App } from '../app.ts';
import type { RotatedKeys } from '../features/accounts/rotate-keys.ts';
import { answer, answeringCommand, CommandError, UsageError } from './answer.ts';
import { withApp } from './context.ts';

const DAY_MS = 24 * 3600_000;
const MOST_DAYS = 60;
const PAGE = 500;

export function keysCommand(): Command {
  return new Command('keys')
    .description('the keys that people, groups and this server sign with')
    .addCommand(rotateCommand());
}

type RotateOptions = {
  all?: boolean;
  instance?: boolean;
  graceDays: string;
  compromised?: boolean;
  json?: boolean;
};

function rotateCommand(): Command {
  return answeringCommand('rotate', 'new keys; other servers are told, and take both for a while', [
    'keys rotate amina',
    'keys rotate --instance --grace-days 14',
    'keys rotate --all --compromised',
  ])
    .argument('[name]', 'a person or group of this server')
    .option('--all', 'every person and group, and the server itself')
    .option('--instance', 'the server itself')
    .option('--grace-days <days>', 'how long what the old keys signed still counts', '7')
    .option('--compromised', 'without a grace: others may have the old keys')
    .action((name: string | undefined, options: RotateOptions) => {
      if ([name, options.all, options.instance].filter(Boolean).length !== 1)
        throw new UsageError('Give one of: a name, --all, --instance');
      const graceMs = options.compromised ? 0 : daysOf(options.graceDays) * DAY_MS;
      return withApp(async (app) => {
        const rotated: RotatedKeys[] = [];
        for await (const id of actorsOf(app, name, options))
          rotated.push(await app.apis.accounts.rotateKeys(id, graceMs));
        answer(options.json, rotated.map(view), () => rotated.map(line));
      });
    });
}

function daysOf(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS)
    throw new UsageError(`--grace-days is a number from 1 to ${MOST_DAYS}`);
  return days;
}

async function* actorsOf(
  { apis }: App,
  name: string | undefined,
  { all, instance }: RotateOptions,
): AsyncIterable<string> {
  if (name !== undefined) {
    const account = await apis.accounts.byHandle(name.replace(/^@/, '').toLowerCase());
    if (account?.domain !== null || account.state === 'gone')
      throw new CommandError(`There is no person or group "${name}" here.`);
    yield account._id;
  }
  if (all) {
    yield* peopleOf(apis);
    for (const group of await apis.groups.list(null))
      if (await isHere(apis, group.id)) yield group.id;
  }
  if (all || instance) yield (await apis.accounts.instanceActor())._id;
}

async function* peopleOf(apis: App['apis']): AsyncIterable<string> {
  let after: string | undefined;
  while (true) {
    const page = await apis.accounts.people({ after, limit: PAGE });
    for (const { _id, state } of page) if (state !== 'gone') yield _id;
    if (page.length < PAGE) return;
    after = page.at(-1)?.username;
  }
}

async function isHere(apis: App['apis'], id: string): Promise<boolean> {
  return (await apis.accounts.get(id))?.domain === null;
}

function view({ iri, key, graceUntil }: RotatedKeys) {
  return { actor: iri, key, grace_until: graceUntil && new Date(graceUntil).toISOString() };
}

function line({ iri, key, graceUntil }: RotatedKeys): string {
  const grace = graceUntil
    ? `the old keys count until ${new Date(graceUntil).toISOString().slice(0, 10)}`
    : 'the old keys count no more';
  return `${iri}: signs with ${key}; ${grace}`;
}
