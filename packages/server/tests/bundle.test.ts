/** The bundle of the server, and when it is not used. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { bundleServer, lighten, retire } from '../build/bundle.ts';
import { hashOfSources, isFresh, SERVER, STAMP, serverProgram } from '../build/sources.ts';

const run = promisify(execFile);
const SOURCES = join(SERVER, 'src/cli.ts');

async function newFolder(t: { teardown: (run: () => Promise<void>) => void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mitoyen-bundle-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('the sources are started where there is no bundle, or one of other sources', async (t) => {
  const folder = await newFolder(t);
  t.is(serverProgram(folder), SOURCES);
  await writeFile(join(folder, STAMP), hashOfSources());
  t.is(serverProgram(folder), SOURCES);
  await writeFile(join(folder, 'cli.js'), '');
  t.is(serverProgram(folder), join(folder, 'cli.js'));
  await writeFile(join(folder, STAMP), 'of yesterday');
  t.is(serverProgram(folder), SOURCES);
});

test('the bundle answers as the sources do, and names the same faults with the same exit codes', async (t) => {
  if (!isFresh()) await bundleServer();
  const bundle = serverProgram();
  t.not(bundle, SOURCES);
  for (const words of [
    ['--help'],
    ['--version'],
    ['user', '--help'],
    ['nonsense'],
    ['config', 'check'],
  ]) {
    const env = { ...process.env, MITOYEN_INSTANCE__NAME: 'Bundle', MITOYEN_NONSENSE: 'x' };
    const [ours, theirs] = await Promise.all(
      [bundle, SOURCES].map((program) =>
        run(process.execPath, [program, ...words], { env, cwd: tmpdir() }).then(
          ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
          ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
        ),
      ),
    );
    t.deepEqual(ours, theirs, words.join(' '));
  }
});

test('every file of the bundle is ASCII, and none imports all of a built-in module', async (t) => {
  if (!isFresh()) await bundleServer();
  const text = await readFile(serverProgram(), 'utf8');
  t.notRegex(text, /[^\0-\x7f]/);
  t.notRegex(text, /^import .* from "node:/m);
});

test('nothing in the bundle imports by a name that it makes up, but for processors in BullMQ that we have none of', async (t) => {
  if (!isFresh()) await bundleServer();
  const folder = dirname(serverProgram());
  const files: string[] = JSON.parse(await readFile(join(folder, '.files'), 'utf8'));
  const made = new Set<string>();
  for (const file of files)
    for (const [, name = ''] of (await readFile(join(folder, file), 'utf8')).matchAll(
      /\bimport\(([\w$.]+)\)/g,
    ))
      made.add(name);
  t.deepEqual([...made], ['processorFile']);
});

test('files of the last bundle stay for a day after the next, however old they are', async (t) => {
  const folder = await newFolder(t);
  const hours = (count: number) => new Date(Date.now() + count * 3600_000);
  for (const name of ['cli.js', 'app-1.js', 'app-0.js']) {
    await writeFile(join(folder, name), '');
    await utimes(join(folder, name), hours(-240), hours(-240));
  }
  await writeFile(join(folder, '.files'), JSON.stringify(['cli.js', 'app-1.js']));
  retire(folder);
  t.deepEqual((await readdir(folder)).sort(), ['.files', 'app-1.js', 'cli.js']);
  await writeFile(join(folder, '.files'), JSON.stringify(['cli.js']));
  retire(folder, hours(23));
  t.true((await readdir(folder)).includes('app-1.js'));
  retire(folder, hours(25));
  t.deepEqual((await readdir(folder)).sort(), ['.files', 'cli.js']);
});

test('what is made lighter means the same', (t) => {
  const code = [
    'import fs, { readFileSync as read } from "node:fs";',
    'import { join } from "node:path";',
    'import os from "node:os";',
    'import { other } from "./other.js";',
    "const word = 'é😀';",
  ].join('\n');
  t.deepEqual(lighten(code).split('\n'), [
    'const fs = process.getBuiltinModule("node:fs");const { readFileSync: read } = process.getBuiltinModule("node:fs");',
    'const { join } = process.getBuiltinModule("node:path");',
    'const os = process.getBuiltinModule("node:os");',
    'import { other } from "./other.js";',
    "const word = '\\u00e9\\ud83d\\ude00';",
  ]);
  // What V8 reads is what counts.
  t.is(runInNewContext(lighten("'é😀' + 'ÿ'.match(/[à-ÿ]/u)[0]")), 'é😀ÿ');
});
