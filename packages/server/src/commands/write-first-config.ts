/** Writes `config/mitoyen.yaml` for an instance that has none. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { USUAL_CONFIG_FILE } from '../config.ts';
import { configSchema } from '../config-schema.ts';
import { CommandError, UsageError } from './answer.ts';

type FirstKeys = { base_url?: string; account_domain?: string; name?: string };

/**
 * Gives the path written, or null where nothing was asked for.
 *
 * @throws UsageError for values that the schema refuses; CommandError where there is a file already
 */
export function writeFirstConfig(keys: FirstKeys): string | null {
  const instance = Object.fromEntries(Object.entries(keys).filter(([, value]) => value));
  if (Object.keys(instance).length === 0) return null;
  const checked = configSchema.safeParse({ instance });
  if (!checked.success) {
    throw new UsageError(
      checked.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('\n'),
    );
  }
  const file = resolve(USUAL_CONFIG_FILE);
  const text = `# Every other key, with its default: config/mitoyen.example.yaml\n${stringify({ instance })}`;
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o640 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CommandError(`${file} is there already: set the address and the name in it.`);
  }
  return file;
}
