/** The passphrase of backups: from a file, from standard input, or asked for. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { LEAST_PASSPHRASE } from '../backup/archive-cipher.ts';
import { ask, CommandError } from './answer.ts';

/** @param file a path; `-` for standard input; undefined: ask, where somebody is there */
export async function readPassphrase(file: string | undefined): Promise<string> {
  const given = (await read(file)).split(/\r?\n/)[0] ?? '';
  if (given.length >= LEAST_PASSPHRASE) return given;
  throw new CommandError(
    `The passphrase must have ${LEAST_PASSPHRASE} characters at least; whoever has it and the file has everything.`,
  );
}

async function read(file: string | undefined): Promise<string> {
  if (file === '-') return text(process.stdin);
  if (file === undefined) {
    if (!process.stdin.isTTY)
      throw new CommandError(
        'Nobody can be asked here: add --passphrase-file FILE (or - for standard input).',
      );
    return ask('Passphrase of the backup?', '');
  }
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`The passphrase file ${file} cannot be read (${error.code}).`);
  });
}
