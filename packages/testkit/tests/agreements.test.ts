/** An agreement from the offer to the end, by the command line of two running instances. */

import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serverProgram } from '@mitoyen/server/program';
import test from 'ava';
import { type Client, eventually, type Instance, type Json, startInstance } from '../src/index.ts';
import { withTwoCompanies } from './two-companies.ts';

const run = promisify(execFile);
const CLI = serverProgram();
let acme: Instance;
let northwind: Instance;
let amina: Client;
let yusuf: Client;

withTwoCompanies(test, async (both) => {
  ({ acme, northwind, amina, yusuf } = both);
});
// A story starts Acme again from a copy.
test.after.always(() => acme?.stop());

const json = async (of: Instance, ...words: string[]): Promise<Json> =>
  JSON.parse(await of.cli('partner', ...words, '--json'));
const connection = async (of: Instance): Promise<string> =>
  (await json(of, 'list')).agreements[0]?.connection;

/** Whether a message from one to the other has arrived. */
const heard = (by: Client, words: string) => async () =>
  JSON.stringify(await by.get('/api/v1/conversations')).includes(words);
const write = (by: Client, to: string, words: string) =>
  by.post('/api/v1/statuses', { status: `@${to} ${words}`, visibility: 'direct' });

test.serial('the terms are offered, looked at and accepted; both sides can prove it', async (t) => {
  await acme.cli(
    ...['partner', 'offer', northwind.host, '--purpose', 'Rotterdam project'],
    ...['--scopes', 'messages directory', '--copy-days', '90', '--media-bytes', '2000000'],
    ...['--expires', '2090-01-01'],
  );
  await eventually('Northwind sees who asks', async () =>
    (await json(northwind, 'list')).pending.some((one: Json) => one.host === acme.host),
  );
  const offered = await json(northwind, 'review', acme.host);
  t.is(offered.connection, 'waiting_for_us');
  await t.throwsAsync(northwind.cli('partner', 'accept', acme.host, '--digest', 'another'));
  const accepted = await northwind.cli('partner', 'accept', acme.host, '--digest', offered.digest);
  t.regex(accepted, /Connected, on these terms:[\s\S]*kept 90 days, then deleted/);
  await eventually('Acme is connected', async () => (await connection(acme)) === 'connected');

  const [ours] = await json(acme, 'show', northwind.host);
  const [theirs] = await json(northwind, 'show', acme.host);
  t.is(ours.digest, offered.digest);
  t.is(theirs.digest, offered.digest);
  for (const record of [ours, theirs])
    t.deepEqual(
      record.signatures.map((one: Json) => one.valid),
      [true, true],
    );
});

test.serial('a pause holds both directions, survives a kill, and loses nothing', async (t) => {
  await write(amina, `yusuf@${northwind.host}`, 'first words');
  await eventually('they know each other', heard(yusuf, 'first words'), { within: 40_000 });
  await acme.cli('partner', 'pause', northwind.host);
  t.is(await connection(acme), 'paused');
  await write(amina, `yusuf@${northwind.host}`, 'held at Acme');
  await acme.kill();
  await acme.start();
  t.is(await connection(acme), 'paused');
  t.false(await heard(yusuf, 'held at Acme')());
  t.regex(await acme.cli('partner', 'resume', northwind.host), /Resumed/);
  await eventually('it arrives', heard(yusuf, 'held at Acme'), { within: 40_000 });
});

test.serial('what was restored from a dump starts paused and goes on when resumed', async (t) => {
  await acme.halt();
  const [folder, dump] = [
    await mkdtemp(join(tmpdir(), 'mitoyen-restored-')),
    join(await mkdtemp(join(tmpdir(), 'mitoyen-dump-')), 'dump'),
  ];
  await acme.cli('db', 'dump', dump);
  const env = { ...acme.env, MITOYEN_DATA_DIR: folder };
  const loaded = await run(process.execPath, [CLI, 'db', 'load', dump], { env });
  t.regex(loaded.stdout, /paused/);
  const port = Number(new URL(acme.baseUrl).port);
  const old = acme;
  acme = await startInstance({ name: 'Acme', port, dataDir: folder });
  await old.stop();
  const { agreements, pauses } = await json(acme, 'list');
  t.is(agreements[0].connection, 'paused');
  t.is(pauses[0].reason, 'restored');
  await write(yusuf, `amina@${acme.host}`, 'after the restore');
  await eventually('Northwind is told to come again', async () =>
    (await json(northwind, 'list')).agreements.some(
      (one: Json) => one.deliveries?.last_error === 'status 503',
    ),
  );
  t.false(await heard(amina, 'after the restore')());
  await acme.cli('partner', 'resume', '--all');
  // A sign of life from Acme, and what waits at Northwind comes at once.
  await write(amina, `yusuf@${northwind.host}`, 'here again');
  await eventually('it arrives there', heard(yusuf, 'here again'), { within: 40_000 });
  await eventually('it arrives here', heard(amina, 'after the restore'), { within: 40_000 });
});

test.serial('the end is one command with a report that the other side completes', async (t) => {
  const looked = await acme.cli('partner', 'revoke', northwind.host, '--dry-run');
  t.regex(looked, /[1-9]\d* copies of their posts would be deleted[\s\S]*Nothing was changed/);
  await t.throwsAsync(acme.cli('partner', 'revoke', 'nobody.example', '--dry-run'), {
    message: /There is no agreement with nobody\.example to revoke/,
  });
  const lines = await acme.cli('partner', 'revoke', northwind.host, '--yes');
  t.regex(lines, /has ended\.[\s\S]*copies of their posts were deleted/);
  t.is(await connection(acme), 'ended');
  await eventually('Northwind says what it deleted', async () =>
    /They say that they did/.test(await acme.cli('partner', 'report', northwind.host)),
  );
  t.regex(await northwind.cli('partner', 'report', acme.host), /They ended it/);
  const history = await acme.cli('partner', 'history', northwind.host);
  for (const words of [/ended .*by @admin/, /paused, by @admin/, /accepted .*by 127\.0\.0\.1/])
    t.regex(history, words);
  t.false(await heard(amina, 'after the restore')());
});
