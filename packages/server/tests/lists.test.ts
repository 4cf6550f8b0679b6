/** Lists, markers and preferences, as apps ask for them. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { people, ok, get, status, say, group, settled } = withMembers(test, {
  limits: { lists_per_person: 3, list_accounts: 4 },
});
const texts = (posts: AnyJson[]) => posts.map((post) => post.content.replace(/<[^>]+>/g, ''));
const timeline = async (by: Person, id: string) =>
  texts(await get(by, `/api/v1/timelines/list/${id}`));
const make = (by: Person, title: string, more: object = {}) =>
  ok(by, 'POST', '/api/v1/lists', { title, ...more });
const add = (by: Person, id: string, ...accounts: string[]) =>
  ok(by, 'POST', `/api/v1/lists/${id}/accounts`, { account_ids: accounts });

test('a list shows what its people post, wherever they post it, and nobody else', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const { id } = await make(ann, 'Shop floor');
  await add(ann, id, bob.account._id);
  const inner = await group(bob, 'inner', 'secret');
  await say(bob, 'for all');
  await say(bob, 'for colleagues', { visibility: 'company' });
  await say(bob, 'for the group', { visibility: 'group', group_id: inner });
  await say(bob, `@${ann.account.username} between us`, { visibility: 'direct' });
  await say(cal, 'not in the list');
  await settled();
  t.deepEqual(await timeline(ann, id), ['for colleagues', 'for all']);
  t.is((await get(ann, `/api/v1/lists/${id}/accounts?limit=0`))[0].id, bob.account._id);
  t.is((await get(ann, `/api/v1/accounts/${bob.account._id}/lists`))[0].title, 'Shop floor');
});

test('comments are shown as the list says', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const { id } = await make(ann, 'two', { replies_policy: 'list' });
  await add(ann, id, bob.account._id);
  const [own, other] = [await say(bob, 'own'), await say(cal, 'other')];
  await say(bob, 'to myself', { in_reply_to_id: own.id });
  await say(bob, 'to cal', { in_reply_to_id: other.id });
  t.deepEqual(await timeline(ann, id), ['to myself', 'own']);
  await ok(ann, 'PUT', `/api/v1/lists/${id}`, { replies_policy: 'none' });
  t.deepEqual(await timeline(ann, id), ['own']);
  await ok(ann, 'PUT', `/api/v1/lists/${id}`, { replies_policy: 'followed' });
  await ok(ann, 'POST', `/api/v1/accounts/${cal.account._id}/follow`);
  await settled();
  t.deepEqual(await timeline(ann, id), ['to cal', 'to myself', 'own']);
});

test('people of an exclusive list are read there and not at home', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  await ok(ann, 'POST', `/api/v1/accounts/${bob.account._id}/follow`);
  await say(bob, 'on the wall');
  await say(bob, 'for the company', { visibility: 'company' });
  const mine = (post: AnyJson) => post.account.id === bob.account._id;
  const home = async () => (await get(ann, '/api/v1/timelines/home')).filter(mine).length;
  await settled();
  t.is(await home(), 2);
  const { id } = await make(ann, 'apart', { exclusive: true });
  await add(ann, id, bob.account._id);
  t.is(await home(), 0);
  t.is((await timeline(ann, id)).length, 2);
  await ok(ann, 'DELETE', `/api/v1/lists/${id}/accounts?account_ids[]=${bob.account._id}`);
  t.is(await home(), 2);
});

test('a group is a list of its members, changed only as a group', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const id = await group(ann, 'works', 'closed');
  await say(ann, 'in the group', { visibility: 'group', group_id: id });
  const shown = (await get(ann, '/api/v1/lists')).find((one: AnyJson) => one.id === id);
  t.is(shown.title, 'works');
  t.deepEqual(await timeline(ann, id), ['in the group']);
  t.is(await status(ann, 'PUT', `/api/v1/lists/${id}`, { title: 'mine' }), 403);
  for (const path of [`/api/v1/lists/${id}`, `/api/v1/timelines/list/${id}`])
    t.is(await status(bob, 'GET', path), 404);
});

test('somebody’s lists are there for nobody else', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const { id } = await make(ann, 'private');
  t.is(await status(bob, 'GET', `/api/v1/lists/${id}`), 404);
  t.is(await status(bob, 'GET', `/api/v1/lists/${id}/accounts`), 404);
  t.is(await status(bob, 'DELETE', `/api/v1/lists/${id}`), 404);
  t.is(
    await status(bob, 'POST', `/api/v1/lists/${id}/accounts`, { account_ids: [ann.account._id] }),
    404,
  );
  t.deepEqual(await get(bob, '/api/v1/lists'), []);
  t.deepEqual(await ok(ann, 'DELETE', `/api/v1/lists/${id}`), {});
  t.is(await status(ann, 'GET', `/api/v1/lists/${id}`), 404);
});

test('a list has limits and takes only whom its owner reads', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const five = await people('eve', 'fay', 'gus', 'hal', 'ivy');
  const { id } = await make(ann, 'one');
  const path = `/api/v1/lists/${id}/accounts`;
  const put = (ids: string[]) => status(ann, 'POST', path, { account_ids: ids });
  t.is(await put(five.map((one) => one.account._id)), 422);
  t.is(await put(['01ARZ3NDEKTSV4RRFFQ69G5FAV']), 422);
  t.is(await status(ann, 'POST', path, {}), 422);
  t.is(await status(ann, 'POST', '/api/v1/lists', { title: ' ' }), 422);
  await make(ann, 'two');
  await make(ann, 'three');
  t.is(await status(ann, 'POST', '/api/v1/lists', { title: 'four' }), 422);
});

test('markers keep where reading stopped, with a version that grows', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const first = await ok(ann, 'POST', '/api/v1/markers', { home: { last_read_id: '1' } });
  await ok(ann, 'POST', '/api/v1/markers', { home: { last_read_id: '2' } });
  const kept = await get(ann, '/api/v1/markers?timeline[]=home&timeline[]=notifications');
  t.is(kept.home.last_read_id, '2');
  t.true(kept.home.version > first.home.version);
  t.is(kept.notifications, undefined);
});

test('preferences are kept, and decide who a post is for where an app does not say', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  t.is((await get(ann, '/api/v1/preferences'))['posting:default:visibility'], 'public');
  const credentials = await ok(ann, 'PATCH', '/api/v1/accounts/update_credentials', {
    source: { privacy: 'unlisted', sensitive: true },
  });
  t.is(credentials.source.privacy, 'unlisted');
  const post = await say(ann, 'quietly');
  t.is(post.visibility, 'unlisted');
  t.true(post.sensitive);
  const changed = await ok(ann, 'PATCH', '/api/mitoyen/v1/preferences', {
    'posting:default:visibility': 'company',
    'reading:expand:media': 'hide_all',
  });
  t.is(changed['posting:default:visibility'], 'private');
  t.is((await get(ann, '/api/v1/preferences'))['reading:expand:media'], 'hide_all');
  t.is((await say(ann, 'inside')).mitoyen.audience, 'company');
  // Apps send the default that they were told with each post.
  const of = async (visibility: string) => (await say(ann, 'x', { visibility })).mitoyen.audience;
  t.is(await of(changed['posting:default:visibility']), 'company');
  t.is(await of('followers'), 'followers', 'who means them says so');
  t.is(await of('public'), 'public');
  await ok(ann, 'PATCH', '/api/mitoyen/v1/preferences', { 'posting:default:visibility': 'public' });
  t.is(await of('private'), 'followers');
});
