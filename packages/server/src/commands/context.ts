/** What every command needs: the configuration, the app without serving, and ways to answer. */
import { type App, createApp } from '../app.ts';
import { ConfigError, EX_CONFIG, loadConfig } from '../config.ts';
import type { Config } from '../config-schema.ts';
import type { Account } from '../features/accounts/account.ts';
import { AppError } from '../platform/app-error.ts';
import { BaseUrlError } from '../platform/base-url.ts';
import { createLog } from '../platform/log.ts';
import { attachServices } from '../services/attach.ts';
import { ServiceError } from '../services/service-error.ts';

/** A failure that the person at the terminal can mend: one line, no stack. */
export class CommandError extends Error {
  override name = 'CommandError';
}

/** Prints a result: JSON for scripts, else lines for people. */
export function answer(json: boolean | undefined, value: unknown, lines: () => string[]): void {
  process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${lines().join('\n')}\n`);
}

/** Runs a command on the app of the configured instance, whether its server runs or not. */
export async function withApp<T>(run: (app: App, config: Config) => Promise<T>): Promise<T> {
  const { config } = loadConfig();
  const log = createLog({ ...config, log: { ...config.log, level: 'warn' } });
  const services = await attachServices(config, log);
  try {
    const app = await createApp({
      config,
      log,
      databaseUrl: services.databaseUrl,
      redis: services.redis,
    });
    try {
      await app.prepare();
      return await run(app, config);
    } finally {
      await app.stop();
    }
  } finally {
    await services.stop();
  }
}

/** A local person by name. */
export async function findPerson(app: App, name: string): Promise<Account> {
  const account = await app.apis.accounts.byHandle(name.replace(/^@/, '').toLowerCase());
  if (account?.domain !== null || account.kind !== 'person')
    throw new CommandError(`There is no person "${name}" here. See: mitoyen user list`);
  return account;
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

/** Writes what went wrong and gives the exit code: 1 failed, 78 configuration. */
export function reportFailure(error: unknown): number {
  if (error instanceof ConfigError) {
    process.stderr.write(`mitoyen: the configuration cannot be used\n${error.message}\n`);
    return EX_CONFIG;
  }
  const expected =
    error instanceof CommandError ||
    error instanceof ServiceError ||
    error instanceof BaseUrlError ||
    error instanceof AppError;
  const text =
    error instanceof Error
      ? expected
        ? error.message
        : (error.stack ?? error.message)
      : String(error);
  process.stderr.write(`mitoyen: ${text}\n`);
  return error instanceof BaseUrlError ? EX_CONFIG : 1;
}
