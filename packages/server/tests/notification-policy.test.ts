/** Notifications that are held back or dropped, requests, and groups as the second version shows them. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { app, people, ok, get, status, say, settled, handle } = withMembers(test);
const POLICY = '/api/v2/notifications/policy';
const REQUESTS = '/api/v1/notifications/requests';
const list = async (by: Person, query = ''): Promise<AnyJson[]> => {
  await settled();
  return get(by, `/api/v1/notifications${query}`);
};
const hold = (by: Person, change: object) => ok(by, 'PATCH', POLICY, change);

test('at first nothing is held back', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  t.is((await get(ann, POLICY)).for_not_following, 'accept');
  await say(bob, `${handle(ann)} hello`);
  t.is((await list(ann)).length, 1);
});

test('a stranger’s notifications wait in a request until they are accepted', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  await hold(ann, { for_not_following: 'filter' });
  await say(bob, `${handle(ann)} one`);
  const last = await say(bob, `${handle(ann)} two`);
  t.deepEqual(await list(ann), []);
  t.is((await get(ann, '/api/v1/notifications/unread_count')).count, 0);
  t.deepEqual((await get(ann, POLICY)).summary, {
    pending_requests_count: 1,
    pending_notifications_count: 2,
  });
  const [request] = await get(ann, REQUESTS);
  t.is(request.account.id, bob.account._id);
  t.is(request.notifications_count, '2');
  t.is(request.last_status.id, last.id);
  t.is((await list(ann, `?account_id=${bob.account._id}`)).length, 2);
  t.is(await status(bob, 'GET', `${REQUESTS}/${request.id}`), 404);
  t.is(await status(bob, 'POST', `${REQUESTS}/${request.id}/accept`), 404);
  await ok(ann, 'POST', `${REQUESTS}/${request.id}/accept`);
  t.is((await list(ann)).length, 2);
  t.deepEqual(await get(ann, REQUESTS), []);
  t.true((await get(ann, `${REQUESTS}/merged`)).merged);
  await say(bob, `${handle(ann)} three`);
  t.is((await list(ann)).length, 3);
});

test('an older post that is told of late, or twice, does not become the last one of a request', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  await hold(ann, { for_not_following: 'filter' });
  const first = await say(bob, `${handle(ann)} one`);
  const last = await say(bob, `${handle(ann)} two`);
  await settled();
  await app().kit.events.emit({ name: 'post.published', id: first.id, local: true, data: {} });
  const [request] = await get(ann, REQUESTS);
  t.is(request.last_status.id, last.id);
  t.is(request.notifications_count, '2');
});

test('a request that is dismissed takes its notifications along, and a later one comes anew', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  await hold(ann, { for_not_following: 'filter' });
  for (const by of [bob, cal]) await say(by, `${handle(ann)} hello`);
  await settled();
  const requests: AnyJson[] = await get(ann, REQUESTS);
  await ok(ann, 'POST', `${REQUESTS}/dismiss`, { id: requests.map((one) => one.id) });
  t.is((await get(ann, POLICY)).summary.pending_notifications_count, 0);
  await say(bob, `${handle(ann)} again`);
  await settled();
  t.is((await get(ann, `${REQUESTS}?limit=1`))[0].account.id, bob.account._id);
});

test('several requests are taken at once, of the own ones alone; one notification is removed the old way', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  await hold(ann, { for_not_following: 'filter' });
  for (const by of [bob, cal]) await say(by, `${handle(ann)} hello`);
  await settled();
  const requests: AnyJson[] = await get(ann, REQUESTS);
  const id = requests.map((one) => one.id);
  await ok(bob, 'POST', `${REQUESTS}/accept`, { id });
  t.is((await get(ann, REQUESTS)).length, 2, 'a stranger takes nothing');
  await ok(ann, 'POST', `${REQUESTS}/accept`, { id });
  t.deepEqual(await get(ann, REQUESTS), []);
  const told = await list(ann);
  t.is(told.length, 2);
  await ok(bob, 'POST', '/api/v1/notifications/dismiss', { id: told[0].id });
  t.is((await list(ann)).length, 2);
  await ok(ann, 'POST', '/api/v1/notifications/dismiss', { id: told[0].id });
  t.deepEqual(
    (await list(ann)).map((one) => one.id),
    [told[1].id],
  );
});

test('answers, followed people and the staff are never held back; what is dropped never comes', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  await ok(ann, 'POST', `/api/v1/accounts/${cal.account._id}/follow`);
  await settled();
  await hold(ann, { for_not_following: 'drop' });
  const post = await say(ann, 'what do you think?');
  await say(bob, 'an answer', { in_reply_to_id: post.id });
  await say(cal, `${handle(ann)} from a friend`);
  await say(bob, `${handle(ann)} out of the blue`);
  const told = await list(ann);
  t.deepEqual(
    told.map((one) => one.account.id).toSorted(),
    [bob.account._id, cal.account._id].toSorted(),
  );
  t.deepEqual(await get(ann, REQUESTS), []);
});

test('follows of one day are one group, for apps that want them so', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const fans = await people('bob', 'cal', 'dan');
  for (const fan of fans) await ok(fan, 'POST', `/api/v1/accounts/${ann.account._id}/follow`);
  await settled();
  const path = '/api/v2/notifications';
  const alone = await get(ann, `${path}?grouped_types[]=favourite`);
  t.is(alone.notification_groups.length, 3);
  // Over midnight there are two of them.
  const { notification_groups: groups } = await get(ann, `${path}?grouped_types[]=follow&limit=2`);
  t.regex(groups[0].group_key, /^follow-\d+$/);
  t.true(groups[0].notifications_count >= 2, 'also those beyond the page');
  const all = await get(ann, path);
  const sizes = all.notification_groups.map((one: AnyJson) => one.notifications_count);
  t.is(
    sizes.reduce((sum: number, size: number) => sum + size, 0),
    3,
  );
  t.is((await get(ann, `${path}/unread_count`)).count, all.notification_groups.length);
  t.is((await get(ann, `${path}/${groups[0].group_key}/accounts`)).length, sizes[0]);
  await ok(ann, 'POST', `${path}/${groups[0].group_key}/dismiss`);
  t.is((await list(ann)).length, 3 - sizes[0]);
  t.is(await status(ann, 'GET', `${path}/follow-1`), 404);
});

test('what is muted or filtered away is not counted as unread, nor what an app cannot show', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const post = await say(ann, 'for all');
  for (const fan of [bob, cal]) await ok(fan, 'POST', `/api/v1/statuses/${post.id}/favourite`);
  await say(cal, `${handle(ann)} about zeppelins`);
  await settled();
  await app().apis.notifications.notify([
    { account: ann.account._id, type: 'mitoyen.event_answer', from: cal.account._id, key: 'e:1' },
  ]);
  const counts = async () => [
    (await get(ann, '/api/v1/notifications/unread_count')).count,
    (await get(ann, '/api/v2/notifications/unread_count')).count,
    (await list(ann)).length,
  ];
  t.deepEqual(await counts(), [3, 2, 3]);
  await ok(ann, 'POST', `/api/v1/accounts/${bob.account._id}/mute`);
  t.deepEqual(await counts(), [2, 2, 2]);
  const [group] = (await get(ann, '/api/v2/notifications?types[]=favourite')).notification_groups;
  t.is(group.notifications_count, 1);
  await ok(ann, 'POST', '/api/v2/filters', {
    title: 'airships',
    context: ['notifications'],
    filter_action: 'hide',
    keywords_attributes: [{ keyword: 'zeppelins' }],
  });
  t.deepEqual(await counts(), [1, 1, 1]);
});

test('version 1 of the policy says the same in fewer words', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const path = '/api/v1/notifications/policy';
  t.true((await ok(ann, 'PUT', path, { filter_private_mentions: true })).filter_private_mentions);
  t.is((await get(ann, POLICY)).for_private_mentions, 'filter');
  t.is(await status(ann, 'PATCH', POLICY, { for_not_following: 'maybe' }), 422);
});

test('a group of notifications counts its members beyond the page, and shows many by their picture', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const fans = await people('bob', 'cal', 'dan', 'eve');
  const post = await say(ann, 'applause');
  for (const fan of fans) await ok(fan, 'POST', `/api/v1/statuses/${post.id}/favourite`);
  await settled();
  const page = await get(ann, '/api/v2/notifications?limit=2');
  t.is(page.notification_groups[0].notifications_count, 4);
  t.is((await get(ann, '/api/v2/notifications/unread_count')).count, 1);
  t.is((await get(ann, '/api/v1/notifications/unread_count')).count, 4);
  const partial = await get(ann, '/api/v2/notifications?expand_accounts=partial_avatars');
  t.is(partial.accounts.length, 1);
  t.is(partial.partial_accounts.length, 3);
  const key = page.notification_groups[0].group_key;
  t.is((await get(ann, `/api/v2/notifications/${key}/accounts`)).length, 4);
  t.is((await get(ann, `/api/v2/notifications/${key}`)).notification_groups.length, 1);
  await ok(ann, 'POST', `/api/v2/notifications/${key}/dismiss`);
  t.deepEqual((await get(ann, '/api/v2/notifications')).notification_groups, []);
});
