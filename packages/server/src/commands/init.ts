/** `mitoyen init`: prepares a new instance without starting it. */
import { Command } from 'commander';
import { answer, withApp } from './context.ts';

export function initCommand(): Command {
  return new Command('init')
    .description('prepare a new instance: keys, indexes, the first admin')
    .option('--admin <name>', 'user name of the first admin', 'admin')
    .option('--email <address>', 'e-mail address of the first admin')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nThe address (instance.base_url) is part of every id: after this it can never change.',
    )
    .action((options: { admin: string; email?: string; json?: boolean }) =>
      withApp(async ({ apis }, config) => {
        const admins = await apis.accounts.staff(['admin']);
        const [first] = await apis.accounts.getMany(admins);
        const admin =
          first ??
          (await apis.authentication.createPerson({
            username: options.admin,
            email: options.email,
            role: 'admin',
          }));
        const link = await apis.authentication.createSignInLink(admin._id);
        answer(
          options.json,
          {
            base_url: config.instance.base_url,
            admin: admin.username,
            sign_in_link: link.url,
            created: !first,
          },
          () => [
            first
              ? `This instance is prepared already; its admin is @${admin.username}.`
              : `Prepared ${config.instance.base_url}; the first admin is @${admin.username}.`,
            'The address is part of every id: it can never change.',
            `Sign in once, within a day, with this link: ${link.url}`,
          ],
        );
      }),
    );
}
