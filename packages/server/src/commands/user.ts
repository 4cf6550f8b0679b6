/** `mitoyen user ...` */
import { Command, Option } from 'commander';
import type { Account, Role } from '../features/accounts/account.ts';
import { parseScopes } from '../features/auth/scopes.ts';
import { answer, CommandError, findPerson, withApp } from './context.ts';

const ROLES: Role[] = ['admin', 'moderator', 'member', 'guest'];
const PAGE = 500;

export function userCommand(): Command {
  const user = new Command('user').description('people of this instance');

  user
    .command('create')
    .argument('<name>', 'user name: letters, digits, dots, hyphens')
    .description('make a person; without a password a one-time sign-in link is printed')
    .requiredOption('--email <address>', 'e-mail address')
    .addOption(
      new Option('--role <role>', 'what the person may do').choices(ROLES).default('member'),
    )
    .option('--name <display name>', 'the name shown')
    .option('--password-stdin', 'read the password from the first line of standard input')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  printf "%s\\n" "$PASSWORD" | mitoyen user create amina --email amina@acme.example --password-stdin',
    )
    .action(
      async (
        name: string,
        options: {
          email: string;
          role: Role;
          name?: string;
          passwordStdin?: boolean;
          json?: boolean;
        },
      ) => {
        const password = options.passwordStdin ? await firstLine() : undefined;
        await withApp(async ({ apis }) => {
          const account = await apis.authentication.createPerson({
            username: name,
            email: options.email,
            role: options.role,
            displayName: options.name,
            password,
          });
          const link =
            password === undefined
              ? (await apis.authentication.createSignInLink(account._id)).url
              : null;
          answer(options.json, { ...viewPerson(account), sign_in_link: link }, () => [
            `Made @${account.username} (${account.role}).`,
            ...(link ? [`Sign in once, within a day, with this link: ${link}`] : []),
          ]);
        });
      },
    );

  user
    .command('list')
    .description('everybody, by user name')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withApp(async ({ apis }) => {
        const people: Account[] = [];
        for (let after: string | undefined; ; after = people.at(-1)?.username) {
          const page = await apis.accounts.people({ after, limit: PAGE });
          people.push(...page);
          if (page.length < PAGE) break;
        }
        answer(options.json, people.map(viewPerson), () =>
          people.length === 0
            ? ['There is nobody yet.']
            : people.map(
                (one) =>
                  `${one.username.padEnd(24)} ${(one.role ?? '').padEnd(10)} ${one.state.padEnd(18)} ${one.displayName}`,
              ),
        );
      }),
    );

  for (const [verb, description] of [
    ['suspend', 'sign a person out everywhere and keep them out'],
    ['unsuspend', 'let a suspended or waiting person in'],
  ] as const) {
    user
      .command(verb)
      .argument('<name>')
      .description(description)
      .option('--dry-run', 'only say what would be done')
      .option('--json', 'print JSON')
      .action((name: string, options: { dryRun?: boolean; json?: boolean }) =>
        withApp(async (app) => {
          const person = await findPerson(app, name);
          const changed = options.dryRun ? person : await app.apis.authentication[verb](person._id);
          answer(options.json, viewPerson(changed), () => [
            options.dryRun
              ? `Would ${verb} @${person.username}.`
              : `@${person.username} is ${changed.state}.`,
          ]);
        }),
      );
  }

  user
    .command('token')
    .argument('<name>')
    .description('make an access token for scripts; it is shown once')
    .option('--scopes <scopes>', 'what it may do, separated by spaces', 'read')
    .option('--label <label>', 'shown in the list of devices and apps', 'Command line')
    .option('--json', 'print JSON')
    .action((name: string, options: { scopes: string; label: string; json?: boolean }) =>
      withApp(async (app) => {
        const scopes = parseScopes(options.scopes);
        if (!scopes)
          throw new CommandError(
            `Unknown scope in "${options.scopes}". Usual ones: read write follow push`,
          );
        const person = await findPerson(app, name);
        const { token } = await app.apis.authentication.createToken(
          person._id,
          scopes,
          options.label,
        );
        answer(options.json, { token }, () => [token]);
      }),
    );

  user
    .command('link')
    .argument('<name>')
    .description('make a one-time sign-in link (a forgotten password)')
    .option('--json', 'print JSON')
    .action((name: string, options: { json?: boolean }) =>
      withApp(async (app) => {
        const person = await findPerson(app, name);
        const link = await app.apis.authentication.createSignInLink(person._id);
        answer(
          options.json,
          { sign_in_link: link.url, expires_at: new Date(link.expiresAt).toISOString() },
          () => [link.url],
        );
      }),
    );

  return user;
}

function viewPerson(account: Account) {
  return {
    id: account._id,
    username: account.username,
    display_name: account.displayName,
    role: account.role,
    state: account.state,
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
  const line = text.split('\n')[0]?.replace(/\r$/, '') ?? '';
  if (line === '') throw new CommandError('No password came on standard input.');
  return line;
}
