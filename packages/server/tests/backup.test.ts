/** A running instance is saved, checked, and restored into an empty place, where it waits for an admin. */

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import sharp from 'sharp';
import { serverProgram } from '../build/sources.ts';
import { readBackup } from '../src/backup/read-backup.ts';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';

const CLI = serverProgram();
const PASSPHRASE = 'correct horse battery staple';

let app: Booted;
let home: string;
let archive: string;
let secret: string;

test.before(async () => {
  [app, home] = await Promise.all([bootApp(), mkdtemp(join(tmpdir(), 'mitoyen-backup-'))]);
  [archive, secret] = [join(home, 'acme.mitoyen'), join(home, 'passphrase')];
  await writeFile(secret, `${PASSPHRASE}\n`);
});
test.after.always(async () => {
  await app?.stop();
  await rm(home, { recursive: true, force: true });
});

function mitoyen(
  words: string[],
  dataDir: string,
): Promise<{ code: number; out: string; err: string }> {
  const env = {
    ...process.env,
    MITOYEN_DATA_DIR: dataDir,
    MITOYEN_INSTANCE__BASE_URL: app.baseUrl,
  };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [CLI, ...words],
      { env, cwd: home },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
    );
    child.stdin?.end();
  });
}
const withPassphrase = (...words: string[]) => [...words, '--passphrase-file', secret, '--json'];

test.serial('a running instance is saved as it was at one moment, while it goes on', async (t) => {
  const ann = await app.person('ann', { role: 'admin' });
  const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#284' } })
    .png()
    .toBuffer();
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'a.png');
  const { json: media } = await app.request('POST', '/api/v1/media', {
    token: ann.token,
    body: form,
  });
  await app.settled();
  const post = (status: string, more = {}) =>
    app.request('POST', '/api/v1/statuses', { token: ann.token, body: { status, ...more } });
  await post('before the backup', { media_ids: [media.id] });
  await app.settled();

  let isSaved = false;
  const saving = mitoyen(withPassphrase('backup', archive), app.kit.config.data_dir).finally(() => {
    isSaved = true;
  });
  // Somebody writes all the time.
  let written = 0;
  for (; !isSaved; written += 1) t.is((await post(`meanwhile ${written}`)).status, 200);
  const saved = await saving;
  t.is(saved.code, 0, saved.err);
  const facts = JSON.parse(saved.out);
  t.true(facts.consistent);
  t.true(facts.files >= 1 && facts.documents > 10);
  t.is((await stat(archive)).mode & 0o777, 0o600);
  const bytes = await readFile(archive);
  for (const word of ['before the backup', 'ann@example.test', 'BEGIN PRIVATE KEY'])
    t.false(bytes.includes(word), word);
  const left = (await readdir(app.kit.config.data_dir)).filter((name) =>
    name.startsWith('backup-'),
  );
  t.deepEqual(left, [], 'the copy of the database is gone');
  const again = await mitoyen(withPassphrase('backup', archive), app.kit.config.data_dir);
  t.is(again.code, 1);
  t.regex(again.err, /is there already/);
});

test.serial(
  'a wrong passphrase is told apart from damage, and every flipped byte is found',
  async (t) => {
    const { manifest } = await readBackup(archive, PASSPHRASE);
    t.true(manifest.collections.some(({ collection }) => collection === 'posts'));
    await t.throwsAsync(readBackup(archive, 'something else entirely'), {
      message: /passphrase is wrong/,
    });
    const whole = await readFile(archive);
    const broken = join(home, 'broken.mitoyen');
    const start = whole.indexOf(0x0a) + 1;
    for (const at of [start, Math.floor((start + whole.length) / 2), whole.length - 1]) {
      const copy = Buffer.from(whole);
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
      await writeFile(broken, copy);
      await t.throwsAsync(
        readBackup(broken, PASSPHRASE),
        { message: /damaged or incomplete/ },
        String(at),
      );
    }
    await writeFile(broken, whole.subarray(0, whole.length - 40));
    await t.throwsAsync(readBackup(broken, PASSPHRASE), { message: /damaged or incomplete/ });
    await writeFile(broken, whole.subarray(0, start));
    await t.throwsAsync(readBackup(broken, PASSPHRASE), { message: /damaged or incomplete/ });
    const header = Buffer.from(whole);
    header.write('b', header.indexOf('"nonce":"') + 9);
    header.write('c', header.indexOf('"nonce":"') + 10);
    await writeFile(broken, header);
    await t.throwsAsync(readBackup(broken, PASSPHRASE), {
      message: /first line of the backup was changed/,
    });
    await writeFile(broken, 'PK not ours');
    await t.throwsAsync(readBackup(broken, PASSPHRASE), { message: /no backup of Mitoyen/ });
  },
);

test.serial(
  'it is restored into an empty instance, which starts with all partners paused',
  async (t) => {
    const checked = await mitoyen(
      withPassphrase('restore', archive, '--verify'),
      join(home, 'unused'),
    );
    t.is(checked.code, 0, checked.err);
    t.like(JSON.parse(checked.out), { ok: true, base_url: app.baseUrl });

    const refused = await mitoyen(withPassphrase('restore', archive), app.kit.config.data_dir);
    t.is(refused.code, 1);
    t.regex(refused.err, /stop it first/);

    const data = join(home, 'restored-data');
    const restored = await mitoyen(withPassphrase('restore', archive), data);
    t.is(restored.code, 0, restored.err);
    const files = (await readdir(join(data, 'media'), { recursive: true })).filter((name) =>
      name.endsWith('.webp'),
    );
    const had = (await readdir(join(app.kit.config.data_dir, 'media'), { recursive: true })).filter(
      (name) => name.endsWith('.webp'),
    );
    t.deepEqual(files.toSorted(), had.toSorted());

    const partners = JSON.parse((await mitoyen(['partner', 'list', '--json'], data)).out);
    t.like(partners.pauses[0], { host: '*', reason: 'restored' });
    const people: AnyJson[] = JSON.parse((await mitoyen(['user', 'list', '--json'], data)).out);
    t.deepEqual(
      people.map(({ username, role }) => [username, role]),
      [['ann', 'admin']],
    );

    const twice = await mitoyen(withPassphrase('restore', archive), data);
    t.is(twice.code, 1);
    t.regex(twice.err, /is not empty/);
  },
);
