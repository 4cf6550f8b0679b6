/** An archive of one's own things: all of them, nobody else's, for nobody else. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import sharp from 'sharp';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';
import { unzip } from './support/unzip.ts';

const { app, people, ok, get, status, say, settled, handle } = withMembers(test, {
  limits: { exports_per_day: 2 },
});
const ROAD = '/api/mitoyen/v1/exports';

async function ready(by: Person, id: string): Promise<AnyJson> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const one = await get(by, `${ROAD}/${id}`);
    if (one.state === 'ready') return one;
    if (one.state === 'failed' || Date.now() > deadline) throw new Error(one.state);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
async function archive(by: Person): Promise<Map<string, Buffer>> {
  const { id } = await ok(by, 'POST', ROAD);
  const { url, bytes } = await ready(by, id);
  const answer = await fetch(url, { headers: { authorization: `Bearer ${by.token}` } });
  const body = Buffer.from(await answer.arrayBuffer());
  if (body.length !== bytes) throw new Error('cut short');
  return unzip(body);
}
const rows = (files: Map<string, Buffer>, name: string): AnyJson[] =>
  JSON.parse(files.get(`${name}.json`)?.toString('utf8') ?? 'null');

test('the archive holds what somebody wrote, chose and follows, with their pictures', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#123' } });
  const body = new FormData();
  const bytes = new Uint8Array(await image.png().toBuffer());
  body.set('file', new Blob([bytes], { type: 'image/png' }), 'a.png');
  const media = (await app().request('POST', '/api/v1/media', { token: ann.token, body })).json.id;
  await say(ann, 'my **words**', { media_ids: [media] });
  await say(ann, `${handle(bob)} in private`, { visibility: 'direct' });
  const other = await say(bob, 'words of bob');
  await ok(ann, 'POST', `/api/v1/statuses/${other.id}/favourite`);
  await ok(ann, 'POST', `/api/v1/statuses/${other.id}/bookmark`);
  await ok(ann, 'POST', `/api/v1/accounts/${bob.account._id}/follow`);
  await ok(ann, 'POST', `/api/v1/accounts/${bob.account._id}/note`, { comment: 'met in Lyon' });
  const list = await ok(ann, 'POST', '/api/v1/lists', { title: 'Works' });
  await ok(ann, 'POST', `/api/v1/lists/${list.id}/accounts`, { account_ids: [bob.account._id] });
  await ok(ann, 'POST', '/api/v1/tags/lyon/follow');
  await settled();

  const files = await archive(ann);
  t.deepEqual(
    rows(files, 'posts').map((post) => post.text),
    [`${handle(bob)} in private`, 'my **words**'],
  );
  t.true([...files.keys()].some((name) => name.startsWith(`media/${media}`)));
  t.is(rows(files, 'reactions')[0]?.post, other.uri);
  t.is(rows(files, 'bookmarks')[0]?.post, other.uri);
  const address = `${bob.account.username}@${app().kit.ownHost}`;
  t.is(rows(files, 'following')[0]?.address, address);
  t.is(rows(files, 'private_notes')[0]?.text, 'met in Lyon');
  t.deepEqual(rows(files, 'lists')[0]?.members, [address]);
  t.is(rows(files, 'followed_tags')[0]?.tag, 'lyon');
  t.is(rows(files, 'profile')[0]?.username, ann.account.username);
  t.true(files.has('README.txt'));
  const all = [...files.values()].map((file) => file.toString('utf8')).join('');
  t.notRegex(all, /words of bob|passwordHash|privateKey/);
});

test('an archive is for nobody else, made one at a time, and goes when it is removed', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const { id } = await ok(ann, 'POST', ROAD);
  await ready(ann, id);
  for (const path of [`${ROAD}/${id}`, `${ROAD}/${id}/archive`])
    t.is(await status(bob, 'GET', path), 404);
  t.is(await status(bob, 'DELETE', `${ROAD}/${id}`), 404);
  t.deepEqual(await get(bob, ROAD), []);
  const file = join(app().kit.config.data_dir, 'exports', `${id}.zip`);
  t.true(existsSync(file));
  await ok(ann, 'DELETE', `${ROAD}/${id}`);
  t.false(existsSync(file));
  t.is(await status(ann, 'GET', `${ROAD}/${id}/archive`), 404);
  t.is(await status(ann, 'POST', ROAD), 200);
  t.is(await status(ann, 'POST', ROAD), 429);
});

test('what a crash left unmade is made, and what has expired goes', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const { kit } = app();
  const left = (more: object) => ({
    _id: kit.nextId() as never,
    account: ann.account._id,
    attempts: 1,
    createdAt: Date.now(),
    expiresAt: Date.now() + 3_600_000,
    ...more,
  });
  const stale = left({ state: 'running', active: true, startedAt: Date.now() - 3_600_000 });
  const old = left({ state: 'ready', expiresAt: Date.now() - 1 });
  await kit.mongo.collection('exports').insertMany([stale, old]);
  await kit.queues.add('exports', { id: stale._id });
  await kit.queues.add('exports', { id: stale._id });
  t.is((await ready(ann, stale._id)).state, 'ready');
  t.is((await get(ann, ROAD)).length, 2);
});
