/** `mitoyen config ...` */
import { Command } from 'commander';
import { stringify } from 'yaml';
import { loadConfig } from '../config.ts';
import { exampleYaml, jsonSchema, referencePage } from '../config-docs.ts';
import { redactConfig } from '../config-redact.ts';
import { answer, answeringCommand } from './answer.ts';

export function configCommand(): Command {
  const config = new Command('config').description('the configuration');

  config.addCommand(
    answeringCommand('check', 'check the file and the variables; exit 78 where they are wrong', [
      'config check',
      'config check --json',
    ]).action((options: { json?: boolean }) => {
      const { file } = loadConfig();
      answer(options.json, { ok: true, file }, () => [
        `The configuration is good (${file ?? 'no file: defaults and variables'}).`,
      ]);
    }),
  );

  config.addCommand(
    answeringCommand('print', 'the configuration in force, every default filled in', [
      'config print --redacted',
    ])
      .option('--redacted', 'without passwords and keys')
      .action((options: { redacted?: boolean; json?: boolean }) => {
        const loaded = loadConfig().config;
        const shown = options.redacted ? redactConfig(loaded) : loaded;
        answer(options.json, shown, () => [stringify(shown).trimEnd()]);
      }),
  );

  for (const [name, description, make] of [
    ['example', 'the example file, every key with its default', exampleYaml],
    ['reference', 'the reference page (Markdown)', referencePage],
    ['schema', 'the JSON schema, for editors', jsonSchema],
  ] as const) {
    config
      .command(name)
      .description(description)
      .action(() => {
        process.stdout.write(make());
      });
  }

  return config;
}
