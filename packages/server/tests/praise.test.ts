/** Praise: who can be praised, who is told and how, edits, and what apps that know none show. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { call, get, group, handle, ok, people, say, settled } = withMembers(test);

const praise = (badge: string, ...who: Person[]) => ({
  praise: { badge, account_ids: who.map((one) => one.account._id) },
});
const shown = async (by: Person, id: string): Promise<AnyJson> =>
  (await get(by, `/api/v1/statuses/${id}`)).mitoyen.praise;
const mentions = async (by: Person): Promise<AnyJson[]> =>
  get(by, '/api/v1/notifications?types[]=mention');

test('who is praised is told, and every app shows whom and for what', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const post = await say(ann, `You **saved** the fair, says ${handle(cal)}`, {
    visibility: 'company',
    ...praise('help', bob),
  });
  await settled();
  t.regex(post.content, /^<p>🛟 .*@bob.*<strong>saved<\/strong>/s);
  const { badge, emoji, text, people: praised } = await shown(cal, post.id);
  t.deepEqual([badge, emoji], ['help', '🛟']);
  t.regex(text, /^<p>You <strong>saved/);
  t.deepEqual(
    praised.map((one: AnyJson) => one.id),
    [bob.account._id],
  );
  const [told] = await mentions(bob);
  t.is(told.status.id, post.id);
  t.is((await mentions(cal)).length, 1);
});

test('who may not read the post is not told', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const inner = await group(ann, 'inner', 'secret');
  const post = await say(ann, 'quietly', { group_id: inner, ...praise('thanks', bob, cal) });
  await settled();
  t.deepEqual(await mentions(bob), []);
  t.is((await call(cal, 'GET', `/api/v1/statuses/${post.id}`)).status, 404);
});

test('an edit keeps the praise, or praises others, who are told then', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const post = await say(ann, 'well done', { visibility: 'company', ...praise('idea', bob) });
  const put = (body: object) => ok(ann, 'PUT', `/api/v1/statuses/${post.id}`, body);
  const kept = await put({ status: 'very well done' });
  t.like(kept.mitoyen.praise, { badge: 'idea', text: '<p>very well done</p>' });
  const both = await put({ status: 'all of you', ...praise('teamwork', bob, cal) });
  t.is(both.mitoyen.praise.people.length, 2);
  await settled();
  t.is((await mentions(cal)).length, 1);
  t.is((await mentions(bob)).length, 1);
  const plain = await say(ann, 'plain', { visibility: 'company' });
  const refused = await call(ann, 'PUT', `/api/v1/statuses/${plain.id}`, {
    status: 'x',
    ...praise('idea', bob),
  });
  t.is(refused.status, 422);
});

test('praise that cannot be given is refused with its reason', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const refused = async (body: object) => {
    const answer = await call(ann, 'POST', '/api/v1/statuses', { status: 'x', ...body });
    t.is(answer.status, 422);
    return answer.text;
  };
  t.regex(await refused(praise('thanks', ann)), /cannot be yourself/);
  t.regex(await refused(praise('gold', bob)), /praise\.badge/);
  t.regex(await refused({ praise: { badge: 'idea', account_ids: [] } }), /praise\.account_ids/);
  const poll = { poll: { options: ['a', 'b'], expires_in: 3600 } };
  t.regex(await refused({ ...praise('idea', bob), ...poll }), /cannot be combined/);
  const post = await say(cal, 'above', { visibility: 'company' });
  t.regex(await refused({ ...praise('idea', bob), in_reply_to_id: post.id }), /is for posts to/);
  await ok(bob, 'POST', `/api/v1/accounts/${ann.account._id}/block`);
  t.regex(await refused({ ...praise('idea', bob), visibility: 'company' }), /you can see/);
});
