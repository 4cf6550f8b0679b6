import { globSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readSources } from '../src/fence/imports.ts';
import { violations } from '../src/fence/rules.ts';

const root = join(import.meta.dirname, '../../..');
const files = globSync('packages/*/{src,tests,bench}/**/*.ts', { cwd: root });

test('the house keeps its fence: packages, rings, features, cycles, environment', (t) => {
  t.true(files.length > 250);
  t.deepEqual(
    violations(readSources(root, files)).map((one) => `${one.file}: ${one.rule}`),
    [],
  );
});

const planted: [what: string, file: string, text: string][] = [
  [
    'a package that reaches up',
    'packages/protocol/src/x.ts',
    "import { a } from '@mitoyen/server';",
  ],
  [
    'a package that reaches sideways by path',
    'packages/federation/src/x.ts',
    "import { a } from '../../server/src/app.ts';",
  ],
  [
    'apex outside its room',
    'packages/server/src/features/posts/post-view.ts',
    "import apex from 'activitypub-express';",
  ],
  [
    'a rule that knows Koa',
    'packages/server/src/features/posts/rule.ts',
    "import type { Context } from 'koa';",
  ],
  [
    'a use case that knows MongoDB',
    'packages/server/src/features/posts/publish.ts',
    "import { MongoClient } from 'mongodb';",
  ],
  [
    'a store of another feature',
    'packages/server/src/features/posts/publish.ts',
    "import { createAccountStore } from '../accounts/account-store.ts';",
  ],
  [
    'the database started in a feature',
    'packages/server/src/features/posts/post-store.ts',
    "import { startEmbeddedMongo } from '@mitoyen/embedded-mongo';",
  ],
  [
    'a second reader of the environment',
    'packages/server/src/features/posts/rule.ts',
    'export const x = process.env.X;',
  ],
];

for (const [what, file, text] of planted) {
  test(`it finds ${what}`, (t) => {
    t.is(violations([{ file, text }]).length, 1);
  });
}

test('it finds an import cycle, but not one of types', (t) => {
  const a = { file: 'packages/server/src/a.ts', text: "import { b } from './b.ts';" };
  t.is(
    violations([a, { file: 'packages/server/src/b.ts', text: "import { a } from './a.ts';" }])
      .length,
    1,
  );
  t.is(
    violations([a, { file: 'packages/server/src/b.ts', text: "import type { A } from './a.ts';" }])
      .length,
    0,
  );
});
