/** The command line, `mitoyen`. Exit codes: 0 done, 1 failed, 2 wrong use, 78 configuration. */
import { Command, CommanderError } from 'commander';
import { EX_USAGE, reportFailure } from './commands/failure.ts';
import { checkNode } from './commands/node-version.ts';
import { VERSION } from './version.ts';

/** Only the one that is asked for is loaded: a start reads nothing of what an inspection needs. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  start: async () => (await import('./commands/start.ts')).startCommand(),
  init: async () => (await import('./commands/init.ts')).initCommand(),
  user: async () => (await import('./commands/user.ts')).userCommand(),
  group: async () => (await import('./commands/group.ts')).groupCommand(),
  deliveries: async () => (await import('./commands/deliveries.ts')).deliveriesCommand(),
  partner: async () => (await import('./commands/partner.ts')).partnerCommand(),
  keys: async () => (await import('./commands/keys.ts')).keysCommand(),
  media: async () => (await import('./commands/media.ts')).mediaCommand(),
  block: async () => (await import('./commands/block.ts')).blockCommand(),
  config: async () => (await import('./commands/config.ts')).configCommand(),
  backup: async () => (await import('./commands/backup.ts')).backupCommand(),
  restore: async () => (await import('./commands/backup.ts')).restoreCommand(),
  audit: async () => (await import('./commands/audit.ts')).auditCommand(),
  db: async () => (await import('./commands/db.ts')).dbCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
};

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

const asked = Object.entries(COMMANDS).filter(([name]) => name === process.argv[2]);
for (const [, load] of asked.length > 0 ? asked : Object.entries(COMMANDS))
  program.addCommand(await load());
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
