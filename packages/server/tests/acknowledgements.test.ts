/** Must-read posts: who may ask, who has confirmed, who has not; and who has seen what, here and across the wall. */
import test from 'ava';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { membersOf, type Person } from './support/members.ts';

let acme: Booted;
let north: Booted;
const federation = { read_receipts: true };
test.before(async () => {
  [acme, north] = await Promise.all([bootApp({ federation }), bootApp({ federation })]);
});
test.after.always(async () => {
  await Promise.all([acme?.stop(), north?.stop()]);
});
const { people, ok, get, status, say, group, settled } = membersOf(() => acme);
const there = membersOf(() => north);
const OURS = '/api/mitoyen/v1/statuses';
const staff = (name: string) => acme.person(name, { role: 'admin' });
const ids = (all: AnyJson[]) => all.map((one) => one.id);

test('a must-read post waits for everybody until they confirm, and its author sees who has not', async (t) => {
  const boss = await staff('boss');
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const post = await say(boss, 'Fire drill at ten', { visibility: 'company', must_read: true });
  await settled();
  t.true(ids(await get(ann, '/api/mitoyen/v1/must_read')).includes(post.id));
  const told = await get(ann, '/api/v1/notifications?mitoyen=1');
  t.true(told.some((one: AnyJson) => one.type === 'mitoyen.must_read'));
  t.is((await get(ann, '/api/v1/notifications'))[0].type, 'status');
  const done = await ok(ann, 'POST', `${OURS}/${post.id}/acknowledge`);
  t.deepEqual(done.mitoyen.must_read, { acknowledged: true, acknowledged_count: 1, mine: false });
  await ok(ann, 'POST', `${OURS}/${post.id}/acknowledge`);
  // Other tests of this file ask for other posts meanwhile.
  t.false(ids(await get(ann, '/api/mitoyen/v1/must_read')).includes(post.id));
  const whole = await get(boss, `${OURS}/${post.id}/acknowledgements`);
  t.is(whole.acknowledged_count, 1);
  t.true(whole.expected_count >= 2);
  t.is(whole.readers[0].account.id, ann.account._id);
  const waiting = await get(boss, `${OURS}/${post.id}/acknowledgements/waiting`);
  t.true(ids(waiting.accounts).includes(bob.account._id));
  t.false(ids(waiting.accounts).includes(ann.account._id));
  t.is((await get(bob, `${OURS}/${post.id}/acknowledgements`)).readers, undefined);
  t.is(await status(bob, 'GET', `${OURS}/${post.id}/acknowledgements/waiting`), 403);
});

test('an app that only reads does not tell a moderator of the company who has read', async (t) => {
  const [boss, mod] = [await staff('head'), await acme.person('mod', { role: 'moderator' })];
  const post = await say(boss, 'Keys are changed on Friday', {
    visibility: 'company',
    must_read: true,
  });
  const path = `${OURS}/${post.id}/acknowledgements`;
  t.true(Array.isArray((await get(mod, path)).readers), 'with all that moderators may');
  const plain = await acme.apis.authentication.createToken(mod.account._id, ['read'], 'plain');
  const reader = { ...mod, token: plain.token };
  t.is((await get(reader, path)).readers, undefined);
  t.is(await status(reader, 'GET', `${path}/waiting`), 403);
  const author = await acme.apis.authentication.createToken(boss.account._id, ['read'], 'plain');
  t.true(Array.isArray((await get({ ...boss, token: author.token }, path)).readers));
});

test('moderators ask in their groups, others do not ask at all; nobody confirms what is not for them', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const works = await group(ann, 'works', 'secret');
  const ask = (by: Person, more: object) =>
    status(by, 'POST', '/api/v1/statuses', { status: 'read this', must_read: true, ...more });
  const post = await say(ann, 'in the group', { group_id: works, must_read: true });
  t.is(await status(bob, 'POST', `${OURS}/${post.id}/acknowledge`), 404);
  t.is(await ask(bob, { visibility: 'company' }), 403);
  t.is(await ask(ann, { visibility: 'direct' }), 422);
  const plain = await say(ann, 'plain');
  t.is(await status(bob, 'POST', `${OURS}/${plain.id}/acknowledge`), 404);
  t.is(plain.mitoyen.must_read, null);
});

test('who reads in the same group sees who has seen a post; who keeps it to themselves is not listed', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const post = await say(ann, 'for the company', { visibility: 'company' });
  const open = await say(ann, 'for all');
  await ok(cal, 'PATCH', '/api/mitoyen/v1/preferences', { 'mitoyen:read_receipts': false });
  for (const by of [bob, cal, bob])
    await ok(by, 'POST', `${OURS}/seen`, { ids: [post.id, open.id] });
  const seen = await get(ann, `${OURS}/${post.id}/seen_by`);
  t.is(seen.count, 1);
  t.is(seen.readers[0].account.id, bob.account._id);
  t.is(await status(ann, 'GET', `${OURS}/${open.id}/seen_by`), 404);
});

test('people of a partner confirm, and the author’s server counts them', async (t) => {
  const boss = await staff('chief');
  const [bo] = (await there.people('bo')) as [Person];
  const target = await north.apis.accounts.resolveHandle(`chief@${acme.kit.ownHost}`);
  await there.ok(bo, 'POST', `/api/v1/accounts/${target?._id}/follow`);
  const until = async (what: string, done: () => Promise<boolean>) => {
    const deadline = Date.now() + 30_000;
    while (!(await done())) {
      if (Date.now() > deadline) throw new Error(`${what} did not happen`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  await until('the follow', () =>
    acme.apis.relations.hasFollowersAt(boss.account._id, north.kit.ownHost),
  );
  const post = await say(boss, 'for all of us', { must_read: true });
  await until('the arrival', async () => (await north.apis.posts.byIri(post.uri)) !== null);
  const copy = await north.apis.posts.byIri(post.uri);
  await there.ok(bo, 'POST', `${OURS}/${copy?._id}/acknowledge`);
  await until('the news', async () => {
    const whole = await get(boss, `${OURS}/${post.id}/acknowledgements`);
    return (
      whole.acknowledged_count === 1 && whole.readers[0].account.username === bo.account.username
    );
  });
  // Somebody elsewhere is among those of whom it is counted, from when they have confirmed.
  const waiting = await get(boss, `${OURS}/${post.id}/acknowledgements/waiting`);
  const whole = await get(boss, `${OURS}/${post.id}/acknowledgements`);
  t.is(whole.expected_count, waiting.count + 1);
});
