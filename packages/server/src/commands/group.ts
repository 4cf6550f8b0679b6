/** `mitoyen group ...` */
import { Command, Option } from 'commander';
import type { GroupAccess } from '../features/groups/group.ts';
import { answer, answeringCommand } from './answer.ts';
import { findPerson, firstAdmin, withApp } from './context.ts';

export function groupCommand(): Command {
  return new Command('group')
    .description('groups of this instance')
    .addCommand(createGroupCommand())
    .addCommand(listGroupsCommand());
}

type CreateOptions = {
  title?: string;
  description: string;
  access: GroupAccess;
  partners: string;
  admin?: string;
  json?: boolean;
};

function createGroupCommand(): Command {
  return answeringCommand('create', 'make a group', [
    'group create safety --title "Safety first" --access open',
    'group create rotterdam --partners social.northwind.example --admin leo',
  ])
    .argument('<name>', 'its handle: letters, digits, dots, hyphens')
    .option('--title <title>', 'the name shown')
    .option('--description <text>', 'what it is for (Markdown)', '')
    .addOption(
      new Option('--access <access>', 'open: join at once; closed: ask; secret: by invitation')
        .choices(['open', 'closed', 'secret'])
        .default('closed'),
    )
    .option(
      '--partners <hosts>',
      'whose people may be members: all, none, or hosts separated by commas',
      'none',
    )
    .option('--admin <person>', 'its first admin (default: the first admin of the instance)')
    .action((name: string, options: CreateOptions) =>
      withApp(async (app) => {
        const creator = options.admin
          ? await findPerson(app, options.admin)
          : await firstAdmin(app);
        const made = await app.apis.groups.create({
          createdBy: creator,
          username: name,
          name: options.title ?? name,
          description: options.description,
          access: options.access,
          partners: partnersOf(options.partners),
        });
        const account = await app.apis.accounts.get(made._id);
        answer(
          options.json,
          { id: made._id, handle: account?.username, access: made.access, iri: account?.iri },
          () => [`Made the ${made.access} group @${account?.username}.`],
        );
      }),
    );
}

function partnersOf(text: string): 'all' | string[] {
  if (text === 'all') return 'all';
  if (text === 'none') return [];
  return text
    .split(',')
    .map((host) => host.trim())
    .filter(Boolean);
}

function listGroupsCommand(): Command {
  return answeringCommand('list', 'all groups', ['group list', 'group list --json']).action(
    (options: { json?: boolean }) =>
      withApp(async ({ apis }) => {
        const groups = await apis.groups.list(null);
        answer(options.json, groups, () =>
          groups.length === 0
            ? ['There is no group yet.']
            : groups.map(
                (one) =>
                  `${String(one.handle).padEnd(32)} ${String(one.access).padEnd(8)} ${one.name}`,
              ),
        );
      }),
  );
}
