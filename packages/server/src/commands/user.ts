/** `mitoyen user ...` */
import { Command, Option } from 'commander';
import type { App } from '../app.ts';
import type { Account, Role } from '../features/accounts/account.ts';
import { parseScopes } from '../features/auth/scopes.ts';
import type { ModeratorAction } from '../features/moderation/restrict-people.ts';
import { answer, answeringCommand, CommandError, UsageError } from './answer.ts';
import { findAnybody, findPerson, withApp } from './context.ts';

const ROLES: Role[] = ['admin', 'moderator', 'member', 'guest'];
const PAGE = 500;

export function userCommand(): Command {
  return new Command('user')
    .description('people of this instance')
    .addCommand(createUserCommand())
    .addCommand(listUsersCommand())
    .addCommand(
      stateCommand('suspend', 'sign a person out and keep them out; of another server: hide them'),
    )
    .addCommand(stateCommand('unsuspend', 'let a suspended or waiting person in again'))
    .addCommand(stateCommand('silence', 'have somebody heard by followers alone'))
    .addCommand(stateCommand('unsilence', 'have somebody heard by everybody again'))
    .addCommand(tokenCommand())
    .addCommand(linkCommand())
    .addCommand(aliasCommand())
    .addCommand(moveCommand());
}

type CreateOptions = {
  email: string;
  role: Role;
  name?: string;
  passwordStdin?: boolean;
  json?: boolean;
};

function createUserCommand(): Command {
  return answeringCommand(
    'create',
    'make a person; without a password a one-time sign-in link is printed',
    [
      'user create amina --email amina@acme.example --role admin',
      'user create leo --email leo@acme.example --password-stdin < password.txt',
    ],
  )
    .argument('<name>', 'user name: letters, digits, dots, hyphens')
    .requiredOption('--email <address>', 'e-mail address')
    .addOption(
      new Option('--role <role>', 'what the person may do').choices(ROLES).default('member'),
    )
    .option('--name <display name>', 'the name shown')
    .option('--password-stdin', 'read the password from the first line of standard input')
    .action(async (username: string, options: CreateOptions) => {
      const { email, role, name: displayName } = options;
      const password = options.passwordStdin ? await firstLine() : undefined;
      await withApp(async ({ apis: { authentication } }) => {
        const wanted = { username, email, role, displayName, password };
        const account = await authentication.createPerson(wanted);
        const link =
          password === undefined ? (await authentication.createSignInLink(account._id)).url : null;
        answer(options.json, { ...viewPerson(account), sign_in_link: link }, () => [
          `Made @${account.username} (${account.role}).`,
          ...(link ? [`Sign in once, within a day, with this link: ${link}`] : []),
        ]);
      });
    });
}

function listUsersCommand(): Command {
  return answeringCommand('list', 'everybody, by user name', [
    'user list',
    'user list --json',
  ]).action((options: { json?: boolean }) =>
    withApp(async ({ apis }) => {
      const people: Account[] = [];
      for (let after: string | undefined; ; after = people.at(-1)?.username) {
        const page = await apis.accounts.people({ after, limit: PAGE });
        people.push(...page);
        if (page.length < PAGE) break;
      }
      answer(options.json, people.map(viewPerson), () =>
        people.length === 0 ? ['There is nobody yet.'] : people.map(line),
      );
    }),
  );
}

function line(person: Account): string {
  const { username, role, state, displayName } = person;
  return `${username.padEnd(24)} ${(role ?? '').padEnd(10)} ${state.padEnd(18)} ${displayName}`;
}

function stateCommand(verb: ModeratorAction, description: string): Command {
  return answeringCommand(verb, description, [
    `user ${verb} amina --dry-run`,
    `user ${verb} mallory@social.northwind.example`,
  ])
    .argument('<name>', 'user name; of another server name@host')
    .option('--dry-run', 'only say what would be done')
    .action((name: string, options: { dryRun?: boolean; json?: boolean }) =>
      withApp(async (app) => {
        const person = await findAnybody(app, name);
        const changed = options.dryRun ? person : await act(app, person, verb);
        answer(options.json, viewPerson(changed), () => [
          options.dryRun
            ? `Would ${verb} @${person.handle}.`
            : `@${person.handle} is ${changed.restricted ?? changed.state}.`,
        ]);
      }),
    );
}

/** Who waits for approval is let in; the rest is what moderators do. */
function act({ apis }: App, person: Account, verb: ModeratorAction): Promise<Account> {
  const isWaiting = person.state === 'awaiting_approval';
  if (isWaiting && (verb === 'suspend' || verb === 'unsuspend'))
    return apis.authentication[verb](person._id);
  return apis.restrict(null, person._id, verb);
}

function tokenCommand(): Command {
  return answeringCommand('token', 'make an access token for scripts; it is shown once', [
    'user token amina --scopes "read write follow push" --json',
  ])
    .argument('<name>', 'user name')
    .option('--scopes <scopes>', 'what it may do, separated by spaces', 'read')
    .option('--label <label>', 'shown in the list of devices and apps', 'Command line')
    .action((name: string, options: { scopes: string; label: string; json?: boolean }) => {
      const scopes = parseScopes(options.scopes);
      if (!scopes)
        throw new UsageError(
          `Unknown scope in "${options.scopes}". Usual ones: read write follow push`,
        );
      return withApp(async (app) => {
        const person = await findPerson(app, name);
        const made = await app.apis.authentication.createToken(person._id, scopes, options.label);
        answer(options.json, { token: made.token }, () => [made.token]);
      });
    });
}

function linkCommand(): Command {
  return answeringCommand('link', 'make a one-time sign-in link (a forgotten password)', [
    'user link amina',
  ])
    .argument('<name>', 'user name')
    .action((name: string, options: { json?: boolean }) =>
      withApp(async (app) => {
        const person = await findPerson(app, name);
        const { url, expiresAt } = await app.apis.authentication.createSignInLink(person._id);
        answer(
          options.json,
          { sign_in_link: url, expires_at: new Date(expiresAt).toISOString() },
          () => [url],
        );
      }),
    );
}

function aliasCommand(): Command {
  return answeringCommand('alias', 'name another account as theirs, so that it can move here', [
    'user alias amina amina@old.example',
  ])
    .argument('<name>', 'user name')
    .argument('<handle>', 'the other account: name@host')
    .action((name: string, handle: string, options: { json?: boolean }) =>
      withApp(async (app) => {
        const person = await app.apis.accounts.addAlias(await findPerson(app, name), handle);
        answer(options.json, { ...viewPerson(person), aliases: person.alsoKnownAs }, () => [
          `@${person.username} is also ${person.alsoKnownAs.join(', ')}.`,
        ]);
      }),
    );
}

function moveCommand(): Command {
  return answeringCommand(
    'move',
    'move the followers to another account, which must name this one as its alias first',
    ['user move amina amina@new.example', 'user move amina amina@new.example --dry-run'],
  )
    .argument('<name>', 'user name')
    .argument('<handle>', 'where to: name@host')
    .option('--dry-run', 'only say what would be done')
    .action((name: string, handle: string, options: { dryRun?: boolean; json?: boolean }) =>
      withApp(async (app) => {
        const person = await findPerson(app, name);
        const moved = options.dryRun ? person : await app.apis.accounts.move(person, handle);
        answer(options.json, { ...viewPerson(moved), moved_to: moved.movedTo ?? null }, () => [
          options.dryRun
            ? `Would move the followers of @${person.username} to ${handle}.`
            : `@${person.username} has moved to ${moved.movedTo}.`,
        ]);
      }),
    );
}

function viewPerson(account: Account) {
  return {
    id: account._id,
    username: account.username,
    display_name: account.displayName,
    role: account.role,
    state: account.state,
    restricted: account.restricted ?? null,
    iri: account.iri,
    created_at: new Date(account.createdAt).toISOString(),
  };
}

async function firstLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  const [first = ''] = text.split('\n');
  const password = first.replace(/\r$/, '');
  if (password === '') throw new CommandError('No password came on standard input.');
  return password;
}
