/** Who is told of what, once, and in a form that plain Mastodon apps can show. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { app, people, call, say } = withMembers(test);

async function told(person: Person, query = ''): Promise<AnyJson[]> {
  await app().settled();
  return (await call(person, 'GET', `/api/v1/notifications${query}`)).json;
}
const types = async (person: Person, query = '') =>
  (await told(person, query)).map((one) => one.type).toSorted();
const name = (person: Person) => `@${person.account.username}`;

test('a mention, an answer and a message are told once, to those who may read them', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const post = await say(ann, `hello ${name(bob)} and again ${name(bob)}`);
  await say(bob, `${name(ann)} hello`, { in_reply_to_id: post.id });
  await say(ann, `${name(bob)} in private`, { visibility: 'direct' });
  t.deepEqual(await types(bob), ['mention', 'mention']);
  t.deepEqual(await types(ann), ['mention']);
  t.deepEqual(await types(cal), []);
  const group = (
    await call(ann, 'POST', '/api/mitoyen/v1/groups', { name: 'inner', access: 'secret' })
  ).json.id;
  await say(ann, `${name(cal)} not for you`, { visibility: 'group', group_id: group });
  t.deepEqual(await types(cal), []);
  t.is((await call(cal, 'GET', '/api/v1/notifications/unread_count')).json.count, 0);
});

test('nobody is told of what they did themselves', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const post = await say(ann, `me ${name(ann)}`);
  await say(ann, 'more', { in_reply_to_id: post.id });
  await call(ann, 'POST', `/api/v1/statuses/${post.id}/favourite`);
  t.deepEqual(await types(ann), []);
});

test('who is named by an edit is told then; who was told before is not told again', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const { id } = await say(ann, `for ${name(bob)}`);
  await app().settled();
  await call(ann, 'PUT', `/api/v1/statuses/${id}`, { status: `for ${name(bob)} and ${name(cal)}` });
  t.deepEqual(await types(bob), ['mention']);
  t.deepEqual(await types(cal), ['mention']);
});

test('who shared a post is told that it was edited', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const { id } = await say(ann, 'first');
  await call(bob, 'POST', `/api/v1/statuses/${id}/reblog`);
  await call(ann, 'PUT', `/api/v1/statuses/${id}`, { status: 'second' });
  t.deepEqual(await types(bob), ['update']);
});

test('likes and shares are told, and taken back with what they were', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const { id } = await say(ann, 'nice');
  for (const verb of ['favourite', 'reblog'])
    await call(bob, 'POST', `/api/v1/statuses/${id}/${verb}`);
  t.deepEqual(await types(ann), ['favourite', 'reblog']);
  for (const verb of ['unfavourite', 'unreblog'])
    await call(bob, 'POST', `/api/v1/statuses/${id}/${verb}`);
  t.deepEqual(await types(ann), []);
  await call(bob, 'POST', `/api/v1/statuses/${id}/favourite`);
  t.deepEqual(await types(ann), ['favourite']);
  await call(ann, 'DELETE', `/api/v1/statuses/${id}`);
  t.deepEqual(await types(ann), []);
});

test('plain apps see an emoji as a like, and no type that they do not know', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const { id } = await say(ann, 'react');
  await call(bob, 'PUT', `/api/mitoyen/v1/statuses/${id}/reactions/${encodeURIComponent('🎉')}`);
  const group = (
    await call(ann, 'POST', '/api/mitoyen/v1/groups', { name: 'club', access: 'closed' })
  ).json.id;
  await call(bob, 'POST', `/api/mitoyen/v1/groups/${group}/join`);
  t.deepEqual(await types(ann), ['favourite']);
  t.deepEqual(await types(ann, '?mitoyen=1'), ['mitoyen.group_request', 'mitoyen.reaction']);
  t.deepEqual(await types(ann, '?types[]=favourite'), ['favourite']);
  t.deepEqual(await types(ann, '?exclude_types[]=favourite'), []);
  t.deepEqual(await types(ann, '?types[]=mitoyen.group_request'), ['mitoyen.group_request']);
  const [reaction] = await told(ann);
  t.is(reaction.mitoyen.emoji, '🎉');
  t.true((await told(ann, '?mitoyen=1')).some((one) => one.mitoyen.group?.id === group));
});

test('follows and requests are told', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  await call(bob, 'POST', `/api/v1/accounts/${ann.account._id}/follow`);
  t.deepEqual(await types(ann), ['follow']);
  await call(bob, 'POST', `/api/v1/accounts/${ann.account._id}/unfollow`);
  t.deepEqual(await types(ann), []);
});

test('a muted thread, and muted and blocked people, are quiet', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const { id } = await say(ann, 'loud');
  await call(ann, 'POST', `/api/v1/statuses/${id}/mute`);
  await say(bob, 'noise', { in_reply_to_id: id });
  t.deepEqual(await types(ann), []);
  await call(ann, 'POST', `/api/v1/statuses/${id}/unmute`);
  await say(bob, 'noise', { in_reply_to_id: id });
  t.deepEqual(await types(ann), ['mention']);
  await call(ann, 'POST', `/api/v1/accounts/${bob.account._id}/mute`);
  t.deepEqual(await types(ann), [], 'what came before is hidden too');
  await call(ann, 'POST', `/api/v1/accounts/${cal.account._id}/mute`);
  await call(cal, 'POST', `/api/v1/statuses/${id}/favourite`);
  t.deepEqual(await types(ann), []);
});

test('pages, filters by person, one by one, dismissing and clearing', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  for (let index = 0; index < 5; index += 1)
    await say(index % 2 ? cal : bob, `${index} ${name(ann)}`);
  const all = (await told(ann)).map((one) => one.id);
  t.is(all.length, 5);
  const first = await call(ann, 'GET', '/api/v1/notifications?limit=2');
  t.regex(first.headers.get('link') ?? '', /rel="next"/);
  t.deepEqual(
    (await told(ann, `?limit=2&max_id=${all[1]}`)).map((one) => one.id),
    all.slice(2, 4),
  );
  t.deepEqual(
    (await told(ann, `?limit=2&min_id=${all[4]}`)).map((one) => one.id),
    all.slice(2, 4),
  );
  t.is((await told(ann, `?account_id=${cal.account._id}`)).length, 2);
  t.is((await call(ann, 'GET', `/api/v1/notifications/${all[0]}`)).json.id, all[0]);
  t.is((await call(bob, 'GET', `/api/v1/notifications/${all[0]}`)).status, 404);
  await call(bob, 'POST', `/api/v1/notifications/${all[0]}/dismiss`);
  await call(ann, 'POST', `/api/v1/notifications/${all[1]}/dismiss`);
  t.deepEqual(
    (await told(ann)).map((one) => one.id),
    [all[0], ...all.slice(2)],
  );
  const unread = async () =>
    (await call(ann, 'GET', '/api/v1/notifications/unread_count')).json.count;
  t.is(await unread(), 4);
  await call(ann, 'POST', '/api/v1/markers', { notifications: { last_read_id: all[2] } });
  t.is(await unread(), 1);
  await call(ann, 'POST', '/api/v1/notifications/clear');
  t.deepEqual(await told(ann), []);
});

test('those of one kind about one post are one group', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const { id } = await say(ann, 'popular');
  for (const one of [bob, cal]) await call(one, 'POST', `/api/v1/statuses/${id}/favourite`);
  await say(bob, 'an answer', { in_reply_to_id: id });
  await app().settled();
  const { json } = await call(ann, 'GET', '/api/v2/notifications');
  const groups = json.notification_groups as AnyJson[];
  const likes = groups.find((one) => one.type === 'favourite');
  t.is(groups.length, 2);
  t.like(likes, { group_key: `favourite-${id}`, notifications_count: 2, status_id: id });
  t.deepEqual(likes.sample_account_ids.toSorted(), [bob.account._id, cal.account._id].toSorted());
  t.is(json.statuses.length, 2);
  const path = `/api/v2/notifications/${likes.group_key}`;
  t.is((await call(ann, 'GET', `${path}/accounts`)).json.length, 2);
  t.is((await call(bob, 'GET', path)).status, 404);
  t.is((await call(ann, 'GET', '/api/v2/notifications/nonsense')).status, 404);
  await call(ann, 'POST', `${path}/dismiss`);
  t.deepEqual(await types(ann), ['mention']);
});

test('who follows a group with notify hears of each post in it, until they wish no more', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const group = (
    await call(ann, 'POST', '/api/mitoyen/v1/groups', { name: 'bell', access: 'open' })
  ).json.id;
  const follow = `/api/v1/accounts/${group}/follow`;
  t.true((await call(bob, 'POST', follow, { notify: true })).json.notifying);
  const post = await say(ann, 'news of the group', { visibility: 'group', group_id: group });
  const [first] = await told(bob, '?types[]=status');
  t.is(first.status.id, post.id);
  await say(bob, 'my own', { visibility: 'group', group_id: group });
  t.true((await call(bob, 'POST', follow)).json.notifying, 'what is not said stays as it was');
  t.false((await call(bob, 'POST', follow, { notify: false })).json.notifying);
  await say(ann, 'more', { visibility: 'group', group_id: group });
  t.deepEqual(await types(bob), ['status']);
});
