/** Ways to answer the person or the script at the other end of a command. */
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';

/** A failure that the person at the terminal can mend: one line, no stack. */
export class CommandError extends Error {
  override name = 'CommandError';
}

/** The command was called in a way that cannot mean anything (exit code 2). */
export class UsageError extends CommandError {
  override name = 'UsageError';
}

/** A command of `mitoyen` that answers in lines, or in JSON where `--json` is given. */
export function answeringCommand(name: string, description: string, examples: string[]): Command {
  const lines = examples.map((example) => `  $ mitoyen ${example}`).join('\n');
  return new Command(name)
    .description(description)
    .option('--json', 'print JSON, for scripts')
    .addHelpText('after', `\nExamples:\n${lines}`);
}

/** Prints a result: JSON for scripts, else lines for people. */
export function answer(json: boolean | undefined, value: unknown, lines: () => string[]): void {
  process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${lines().join('\n')}\n`);
}

/**
 * Asks before something that cannot be undone.
 *
 * @throws CommandError where nobody can be asked, or the answer is no
 */
export async function mustAgree(question: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new CommandError('Nobody can be asked here: add --yes to go on, or --dry-run to look.');
  const reply = await ask(`${question} [y/N]`, '');
  if (!/^y(es)?$/i.test(reply)) throw new CommandError('Nothing was changed.');
}

/** One question on the terminal; an empty reply is the default. */
export async function ask(question: string, byDefault: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const reply = await terminal.question(`${question}${byDefault && ` (${byDefault})`} `);
    return reply.trim() || byDefault;
  } finally {
    terminal.close();
  }
}
