/** `mitoyen group ...` */
import { Command, Option } from 'commander';
import type { GroupAccess } from '../features/groups/group.ts';
import { answer, findPerson, firstAdmin, withApp } from './context.ts';

export function groupCommand(): Command {
  const group = new Command('group').description('groups of this instance');

  group
    .command('create')
    .argument('<name>', 'its handle: letters, digits, dots, hyphens')
    .description('make a group')
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
    .option('--json', 'print JSON')
    .action(
      (
        name: string,
        options: {
          title?: string;
          description: string;
          access: GroupAccess;
          partners: string;
          admin?: string;
          json?: boolean;
        },
      ) =>
        withApp(async (app) => {
          const creator = options.admin
            ? await findPerson(app, options.admin)
            : await firstAdmin(app);
          const partners =
            options.partners === 'all'
              ? ('all' as const)
              : options.partners === 'none'
                ? []
                : options.partners.split(',').map((host) => host.trim());
          const made = await app.apis.groups.create({
            createdBy: creator,
            username: name,
            name: options.title ?? name,
            description: options.description,
            access: options.access,
            partners,
          });
          const account = await app.apis.accounts.get(made._id);
          answer(
            options.json,
            { id: made._id, handle: account?.username, access: made.access, iri: account?.iri },
            () => [`Made the ${made.access} group @${account?.username}.`],
          );
        }),
    );

  group
    .command('list')
    .description('all groups')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
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

  return group;
}
