/** The command line, `mitoyen`. Exit codes: 0 done, 1 failed, 2 wrong use, 78 configuration. */
import { Command, CommanderError } from 'commander';
import { auditCommand } from './commands/audit.ts';
import { backupCommand, restoreCommand } from './commands/backup.ts';
import { blockCommand } from './commands/block.ts';
import { configCommand } from './commands/config.ts';
import { dbCommand } from './commands/db.ts';
import { deliveriesCommand } from './commands/deliveries.ts';
import { doctorCommand } from './commands/doctor.ts';
import { EX_USAGE, reportFailure } from './commands/failure.ts';
import { groupCommand } from './commands/group.ts';
import { initCommand } from './commands/init.ts';
import { keysCommand } from './commands/keys.ts';
import { mediaCommand } from './commands/media.ts';
import { checkNode } from './commands/node-version.ts';
import { partnerCommand } from './commands/partner.ts';
import { startCommand } from './commands/start.ts';
import { userCommand } from './commands/user.ts';
import { VERSION } from './version.ts';

const program = new Command('mitoyen')
  .description('A self-hosted work network, federated by agreement with partner companies.')
  .version(VERSION)
  .addHelpText(
    'after',
    `
The configuration is config/mitoyen.yaml, or the file that MITOYEN_CONFIG names;
MITOYEN_SECTION__KEY overrides a key, MITOYEN_DATA_DIR the data folder.

Examples:
  $ mitoyen start
  $ mitoyen user create amina --email amina@acme.example --role admin
  $ mitoyen partner offer social.northwind.example
  $ mitoyen doctor

Exit codes: 0 done, 1 failed, 2 wrong use, 78 configuration.`,
  );

for (const command of [
  startCommand(),
  initCommand(),
  userCommand(),
  groupCommand(),
  deliveriesCommand(),
  partnerCommand(),
  keysCommand(),
  mediaCommand(),
  blockCommand(),
  configCommand(),
  backupCommand(),
  restoreCommand(),
  auditCommand(),
  dbCommand(),
  doctorCommand(),
])
  program.addCommand(command);
throwInsteadOfExit(program);

/** Errors come here, so that every way to use it wrongly has the same exit code. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride().showHelpAfterError('(add --help to see how)');
  for (const one of command.commands) throwInsteadOfExit(one);
}

// `mitoyen user list | head -1`: a reader that has enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  const node = checkNode();
  if (node.usable) await program.parseAsync();
  else process.exitCode = reportFailure(node.text);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EX_USAGE;
  else process.exitCode = reportFailure(error);
}
