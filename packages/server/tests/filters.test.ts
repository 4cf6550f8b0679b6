/** Filters, v2 and v1: what is marked, what is not shown at all, and whose they are. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { people, ok, get, call, status, say, group, settled, handle } = withMembers(test);
const make = (by: Person, more: object): Promise<AnyJson> =>
  ok(by, 'POST', '/api/v2/filters', {
    title: 'quiet',
    context: ['home', 'public', 'notifications', 'thread', 'account'],
    keywords_attributes: [{ keyword: 'budget', whole_word: true }],
    ...more,
  });
const ids = (posts: AnyJson[]) => posts.map((post) => post.id);
async function pair(): Promise<[Person, Person]> {
  return (await people('ann', 'bob')) as [Person, Person];
}

test('a filter that warns marks posts with what was found, in shares and warnings too', async (t) => {
  const [ann, bob] = await pair();
  const filter = await make(ann, {});
  const plain = await say(bob, 'all is well');
  const post = await say(bob, 'The **Budget** is late');
  const warned = await say(bob, 'see inside', { spoiler_text: 'budget' });
  const polled = await say(bob, 'which', { poll: { options: ['budget', 'x'], expires_in: 3600 } });
  const share = await ok(bob, 'POST', `/api/v1/statuses/${post.id}/reblog`);
  const found = async (id: string) => (await get(ann, `/api/v1/statuses/${id}`)).filtered;
  t.deepEqual(await found(plain.id), []);
  for (const id of [post.id, warned.id, polled.id, share.id]) {
    const [match] = await found(id);
    t.is(match.filter.id, filter.id);
    t.is(match.filter.filter_action, 'warn');
    t.deepEqual(match.keyword_matches, ['budget']);
  }
  t.true(ids(await get(ann, '/api/v1/timelines/public')).includes(post.id));
  t.deepEqual((await get(bob, `/api/v1/statuses/${post.id}`)).filtered, []);
});

test('a filter that hides leaves posts out where it says, and nowhere else', async (t) => {
  const [ann, bob] = await pair();
  const post = await say(bob, `${handle(ann)} about the budget`);
  await settled();
  const lists = async () => [
    ids(await get(ann, '/api/v1/timelines/public')).includes(post.id),
    ids(await get(ann, `/api/v1/accounts/${bob.account._id}/statuses`)).includes(post.id),
    (await get(ann, '/api/v1/notifications')).length === 1,
  ];
  t.deepEqual(await lists(), [true, true, true]);
  const { id } = await make(ann, { filter_action: 'hide', context: ['public', 'notifications'] });
  t.deepEqual(await lists(), [false, true, false]);
  await ok(ann, 'PUT', `/api/v2/filters/${id}`, { context: ['account'] });
  t.deepEqual(await lists(), [true, false, true]);
  await ok(ann, 'DELETE', `/api/v2/filters/${id}`);
  t.deepEqual(await lists(), [true, true, true]);
});

test('a filter of the home feed hides in our own list of a group as well', async (t) => {
  const [ann, bob] = await pair();
  const inner = await group(bob, `budget room ${ann.account.username}`);
  await ok(ann, 'POST', `/api/mitoyen/v1/groups/${inner}/join`);
  const post = await say(bob, 'the budget, again', { group_id: inner });
  const path = `/api/mitoyen/v1/groups/${inner}/posts`;
  t.true(ids(await get(ann, path)).includes(post.id));
  await make(ann, { filter_action: 'hide', context: ['home'] });
  t.false(ids(await get(ann, path)).includes(post.id));
});

test('keywords and posts of a filter are added, changed and dropped one by one', async (t) => {
  const [ann, bob] = await pair();
  const { id } = await make(ann, {});
  const added = await ok(ann, 'POST', `/api/v2/filters/${id}/keywords`, { keyword: 'plan' });
  t.false(added.whole_word);
  await ok(ann, 'PUT', `/api/v2/filters/keywords/${added.id}`, { whole_word: true });
  t.true((await get(ann, `/api/v2/filters/keywords/${added.id}`)).whole_word);
  await ok(ann, 'DELETE', `/api/v2/filters/keywords/${added.id}`);
  t.is((await get(ann, `/api/v2/filters/${id}/keywords`)).length, 1);
  const post = await say(bob, 'only this one');
  const path = `/api/v2/filters/${id}/statuses`;
  const marked = await ok(ann, 'POST', path, { status_id: post.id });
  const [match] = (await get(ann, `/api/v1/statuses/${post.id}`)).filtered;
  t.deepEqual(match.status_matches, [post.id]);
  t.is((await get(ann, `/api/v2/filters/statuses/${marked.id}`)).status_id, post.id);
  await ok(ann, 'DELETE', `/api/v2/filters/statuses/${marked.id}`);
  t.deepEqual(await get(ann, path), []);
  const own = (await get(ann, `/api/v2/filters/${id}`)).keywords[0];
  const changed = await ok(ann, 'PUT', `/api/v2/filters/${id}`, {
    keywords_attributes: [{ id: own.id, _destroy: true }, { keyword: 'new' }],
  });
  t.deepEqual(
    changed.keywords.map((one: AnyJson) => one.keyword),
    ['new'],
  );
});

test('a filter ends by itself', async (t) => {
  const [ann, bob] = await pair();
  const post = await say(bob, 'budget');
  const { id, expires_at } = await make(ann, { expires_in: 3600 });
  t.true(Date.parse(expires_at) > Date.now());
  const found = async () => (await get(ann, `/api/v1/statuses/${post.id}`)).filtered.length;
  t.is(await found(), 1);
  // Ends within the second that it takes to ask.
  await ok(ann, 'PUT', `/api/v2/filters/${id}`, { expires_in: 1 });
  const deadline = Date.now() + 20_000;
  while ((await found()) > 0 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 100));
  t.is(await found(), 0);
  t.is((await ok(ann, 'PUT', `/api/v2/filters/${id}`, { expires_in: null })).expires_at, null);
  t.is(await found(), 1);
});

test('version 1 shows each keyword for itself, and changes the same filters', async (t) => {
  const [ann] = await pair();
  const { id } = await make(ann, { filter_action: 'hide' });
  const [old] = await get(ann, '/api/v1/filters');
  t.is(old.phrase, 'budget');
  t.true(old.irreversible);
  const made = await ok(ann, 'POST', '/api/v1/filters', { phrase: 'x', context: ['home'] });
  await ok(ann, 'PUT', `/api/v1/filters/${made.id}`, { phrase: 'y', context: ['public'] });
  t.is((await get(ann, `/api/v1/filters/${made.id}`)).phrase, 'y');
  await ok(ann, 'DELETE', `/api/v1/filters/${made.id}`);
  t.deepEqual(ids(await get(ann, '/api/v2/filters')), [id]);
});

test('filters are their owner’s alone, and bad ones are refused', async (t) => {
  const [ann, bob] = await pair();
  const { id, keywords } = await make(ann, {});
  t.is(await status(bob, 'GET', `/api/v2/filters/${id}`), 404);
  t.is(await status(bob, 'PUT', `/api/v2/filters/${id}`, { title: 'mine' }), 404);
  t.is(await status(bob, 'DELETE', `/api/v2/filters/keywords/${keywords[0].id}`), 404);
  t.deepEqual(await get(bob, '/api/v2/filters'), []);
  const refused = await call(ann, 'POST', '/api/v2/filters', {});
  t.is(refused.status, 422);
  t.regex(refused.json.error, /title.*context/);
  t.is(await status(ann, 'POST', '/api/v2/filters', { title: 'x', context: ['nowhere'] }), 422);
  const secret = await ok(bob, 'POST', '/api/v1/statuses', { status: 'x', visibility: 'direct' });
  t.is(await status(ann, 'POST', `/api/v2/filters/${id}/statuses`, { status_id: secret.id }), 404);
});
