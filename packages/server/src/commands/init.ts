/** `mitoyen init`: prepares a new instance without starting it. */
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { configSchema } from '../config-schema.ts';
import { answer, answeringCommand, ask } from './answer.ts';
import { withApp } from './context.ts';
import { ensureFirstAdmin } from './first-admin.ts';
import { writeFirstConfig } from './write-first-config.ts';

type Options = {
  baseUrl?: string;
  accountDomain?: string;
  name?: string;
  admin?: string;
  email?: string;
  json?: boolean;
};

export function initCommand(): Command {
  return answeringCommand('init', 'prepare a new instance: configuration, keys, first admin', [
    'init',
    'init --base-url https://social.acme.example --name Acme --admin amina --email amina@acme.example',
  ])
    .option('--base-url <address>', 'public address, written to config/mitoyen.yaml')
    .option(
      '--account-domain <host>',
      'what stands after the @ of people, where that is not the host of the address',
    )
    .option('--name <name>', 'name of the organization, written to config/mitoyen.yaml')
    .option('--admin <name>', 'user name of the first admin (admin)')
    .option('--email <address>', 'e-mail address of the first admin')
    .addHelpText(
      'after',
      '\nOn a terminal it asks for what is not given. The address (instance.base_url) is part of\nevery id, and the domain of handles (instance.account_domain) of every name: after this neither\ncan ever change.',
    )
    .action(async (given: Options) => {
      const options = await askForTheRest(given);
      const { baseUrl: base_url, accountDomain: account_domain, name } = options;
      const written = writeFirstConfig({ base_url, account_domain, name });
      await withApp((app, config) => prepared(app, config.instance.base_url, { options, written }));
    });
}

/** Asks only a person, and only where nothing is configured yet. */
async function askForTheRest(given: Options): Promise<Options> {
  const { config, file } = loadConfig();
  const { base_url: usual } = configSchema.parse({}).instance;
  const configured = file !== null || config.instance.base_url !== usual;
  if (configured || !process.stdin.isTTY || given.json) return given;
  return {
    ...given,
    baseUrl: given.baseUrl ?? (await ask('Public address (it can never change)?', usual)),
    name: given.name ?? (await ask('Name of the organization?', config.instance.name)),
    admin: given.admin ?? (await ask('User name of the first admin?', 'admin')),
  };
}

async function prepared(
  app: Parameters<typeof ensureFirstAdmin>[0],
  baseUrl: string,
  { options, written }: { options: Options; written: string | null },
): Promise<void> {
  const { admin, created, link } = await ensureFirstAdmin(app, {
    username: options.admin ?? 'admin',
    email: options.email,
  });
  answer(
    options.json,
    {
      base_url: baseUrl,
      config: written,
      admin: admin?.username ?? null,
      created,
      sign_in_link: link,
    },
    () => [
      ...(written ? [`Wrote ${written}.`] : []),
      created
        ? `Prepared ${baseUrl}; the first admin is @${admin?.username}.`
        : `${baseUrl} was prepared before${admin ? `; its admin is @${admin.username}` : ''}.`,
      'The address is part of every id: it can never change.',
      ...(link ? [`Sign in once, within a day, with this link: ${link}`] : []),
    ],
  );
}
