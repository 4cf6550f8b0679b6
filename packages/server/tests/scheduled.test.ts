/** Posts that wait for their time, and news of followed authors. */
import test from 'ava';
import sharp from 'sharp';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { app, people, ok, get, call, status, say, group, settled, handle } = withMembers(test, {
  limits: { schedule_min_seconds: 1, scheduled_per_person: 3 },
});
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const plan = (by: Person, text: string, more: object = {}): Promise<AnyJson> =>
  say(by, text, { scheduled_at: inSeconds(3600), ...more });
async function eventually<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
const posted = (by: Person, text: string) =>
  eventually(text, async () => {
    const all: AnyJson[] = await get(by, `/api/v1/accounts/${by.account._id}/statuses`);
    return all.find((post) => post.content.includes(text));
  });
async function picture(by: Person): Promise<string> {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#123' } });
  const bytes = new Uint8Array(await image.png().toBuffer());
  const body = new FormData();
  body.set('file', new Blob([bytes], { type: 'image/png' }), 'a.png');
  return (await app().request('POST', '/api/v1/media', { token: by.token, body })).json.id;
}

test('a scheduled post appears at its time, whole, and waits no more', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const media = await picture(ann);
  const kept = await plan(ann, 'good morning', {
    scheduled_at: inSeconds(2),
    media_ids: [media],
    spoiler_text: 'news',
    visibility: 'unlisted',
  });
  t.is(kept.params.text, 'good morning');
  t.is(kept.media_attachments[0].id, media);
  t.is(
    (await call(ann, 'POST', '/api/v1/statuses', { status: 'mine', media_ids: [media] })).status,
    422,
  );
  const post = await posted(ann, 'good morning');
  t.is(post.visibility, 'unlisted');
  t.is(post.spoiler_text, 'news');
  t.is(post.media_attachments[0].id, media);
  t.is(await status(ann, 'GET', `/api/v1/scheduled_statuses/${kept.id}`), 404);
});

test('a post that quotes waits with its quote, and who may quote it', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const quoted = await say(bob, 'worth quoting');
  const kept = await plan(ann, 'as bob says', {
    scheduled_at: inSeconds(2),
    quoted_status_id: quoted.id,
    quote_approval_policy: 'followers',
  });
  t.is(kept.params.quoted_status_id, quoted.id);
  t.is(kept.params.quote_approval_policy, 'followers');
  const post = await posted(ann, 'as bob says');
  t.is(post.quote.quoted_status.id, quoted.id);
  t.deepEqual(post.quote_approval.automatic, ['followers']);
});

test('what it quotes or answers, and where it goes, is looked at when it is scheduled, too', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const refused = (more: object) =>
    call(ann, 'POST', '/api/v1/statuses', {
      status: 'x',
      scheduled_at: inSeconds(3600),
      ...more,
    });
  const closed = await say(bob, 'not to be quoted', { quote_approval_policy: 'nobody' });
  const denied = await refused({ quoted_status_id: closed.id });
  t.is(denied.status, 403, denied.text);
  const inside = await say(bob, 'kept inside', { visibility: 'company' });
  const wider = await refused({ quoted_status_id: inside.id, visibility: 'public' });
  t.is(wider.status, 422);
  t.truthy(wider.json.details.quoted_status_id);
  t.is((await refused({ quoted_status_id: inside.id, visibility: 'direct' })).status, 422);
  const unseen = await say(bob, 'for my followers', { visibility: 'private' });
  t.is((await refused({ quoted_status_id: unseen.id })).status, 404);
  t.is((await refused({ in_reply_to_id: unseen.id })).status, 404);
  const theirs = await group(bob, 'theirs', 'secret');
  t.true([403, 404].includes((await refused({ group_id: theirs })).status));
  t.deepEqual(await get(ann, '/api/v1/scheduled_statuses'), []);
});

test('it can be moved and dropped by its author alone; dropping frees its pictures', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const media = await picture(ann);
  const { id } = await plan(ann, 'later', { media_ids: [media] });
  const path = `/api/v1/scheduled_statuses/${id}`;
  for (const method of ['GET', 'DELETE']) t.is(await status(bob, method, path), 404);
  t.is(await status(bob, 'PUT', path, { scheduled_at: inSeconds(10) }), 404);
  const moved = await ok(ann, 'PUT', path, { scheduled_at: inSeconds(7200) });
  t.true(Date.parse(moved.scheduled_at) > Date.now() + 7_000_000);
  t.is(await status(ann, 'PUT', path, { scheduled_at: inSeconds(-5) }), 422);
  t.is(await status(ann, 'PUT', path, { scheduled_at: 'soon' }), 422);
  await ok(ann, 'DELETE', path);
  t.is((await say(ann, 'now', { media_ids: [media] })).media_attachments.length, 1);
});

test('what is being posted is neither moved nor dropped, and what was dropped is not posted', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const rows = app().kit.mongo.collection<{ _id: string; dueAt: number; publishing?: true }>(
    'scheduled_posts',
  );
  const kept = await plan(ann, 'on its way');
  const path = `/api/v1/scheduled_statuses/${kept.id}`;
  await rows.updateOne({ _id: kept.id }, { $set: { publishing: true } });
  t.is(await status(ann, 'DELETE', path), 409);
  t.is(await status(ann, 'PUT', path, { scheduled_at: inSeconds(7200) }), 409);
  // Whoever posted it died: it is due again, and comes.
  await rows.updateOne({ _id: kept.id }, { $set: { dueAt: Date.now() } });
  await posted(ann, 'on its way');
  await eventually('it waits no more', async () =>
    (await status(ann, 'DELETE', path)) === 404 ? true : undefined,
  );

  const dropped = await plan(ann, 'thought better of it');
  t.is(await status(ann, 'DELETE', `/api/v1/scheduled_statuses/${dropped.id}`), 200);
  const { queues } = app().kit;
  await queues.add('scheduled', { id: dropped.id }, { attempts: 1 });
  await eventually('its job is done', async () => {
    const { waiting = 0, prioritized = 0, active = 0 } = await queues.counts('scheduled');
    return waiting + prioritized + active === 0 ? true : undefined;
  });
  await settled();
  const all: AnyJson[] = await get(ann, `/api/v1/accounts/${ann.account._id}/statuses`);
  t.false(all.some((post) => post.content.includes('thought better')));
});

test('bad posts are refused when they are scheduled, and there are only so many', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const refused = (more: object) =>
    status(ann, 'POST', '/api/v1/statuses', {
      status: 'x',
      scheduled_at: inSeconds(3600),
      ...more,
    });
  t.is(await refused({ status: ' ' }), 422);
  t.is(await refused({ scheduled_at: inSeconds(-60) }), 422);
  t.is(await refused({ poll: { options: ['one'], expires_in: 600 } }), 422);
  for (const text of ['1', '2', '3']) await plan(ann, text);
  t.is(await refused({}), 422);
  t.is((await get(ann, '/api/v1/scheduled_statuses')).length, 3);
});

test('what a stopped server left behind is posted once, also where it was posted just before', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const { kit, apis } = app();
  const [first, second] = [kit.nextId(), kit.nextId()];
  const content = (text: string) => ({ text, media: [], audience: 'public' as const });
  await apis.posts.publish({
    author: ann.account,
    ...content('posted before'),
    idempotencyKey: `scheduled:${first}`,
  });
  const left = (_id: string, text: string) => ({
    _id: _id as never,
    account: ann.account._id,
    content: content(text),
    at: Date.now() - 60_000,
    dueAt: Date.now() - 60_000,
    createdAt: Date.now(),
  });
  await kit.mongo
    .collection('scheduled_posts')
    .insertMany([left(first, 'posted before'), left(second, 'left behind')]);
  await posted(ann, 'left behind');
  await eventually('the end', async () =>
    (await get(ann, '/api/v1/scheduled_statuses')).length === 0 ? true : undefined,
  );
  const all: AnyJson[] = await get(ann, `/api/v1/accounts/${ann.account._id}/statuses`);
  t.is(all.length, 2);
});

test('what cannot be posted any more says why, and does not come out elsewhere', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const inner = await group(ann, 'inner', 'secret');
  await ok(ann, 'POST', `/api/mitoyen/v1/groups/${inner}/invitations`, {
    accounts: [bob.account.username],
  });
  await settled();
  await ok(bob, 'POST', `/api/mitoyen/v1/groups/${inner}/invitation/accept`);
  const { id } = await plan(bob, 'for us', { group_id: inner });
  await ok(bob, 'POST', `/api/v1/accounts/${inner}/unfollow`);
  await app()
    .kit.mongo.collection('scheduled_posts')
    .updateOne({ _id: id }, { $set: { dueAt: Date.now() } });
  const failed = await eventually('the failure', async () => {
    const kept = await get(bob, `/api/v1/scheduled_statuses/${id}`);
    return kept.mitoyen.failure ? kept : undefined;
  });
  t.truthy(failed.mitoyen.failure);
  t.deepEqual(await get(bob, `/api/v1/accounts/${bob.account._id}/statuses`), []);
});

test('who asked for it is told of each post of somebody followed, and once', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  await ok(ann, 'POST', `/api/v1/accounts/${bob.account._id}/follow`, { notify: true });
  await ok(cal, 'POST', `/api/v1/accounts/${bob.account._id}/follow`);
  await settled();
  const post = await say(bob, 'news');
  await say(bob, `${handle(ann)} by name`);
  await say(bob, 'a comment', { in_reply_to_id: post.id });
  await settled();
  const told = async (by: Person) =>
    (await get(by, '/api/v1/notifications')).map((one: AnyJson) => one.type);
  t.deepEqual(await told(ann), ['mention', 'status']);
  t.deepEqual(await told(cal), []);
});

test('shares of somebody followed can be left out of the home feed', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  await ok(ann, 'POST', `/api/v1/accounts/${bob.account._id}/follow`, { reblogs: false });
  const other = await say(cal, 'by cal');
  await ok(bob, 'POST', `/api/v1/statuses/${other.id}/reblog`);
  await say(bob, 'by bob');
  await settled();
  const home = async () =>
    (await get(ann, '/api/v1/timelines/home')).filter(
      (post: AnyJson) => post.account.id === bob.account._id,
    ).length;
  t.is(await home(), 1);
  await ok(ann, 'POST', `/api/v1/accounts/${bob.account._id}/follow`, { reblogs: true });
  t.is(await home(), 2);
});

test('pictures of a post can be described anew by editing it', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const [media, other] = [await picture(ann), await picture(bob)];
  const post = await say(ann, 'look', { media_ids: [media] });
  const edit = (id: string, description: string) => ({
    status: 'look',
    media_ids: [media],
    media_attributes: [{ id, description, focus: '0.5,-0.5' }],
  });
  const path = `/api/v1/statuses/${post.id}`;
  const edited = await ok(ann, 'PUT', path, edit(media, 'A wall'));
  t.is(edited.media_attachments[0].description, 'A wall');
  t.is(edited.media_attachments[0].meta.focus.x, 0.5);
  t.is(await status(ann, 'PUT', path, edit(other, 'not mine')), 422);
  t.is(await status(ann, 'PUT', path, edit(media, 'x'.repeat(1501))), 422);
});
