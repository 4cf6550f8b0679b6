import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { ConfigError, loadConfig } from './config.ts';

function withYaml<T>(text: string, run: (env: Record<string, string>, file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'mitoyen-config-'));
  const file = join(folder, 'mitoyen.yaml');
  writeFileSync(file, text);
  try {
    return run({ MITOYEN_CONFIG: file }, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function problemOf(run: () => unknown): ConfigError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('an empty environment gives the defaults', (t) => {
  const { config } = loadConfig({}, '/nowhere');
  t.is(config.instance.base_url, 'http://localhost:3000');
  t.is(config.federation.mode, 'partners');
  t.deepEqual(config.federation.allow_private_networks, []);
  t.is(config.data_dir, '/nowhere/data');
});

test('variables override the file, lists as JSON', (t) => {
  withYaml('instance:\n  name: Acme\nhttp:\n  port: 3001\n', (env) => {
    const { config } = loadConfig({
      ...env,
      MITOYEN_HTTP__PORT: '4000',
      MITOYEN_FEDERATION__ALLOW_PRIVATE_NETWORKS: '["127.0.0.0/8"]',
      MITOYEN_FEDERATION__ALLOW_HTTP: 'true',
      MITOYEN_INSTANCE__DESCRIPTION: '2026',
      MITOYEN_DATA_DIR: '/tmp/x',
    });
    t.is(config.instance.name, 'Acme');
    t.is(config.http.port, 4000);
    t.deepEqual(config.federation.allow_private_networks, ['127.0.0.0/8']);
    t.true(config.federation.allow_http);
    t.is(config.instance.description, '2026');
    t.is(config.data_dir, '/tmp/x');
  });
});

test('an unknown key is refused with its line and the nearest key', (t) => {
  withYaml('instance:\n  name: Acme\n  base_ulr: https://acme.example\n', (env, file) => {
    const { problems } = problemOf(() => loadConfig(env));
    t.is(problems[0]?.where, `${file}:3`);
    t.is(problems[0]?.key, 'instance.base_ulr');
    t.regex(problems[0]?.message ?? '', /did you mean instance\.base_url/);
  });
});

test('every bad value is named at once, each with its line', (t) => {
  withYaml('http:\n  port: many\nfederation:\n  mode: sometimes\n', (env, file) => {
    const { problems } = problemOf(() => loadConfig(env));
    t.deepEqual(
      problems.map((problem) => [problem.where, problem.key]),
      [
        [`${file}:2`, 'http.port'],
        [`${file}:4`, 'federation.mode'],
      ],
    );
  });
});

test('a bad variable is named as the variable', (t) => {
  const { problems } = problemOf(() => loadConfig({ MITOYEN_HTTP__PRT: '1' }, '/nowhere'));
  t.is(problems[0]?.where, 'MITOYEN_HTTP__PRT');
  t.regex(problems[0]?.message ?? '', /http\.port/);
});

test('broken YAML is refused with its line', (t) => {
  withYaml('instance:\n  name: "Acme\n', (env, file) => {
    const { problems } = problemOf(() => loadConfig(env));
    t.true(problems[0]?.where.startsWith(`${file}:`));
  });
});
