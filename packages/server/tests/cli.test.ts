/** The command line on a real instance that is not running. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { serverProgram } from '../build/sources.ts';
import { startS3Server } from './support/s3-server.ts';

const CLI = serverProgram();
let home: string;

test.before(async () => {
  home = await mkdtemp(join(tmpdir(), 'mitoyen-cli-'));
});
test.after.always(() => rm(home, { recursive: true, force: true }));

type Result = { code: number; out: string; err: string };

function mitoyen(
  words: string[],
  options: { input?: string; env?: Record<string, string>; timeout?: number } = {},
): Promise<Result> {
  return new Promise((resolve) => {
    const env = { ...process.env, MITOYEN_DATA_DIR: join(home, 'data'), ...options.env };
    const child = execFile(
      process.execPath,
      [CLI, ...words],
      { env, cwd: home, timeout: options.timeout ?? 0, killSignal: 'SIGKILL' },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
    );
    child.stdin?.end(options.input ?? '');
  });
}

test.serial(
  'people, tokens and groups are made and listed; problems are one clear line',
  async (t) => {
    const init = JSON.parse((await mitoyen(['init', '--json'])).out);
    t.regex(init.sign_in_link, /\/auth\/link\//);
    const made = await mitoyen(
      [
        'user',
        'create',
        'amina',
        '--email',
        'a@acme.example',
        '--role',
        'moderator',
        '--password-stdin',
        '--json',
      ],
      { input: 'a long password\n' },
    );
    t.is(JSON.parse(made.out).role, 'moderator');
    const again = await mitoyen(['user', 'create', 'amina', '--email', 'b@acme.example']);
    t.is(again.code, 1);
    t.regex(again.err, /taken/);
    t.notRegex(again.err, /\n\s+at /, 'no stack');
    t.truthy(
      JSON.parse(
        (await mitoyen(['user', 'token', 'amina', '--scopes', 'read write follow push', '--json']))
          .out,
      ).token,
    );
    t.is((await mitoyen(['user', 'token', 'nobody'])).code, 1);
    t.is((await mitoyen(['group', 'create', 'yard', '--access', 'open', '--json'])).code, 0);
    const groups = JSON.parse((await mitoyen(['group', 'list', '--json'])).out);
    t.is(groups.length, 1);
    const people = JSON.parse((await mitoyen(['user', 'list', '--json'])).out);
    t.deepEqual(
      people.map((one: { username: string }) => one.username),
      ['admin', 'amina'],
    );
  },
);

test.serial('a start on a port that is taken says so in one line and ends', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  t.teardown(() => other.close());
  const env = { MITOYEN_DATA_DIR: join(home, 'port'), MITOYEN_HTTP__PORT: String(port) };
  const { code, err } = await mitoyen(['start'], { env, timeout: 20_000 });
  t.is(code, 1);
  t.is(err, `mitoyen: Another program listens on 127.0.0.1:${port}. Stop it, or set http.port.\n`);
});

test.serial('files are moved to object storage and counted there', async (t) => {
  const s3 = await startS3Server();
  const env = {
    MITOYEN_STORAGE__ENDPOINT: s3.endpoint,
    MITOYEN_STORAGE__BUCKET: s3.bucket,
    MITOYEN_STORAGE__REGION: s3.keys.region,
    MITOYEN_STORAGE__ACCESS_KEY_ID: s3.keys.accessKeyId,
    MITOYEN_STORAGE__SECRET_ACCESS_KEY: s3.keys.secretAccessKey,
    MITOYEN_STORAGE__KIND: 's3',
  };
  const name = 'A'.repeat(32);
  await mkdir(join(home, 'data/media/media/AA'), { recursive: true });
  await writeFile(join(home, `data/media/media/AA/${name}.webp`), 'a picture');
  const moved = await mitoyen(['media', 'move', '--to', 's3', '--delete', '--yes'], { env });
  t.regex(moved.out, /Copied 1 files; 0 were there already; deleted 1/);
  t.deepEqual([...s3.objects.keys()], [`media/AA/${name}.webp`]);
  const used = JSON.parse((await mitoyen(['media', 'usage', '--json'], { env })).out);
  t.like(used, { storage: 's3', files: 1, bytes: 9, folders: { media: { files: 1, bytes: 9 } } });
  await s3.stop();
});

test.serial('blocks are imported, exported and lifted', async (t) => {
  const file = join(home, 'blocks.csv');
  await writeFile(file, '#domain,#severity\nspam.example,suspend\nlo*d.example,silence\n');
  const looked = await mitoyen(['block', 'import', file, '--dry-run']);
  t.regex(looked.out, /1 new.*\n.*block spam\.example/);
  t.regex(looked.out, /line 3: lo\*d\.example the name is obfuscated/);
  const asked = await mitoyen(['block', 'import', file]);
  t.is(asked.code, 1, 'nobody can be asked here');
  t.regex((await mitoyen(['block', 'import', file, '--yes'])).out, /1 blocked/);
  t.regex((await mitoyen(['block', 'export'])).out, /^#domain,.*\nspam\.example,suspend,/);
  t.regex((await mitoyen(['block', 'remove', 'spam.example'])).out, /not blocked now/);
});

test.serial('the database is checked, dumped and loaded with the same counts', async (t) => {
  t.regex((await mitoyen(['db', 'check'])).out, /sound/);
  const folder = join(home, 'dump');
  const dumped = await mitoyen(['db', 'dump', folder, '--json']);
  t.is(dumped.code, 0, dumped.err);
  const elsewhere = { MITOYEN_DATA_DIR: join(home, 'other') };
  const loaded = await mitoyen(['db', 'load', folder, '--json'], { env: elsewhere });
  t.is(loaded.code, 0, loaded.err);
  const people = JSON.parse((await mitoyen(['user', 'list', '--json'], { env: elsewhere })).out);
  t.is(people.length, 2);
  const { pauses } = JSON.parse(
    (await mitoyen(['partner', 'list', '--json'], { env: elsewhere })).out,
  );
  t.deepEqual(
    pauses.map(({ host, reason }: Record<string, string>) => [host, reason]),
    [['*', 'restored']],
    'a loaded database starts paused',
  );
  const resumed = await mitoyen(['partner', 'resume', '--all'], { env: elsewhere });
  t.regex(resumed.out, /Resumed: all partners/);
  t.is(
    (await mitoyen(['db', 'load', folder], { env: elsewhere })).code,
    1,
    'not into a database that holds something',
  );
});

test.serial(
  'another address, wrong use and bad configuration have their own exit codes',
  async (t) => {
    const moved = await mitoyen(['user', 'list'], {
      env: { MITOYEN_INSTANCE__BASE_URL: 'https://elsewhere.example' },
    });
    t.is(moved.code, 78);
    t.regex(moved.err, /can never change/);
    t.is((await mitoyen(['user', 'create'])).code, 2);
    t.is((await mitoyen(['nonsense'])).code, 2);
    t.is((await mitoyen(['config', 'check'], { env: { MITOYEN_HTTP__PORT: 'many' } })).code, 78);
    t.is((await mitoyen(['--help'])).code, 0);
    t.regex(
      (
        await mitoyen(['config', 'print', '--redacted'], {
          env: { MITOYEN_DATABASE__URL: 'mongodb://u:secret@h/x' },
        })
      ).out,
      /\/\/\*\*\*@h/,
    );
  },
);
