/** Every limit that is promised is kept by something: none is only written down. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { LIMITS } from '../../federation/src/limits.ts';
import { limitsConfig } from '../../server/src/config-schema/limits-config.ts';

const root = join(import.meta.dirname, '../../..');
const sources = globSync('packages/{server,federation}/src/**/*.ts', { cwd: root })
  .filter((file) => !/\.test\.ts$|limits-config\.ts$|src\/limits\.ts$/.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');
const reference = readFileSync(join(root, 'docs/configuration.md'), 'utf8');

test('each configurable limit is read by the product, and described', (t) => {
  const names = Object.keys(limitsConfig.parse({}));
  t.true(names.length > 30);
  for (const name of names) {
    t.regex(sources, new RegExp(`\\b${name}\\b`), name);
    t.true(reference.includes(`limits.${name}`), name);
  }
});

test('each bound on what a remote may send is used where it is read', (t) => {
  const names = Object.keys(LIMITS);
  t.true(names.length > 20);
  for (const name of names) t.regex(sources, new RegExp(`LIMITS\\.${name}\\b`), name);
});
