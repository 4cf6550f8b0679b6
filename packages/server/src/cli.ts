/** The command line, `mitoyen`. Exit codes: 0 done, 1 failed, 2 wrong use, 78 configuration. */
import { Command, CommanderError } from 'commander';
import { configCommand } from './commands/config.ts';
import { reportFailure } from './commands/context.ts';
import { dbCommand } from './commands/db.ts';
import { doctorCommand } from './commands/doctor.ts';
import { groupCommand } from './commands/group.ts';
import { initCommand } from './commands/init.ts';
import { partnerCommand } from './commands/partner.ts';
import { startCommand } from './commands/start.ts';
import { userCommand } from './commands/user.ts';
import { VERSION } from './version.ts';

const EX_USAGE = 2;

const program = new Command('mitoyen')
  .description('A self-hosted work network, federated by agreement with partner companies.')
  .version(VERSION)
  .showHelpAfterError('(--help shows how)')
  .addHelpText(
    'after',
    '\nThe configuration is config/mitoyen.yaml, or the file that MITOYEN_CONFIG names;\nMITOYEN_SECTION__KEY overrides a key, MITOYEN_DATA_DIR the data folder.\nExit codes: 0 done, 1 failed, 2 wrong use, 78 configuration.',
  );

for (const command of [
  startCommand(),
  initCommand(),
  userCommand(),
  groupCommand(),
  partnerCommand(),
  configCommand(),
  dbCommand(),
  doctorCommand(),
])
  program.addCommand(command);
for (const command of [
  program,
  ...program.commands,
  ...program.commands.flatMap((one) => one.commands),
])
  command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EX_USAGE;
  else process.exitCode = reportFailure(error);
}
