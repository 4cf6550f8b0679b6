/** Searches that are kept, and the directory of people as Mastodon's apps ask for it. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { app, people, ok, get, status, say, settled } = withMembers(test);
const ROAD = '/api/mitoyen/v1/saved_searches';

test('a search is kept, changed and dropped by its owner alone', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const kept = await ok(ann, 'POST', ROAD, { title: 'Drills', query: 'from:bob drill' });
  t.deepEqual(await get(ann, ROAD), [kept]);
  t.deepEqual(await get(bob, ROAD), []);
  const path = `${ROAD}/${kept.id}`;
  t.is((await ok(ann, 'PATCH', path, { types: ['statuses'] })).query, 'from:bob drill');
  t.is(await status(bob, 'PATCH', path, { title: 'mine' }), 404);
  t.is(await status(bob, 'DELETE', path), 404);
  t.is(await status(ann, 'POST', ROAD, { title: ' ', query: '' }), 422);
  await ok(ann, 'DELETE', path);
  t.deepEqual(await get(ann, ROAD), []);
});

test('the directory lists colleagues, whoever wrote last first, and no guests', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const guest = await app().person('guest', { role: 'guest' });
  await say(ann, 'first');
  await settled();
  const ids = (all: AnyJson[]) => all.map((one) => one.id);
  const active = ids(await get(bob, '/api/v1/directory?local=true'));
  t.is(active[0], ann.account._id);
  t.false(active.includes(guest.account._id));
  const [first, second] = [
    ids(await get(bob, '/api/v1/directory?limit=1&order=new')),
    ids(await get(bob, '/api/v1/directory?limit=1&order=new&offset=1')),
  ];
  t.notDeepEqual(first, second);
  t.is(await status(guest, 'GET', '/api/v1/directory'), 404);
});
