/** What the commands share: the app of the configured instance, and the people they name. */
import { userInfo } from 'node:os';
import type { App } from '../app.ts';
import { loadConfig } from '../config.ts';
import type { Config } from '../config-schema.ts';
import type { Account } from '../features/accounts/account.ts';
import { createLog } from '../platform/log.ts';
import { attachServices } from '../services/attach.ts';
import { CommandError } from './answer.ts';

/** Runs a command on the app of the configured instance, whether its server runs or not. */
export async function withApp<T>(run: (app: App, config: Config) => Promise<T>): Promise<T> {
  const { config } = loadConfig();
  // To stderr: what a script reads from stdout is the answer alone.
  const log = createLog({ ...config, log: { ...config.log, level: 'warn' } }, 'stderr');
  const [{ createApp }, services] = await Promise.all([
    // Loaded when needed: `--help` and `config` answer without database drivers and picture libraries.
    import('../app.ts'),
    attachServices(config, log),
  ]);
  try {
    const app = await createApp({
      config,
      log,
      databaseUrl: services.databaseUrl,
      redis: services.redis,
    });
    try {
      await app.prepare();
      const result = await run(app, config);
      await noteCommand(app);
      return result;
    } finally {
      await app.stop();
    }
  } finally {
    await services.stop();
  }
}

/** What only looks. Whatever else is done here is in the audit log, whoever may have typed it. */
const LOOKS = /^(list|show|history|verify|review|report|usage|check|export|status|find)$/;

/** The words of the command up to its options, which may hold what nobody may read. */
async function noteCommand(app: App): Promise<void> {
  const words = process.argv.slice(2);
  const end = words.findIndex((word) => word.startsWith('-'));
  const [group = '', verb = '', ...names] = end < 0 ? words : words.slice(0, end);
  if (group === 'audit' || LOOKS.test(verb) || words.includes('--dry-run')) return;
  await app.apis.audit.note({
    via: 'cli',
    action: `${group} ${verb}`.trim(),
    target: names.join(' ').slice(0, 300),
    facts: userInfo().username,
  });
}

/** A local person by name. */
export async function findPerson(app: App, name: string): Promise<Account> {
  const account = await app.apis.accounts.byHandle(name.replace(/^@/, '').toLowerCase());
  if (account?.domain !== null || account.kind !== 'person')
    throw new CommandError(`There is no person "${name}" here. See: mitoyen user list`);
  return account;
}

/** A person here, or one of another server by `name@host` that is known here. */
export async function findAnybody(app: App, name: string): Promise<Account> {
  const handle = name.replace(/^@/, '').toLowerCase();
  if (!handle.includes('@')) return findPerson(app, handle);
  const account = await app.apis.accounts.resolveHandle(handle);
  if (!account) throw new CommandError(`Nobody is known here as "${name}".`);
  return account.domain === null ? findPerson(app, account.username) : account;
}

/** Whom the command line acts for where a person must be named: the first admin. */
export async function firstAdmin(app: App): Promise<Account> {
  const [id] = await app.apis.accounts.staff(['admin']);
  const admin = id ? await app.apis.accounts.get(id) : null;
  if (!admin)
    throw new CommandError(
      'There is no admin yet. Make one: mitoyen user create NAME --email E --role admin',
    );
  return admin;
}
