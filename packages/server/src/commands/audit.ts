/** `mitoyen audit ...`: what admins did, and whether the log of it is whole. */
import { Command } from 'commander';
import { answer, answeringCommand, CommandError } from './answer.ts';
import { withApp } from './context.ts';

export function auditCommand(): Command {
  return new Command('audit').description('the log of what admins did').addCommand(verifyCommand());
}

function verifyCommand(): Command {
  return answeringCommand(
    'verify',
    'whether no entry was changed, moved or taken out; fails where one was',
    ['audit verify', 'audit verify --head 3f0c...'],
  )
    .option('--head <hash>', 'a head that was written down before: it has to be in the log')
    .action((options: { head?: string; json?: boolean }) =>
      withApp(async ({ apis }) => {
        const { entries, head, broken, headFound } = await apis.audit.verify(options.head);
        if (broken) throw new CommandError(`Entry ${broken.at} is not sound: ${broken.reason}.`);
        if (headFound === false)
          throw new CommandError(
            'The head that you gave is not in the log: entries were taken off its end, or all of it was made anew.',
          );
        answer(options.json, { entries, head }, () => [
          `${entries} entries, all sound.`,
          `Head: ${head}`,
          'Keep the head outside this machine: with --head it shows later that nothing was taken off the end.',
        ]);
      }),
    );
}
