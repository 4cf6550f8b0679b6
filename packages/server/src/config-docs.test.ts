import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { configKeys, loadConfig } from './config.ts';
import { exampleYaml, jsonSchema, referencePage } from './config-docs.ts';
import { configSchema } from './config-schema.ts';

const root = join(import.meta.dirname, '../../..');

for (const [file, make] of [
  ['config/mitoyen.example.yaml', exampleYaml],
  ['docs/configuration.md', referencePage],
  ['docs/mitoyen.schema.json', jsonSchema],
] as const) {
  test(`${file} is what the schema says`, (t) => {
    t.is(readFileSync(join(root, file), 'utf8'), make());
  });
}

test('the example with every comment taken off is a good configuration with the defaults', (t) => {
  const bare = exampleYaml()
    .split('\n')
    .map((line) => line.replace(/^(\s*)#([a-z_]+: .+)$/, '$1$2'))
    .filter((line) => !/^\s*#/.test(line))
    .join('\n');
  const tree = parse(bare) as Record<string, unknown>;
  const filled = Object.fromEntries(Object.entries(tree).filter(([, value]) => value !== null));
  t.deepEqual(configSchema.parse(filled), configSchema.parse({}));
});

test('the example as it is, copied, is a good configuration', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mitoyen-config-'));
  writeFileSync(join(folder, 'mitoyen.yaml'), exampleYaml());
  const { config } = loadConfig({ MITOYEN_CONFIG: join(folder, 'mitoyen.yaml') });
  rmSync(folder, { recursive: true });
  t.is(config.http.port, 3000);
});

test('every key is explained', (t) => {
  for (const key of configKeys()) t.true(referencePage().includes(`\`${key}\``), key);
});
