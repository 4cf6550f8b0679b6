/** Hashtags that are followed, and those on profiles. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { people, ok, get, status, say, settled } = withMembers(test, {
  trends: { enabled: true },
});

test('a followed hashtag brings what everybody may read into the home feed', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const open = await say(bob, 'hello #Wälle');
  await say(bob, 'quiet #wälle', { visibility: 'unlisted' });
  await say(bob, 'hidden #wälle', { visibility: 'private' });
  await settled();
  const home = async () =>
    (await get(ann, '/api/v1/timelines/home'))
      .filter((post: AnyJson) => post.account.id === bob.account._id)
      .map((post: AnyJson) => post.id);
  t.deepEqual(await home(), []);
  const tag = await ok(ann, 'POST', `/api/v1/tags/${encodeURIComponent('Wälle')}/follow`);
  t.true(tag.following);
  t.deepEqual(await home(), [open.id]);
  t.deepEqual(
    (await get(ann, '/api/v1/followed_tags')).map((one: AnyJson) => one.name),
    ['wälle'],
  );
  await ok(ann, 'POST', `/api/v1/tags/${encodeURIComponent('wälle')}/unfollow`);
  t.deepEqual(await home(), []);
  t.is(await status(ann, 'POST', '/api/v1/tags/no%20tag/follow'), 422);
});

test('featured hashtags are on the profile with their use, ten at most', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  await say(ann, 'one #lyon');
  await say(ann, 'two #lyon #works');
  await say(ann, 'secret #lyon', { visibility: 'private' });
  await settled();
  const suggested = await get(ann, '/api/v1/featured_tags/suggestions');
  t.is(suggested[0].name, 'lyon');
  const shown = await ok(ann, 'POST', '/api/v1/featured_tags', { name: '#Lyon' });
  t.is(shown.name, 'lyon');
  t.is(shown.statuses_count, '2');
  const seen = await get(bob, `/api/v1/accounts/${ann.account._id}/featured_tags`);
  t.deepEqual(seen, [shown]);
  t.true((await get(ann, '/api/v1/tags/lyon')).featuring);
  t.is(await status(bob, 'DELETE', `/api/v1/featured_tags/${shown.id}`), 404);
  await ok(ann, 'DELETE', `/api/v1/featured_tags/${shown.id}`);
  for (let index = 0; index < 10; index += 1)
    await ok(ann, 'POST', `/api/v1/tags/t${index}/feature`);
  t.is(await status(ann, 'POST', '/api/v1/featured_tags', { name: 'eleven' }), 422);
  await ok(ann, 'POST', '/api/v1/tags/t1/unfeature');
  t.is((await get(ann, '/api/v1/featured_tags')).length, 9);
});

test('where trends are on, members see what moves many, of public posts alone', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const post = await say(ann, 'the fair #messe');
  await say(bob, 'see you there #messe');
  for (const by of [ann, bob]) await say(by, 'between us #leise', { visibility: 'private' });
  await ok(bob, 'POST', `/api/v1/statuses/${post.id}/favourite`);
  await settled();
  const tags = (await get(cal, '/api/v1/trends/tags')).map((one: AnyJson) => one.name);
  t.true(tags.includes('messe'));
  t.false(tags.includes('leise'));
  const posts = (await get(cal, '/api/v1/trends/statuses')).map((one: AnyJson) => one.id);
  t.true(posts.includes(post.id));
  t.is(await status(null, 'GET', '/api/v1/trends/statuses'), 200);
});
