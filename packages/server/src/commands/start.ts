/** `mitoyen start`: services, server, first admin, and a clean end. */
import { setImmediate as afterTurn } from 'node:timers/promises';
import { Command } from 'commander';
import type { App } from '../app.ts';
import { loadConfig } from '../config.ts';
import type { Config } from '../config-schema.ts';
import { createLog } from '../platform/log.ts';
import { startServices } from '../services/services.ts';
import { ensureFirstAdmin } from './first-admin.ts';
import { checkNode } from './node-version.ts';

export function startCommand(): Command {
  return new Command('start')
    .description('start this instance and stay in the foreground until Ctrl-C')
    .option('--admin <name>', 'user name of the first admin, made at the first start', 'admin')
    .addHelpText(
      'after',
      '\nExamples:\n  $ mitoyen start\n  $ mitoyen start --admin amina\n  $ MITOYEN_ROLES=worker mitoyen start\n\nCtrl-C or SIGTERM finishes what is under way; a second one ends at once.',
    )
    .action(async (options: { admin: string }) => {
      const { config } = loadConfig();
      const log = createLog(config);
      const node = checkNode();
      if (!node.pinned) log.warn(node.text);
      // The children start while the modules load, which keeps this process busy without a break.
      const starting = startServices(config, log);
      const [{ runServer }, services] = await Promise.all([
        afterTurn().then(() => import('../main.ts')),
        starting,
      ]);
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
  const { admin, link } = await ensureFirstAdmin(app, { username: adminName });
  const lines = [`${config.instance.name} is ready: ${config.instance.base_url}`];
  if (!admin) {
    lines.push(
      'There is no active admin. Make one: mitoyen user create NAME --email E --role admin',
    );
  }
  if (admin && link) {
    lines.push(
      '',
      `The first admin is @${admin.username}. Open this link once, within a day, to choose a password:`,
      link,
      '',
      'The address is part of every id from now on: it can never change.',
    );
  }
  const paused = (await app.apis.partners.pauses()).find(({ host }) => host === '*');
  if (paused) {
    lines.push(
      '',
      `The exchange with all partners is paused${paused.reason === 'restored' ? ', as after every restore' : ''}.`,
      'When all is as it should be: mitoyen partner resume --all',
      '',
    );
  }
  lines.push('Ctrl-C stops it.');
  process.stdout.write(`\n${lines.map((line) => (line ? `  ${line}` : '')).join('\n')}\n\n`);
}
