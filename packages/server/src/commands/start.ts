/** `mitoyen start`: services, server, first admin, and a clean end. */
import { Command } from 'commander';
import type { App } from '../app.ts';
import { loadConfig } from '../config.ts';
import type { Config } from '../config-schema.ts';
import { runServer } from '../main.ts';
import { createLog } from '../platform/log.ts';
import { startServices } from '../services/services.ts';

export function startCommand(): Command {
  return new Command('start')
    .description('start this instance and stay in the foreground until Ctrl-C')
    .option('--admin <name>', 'name of the first admin, made at the first start', 'admin')
    .action(async (options: { admin: string }) => {
      const { config } = loadConfig();
      const log = createLog(config);
      const services = await startServices(config, log);
      try {
        const { stopped } = await runServer({
          config,
          log,
          services,
          onReady: (app) => welcome(app, config, options.admin),
        });
        await stopped;
      } catch (error) {
        await services.stop();
        throw error;
      }
    });
}

async function welcome(app: App, config: Config, adminName: string): Promise<void> {
  if (config.roles === 'worker') return;
  const link = await firstSignInLink(app, adminName);
  const lines = ['', `  ${config.instance.name} is ready: ${config.instance.base_url}`];
  if (link) {
    lines.push(
      '',
      `  The first admin is @${link.username}. Open this link once, within a day, to choose a password:`,
      `  ${link.url}`,
      '',
    );
    lines.push('  The address is part of every id from now on: it can never change.');
  }
  process.stdout.write(`${[...lines, '  Ctrl-C stops it.', ''].join('\n')}\n`);
}

/** Makes the first admin where there is nobody yet; a link again while that admin has never signed in. */
async function firstSignInLink(
  app: App,
  adminName: string,
): Promise<{ username: string; url: string } | null> {
  const { accounts, authentication } = app.apis;
  const admins = await accounts.getMany(await accounts.staff(['admin']));
  const [admin] = admins;
  if (!admin) {
    const made = await authentication.createPerson({
      username: adminName,
      displayName: adminName,
      role: 'admin',
    });
    return { username: made.username, url: (await authentication.createSignInLink(made._id)).url };
  }
  if (admins.length > 1 || (await authentication.hasPassword(admin._id))) return null;
  return { username: admin.username, url: (await authentication.createSignInLink(admin._id)).url };
}
