/** Polls here: asking, voting, numbers, limits and the end. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { app, people, ok, get, call, status, say, group, settled } = withMembers(test, {
  limits: { poll_min_seconds: 1, poll_options: 4, poll_option_characters: 20 },
});
const poll = (more: object = {}) => ({
  poll: { options: ['tea', 'coffee'], expires_in: 3600, ...more },
});
const vote = (by: Person, id: string, ...choices: number[]) =>
  call(by, 'POST', `/api/v1/polls/${id}/votes`, { choices });
const counts = (of: AnyJson) => of.options.map((option: AnyJson) => option.votes_count);

test('votes are counted once for each person, and shown with the post', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const post = await say(ann, 'What do we drink?', poll());
  t.deepEqual(counts(post.poll), [0, 0]);
  t.true(post.poll.voted);
  t.is((await vote(bob, post.poll.id, 1)).status, 200);
  t.is((await vote(cal, post.poll.id, 1)).status, 200);
  t.is((await vote(cal, post.poll.id, 0)).status, 422);
  t.is((await vote(ann, post.poll.id, 0)).status, 422);
  await settled();
  const seen = (await get(bob, `/api/v1/statuses/${post.id}`)).poll;
  t.deepEqual(counts(seen), [0, 2]);
  t.is(seen.votes_count, 2);
  t.is(seen.voters_count, 2);
  t.deepEqual(seen.own_votes, [1]);
  t.false((await get(ann, `/api/v1/polls/${post.poll.id}`)).expired);
});

test('a poll with several answers takes several at once', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const several = await say(ann, 'Which?', poll({ options: ['a', 'b', 'c'], multiple: true }));
  const answer = await vote(bob, several.poll.id, 0, 2, 2);
  t.deepEqual(counts(answer.json), [1, 0, 1]);
  t.is(answer.json.voters_count, 1);
  const one = await say(ann, 'One', poll());
  t.is((await vote(bob, one.poll.id, 0, 1)).status, 422);
  t.is((await vote(bob, one.poll.id, 7)).status, 422);
  t.is((await vote(bob, one.poll.id)).status, 422);
});

test('only who may read the post sees its poll', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const inner = await group(ann, 'inner', 'secret');
  const post = await say(ann, 'Us?', { ...poll(), visibility: 'group', group_id: inner });
  t.is(await status(bob, 'GET', `/api/v1/polls/${post.poll.id}`), 404);
  t.is((await vote(bob, post.poll.id, 0)).status, 404);
  const plain = await say(ann, 'no poll');
  t.is(await status(ann, 'GET', `/api/v1/polls/${plain.id}`), 404);
});

test('bad polls are refused with every reason at once', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const tries: [object, RegExp][] = [
    [{ options: ['one'] }, /two at least/],
    [{ options: ['a', 'b', 'c', 'd', 'e'] }, /4 at most/],
    [{ options: ['same', 'same'] }, /differ/],
    [{ options: ['', 'x'] }, /blank/],
    [{ options: ['a'.repeat(21), 'x'] }, /20 characters/],
    [{ expires_in: 99_999_999 }, /seconds/],
    [{ options: ['one'], expires_in: 0 }, /two at least.*seconds/],
  ];
  for (const [more, reason] of tries) {
    const answer = await call(ann, 'POST', '/api/v1/statuses', { status: 'x', ...poll(more) });
    t.is(answer.status, 422);
    t.regex(answer.json.error, reason);
  }
});

test('other options drop the votes; the history tells what was asked', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const post = await say(ann, 'Drink?', poll());
  await vote(bob, post.id, 0);
  const path = `/api/v1/statuses/${post.id}`;
  const same = await ok(ann, 'PUT', path, { status: 'Drink', ...poll({ expires_in: 7200 }) });
  t.deepEqual(counts(same.poll), [1, 0]);
  const other = await ok(ann, 'PUT', path, {
    status: 'Drink',
    ...poll({ options: ['beer', 'wine'] }),
  });
  t.deepEqual(counts(other.poll), [0, 0]);
  t.is((await vote(bob, post.id, 1)).status, 200);
  const history = await get(ann, `${path}/history`);
  t.is(history[0].poll.options[0].title, 'tea');
  t.is(history.at(-1).poll.options[0].title, 'beer');
});

test('when it ends, who asked and who voted are told, and hidden numbers are shown', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const post = await say(ann, 'Quick?', poll({ hide_totals: true }));
  const voted = await vote(bob, post.id, 0);
  t.deepEqual(counts(voted.json), [null, null]);
  const now = Date.now();
  await app()
    .kit.mongo.collection('posts')
    .updateOne({ _id: post.id }, { $set: { 'poll.endsAt': now, pollDueAt: now } });
  const told = async (by: Person) =>
    (await get(by, '/api/v1/notifications')).filter((one: AnyJson) => one.type === 'poll');
  const deadline = Date.now() + 25_000;
  while ((await told(bob)).length === 0) {
    if (Date.now() > deadline) throw new Error('nobody was told');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await settled();
  t.is((await told(ann))[0].status.id, post.id);
  t.deepEqual(await told(cal), []);
  const seen = await get(cal, `/api/v1/polls/${post.id}`);
  t.true(seen.expired);
  t.deepEqual(counts(seen), [1, 0]);
  t.is((await vote(cal, post.id, 0)).status, 422);
  t.true(app().app.endpoints.some(({ spec }) => spec.path === '/api/v1/polls/:id/votes'));
});
