/** Direct messages on one instance, over HTTP. */
import test from 'ava';
import { withApp } from './support/boot.ts';

const booted = withApp(test);
let counter = 0;

async function people(...names: string[]) {
  return Promise.all(
    names.map((name) => {
      counter += 1;
      return booted().person(`${name}${counter}`);
    }),
  );
}

type Person = Awaited<ReturnType<typeof people>>[number];

async function say(from: Person, to: Person[], text: string, more: object = {}) {
  const mentions = to.map((one) => `@${one.account.username}`).join(' ');
  const { json, status } = await booted().request('POST', '/api/v1/statuses', {
    token: from.token,
    body: { status: `${mentions} ${text}`, visibility: 'direct', ...more },
  });
  if (status !== 200) throw new Error(`the message was refused: ${status}`);
  return json.id as string;
}

async function list(of: Person) {
  return (await booted().request('GET', '/api/v1/conversations', { token: of.token })).json;
}

test('a message makes one conversation, unread for the other and read for its author', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const id = await say(ann, [bob], 'hello');
  await booted().settled();
  const [hers] = await list(ann);
  const [his] = await list(bob);
  t.is(hers.id, his.id);
  t.is(hers.last_status.id, id);
  t.false(hers.unread);
  t.true(his.unread);
  t.deepEqual(
    his.accounts.map((one: { id: string }) => one.id),
    [ann.account._id],
  );
  const read = await booted().request('POST', `/api/v1/conversations/${his.id}/read`, {
    token: bob.token,
  });
  t.false(read.json.unread);
});

test('an answer at once is the last message and marks the conversation as read', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const first = await say(ann, [bob], 'question');
  const second = await say(bob, [ann], 'answer', { in_reply_to_id: first });
  await booted().settled();
  const [his] = await list(bob);
  t.is(his.last_status.id, second);
  t.false(his.unread);
  t.true((await list(ann))[0].unread);
  t.is((await list(ann)).length, 1);
});

test('several people are one conversation apart from those of fewer', async (t) => {
  const [ann, bob, cat] = (await people('ann', 'bob', 'cat')) as [Person, Person, Person];
  await say(ann, [bob, cat], 'all of us');
  await say(ann, [bob], 'only us');
  await booted().settled();
  t.is((await list(bob)).length, 2);
  t.is((await list(cat)).length, 1);
  t.is((await list(cat))[0].accounts.length, 2);
});

test('only participants find a conversation, on every road', async (t) => {
  const [ann, bob, eve] = (await people('ann', 'bob', 'eve')) as [Person, Person, Person];
  const message = await say(ann, [bob], 'between us');
  await booted().settled();
  const [talk] = await list(ann);
  const { request } = booted();
  const token = eve.token;
  t.deepEqual(await list(eve), []);
  const roads: [string, string][] = [
    ['GET', `/api/mitoyen/v1/conversations/${talk.id}`],
    ['GET', `/api/mitoyen/v1/conversations/${talk.id}/messages`],
    ['POST', `/api/v1/conversations/${talk.id}/read`],
    ['DELETE', `/api/v1/conversations/${talk.id}`],
    ['GET', `/api/v1/statuses/${message}`],
  ];
  for (const [method, path] of roads) {
    t.is((await request(method, path, { token })).status, 404, path);
  }
  t.true((await list(bob))[0].unread);
});

test('a removed conversation comes back with a new message, for the one who removed it', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  await say(ann, [bob], 'one');
  await booted().settled();
  const [talk] = await list(bob);
  const path = `/api/v1/conversations/${talk.id}`;
  const removed = await booted().request('DELETE', path, { token: bob.token });
  t.is(removed.status, 200);
  t.deepEqual(await list(bob), []);
  t.is((await list(ann)).length, 1);
  await say(ann, [bob], 'two');
  await booted().settled();
  t.is((await list(bob)).length, 1);
});

test('a deleted message gives its place to the one before it, an edited one shows its new text', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const first = await say(ann, [bob], 'one');
  const second = await say(ann, [bob], 'two');
  await booted().settled();
  const { request, settled } = booted();
  await request('PUT', `/api/v1/statuses/${second}`, {
    token: ann.token,
    body: { status: `@${bob.account.username} changed` },
  });
  await settled();
  t.regex((await list(bob))[0].last_status.content, /changed/);
  await request('DELETE', `/api/v1/statuses/${second}`, { token: ann.token });
  await settled();
  t.is((await list(bob))[0].last_status.id, first);
  await request('DELETE', `/api/v1/statuses/${first}`, { token: ann.token });
  await settled();
  t.deepEqual(await list(bob), []);
});

test('messages are paged both ways', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const ids: string[] = [];
  for (const word of ['a', 'b', 'c', 'd', 'e']) ids.push(await say(ann, [bob], word));
  await booted().settled();
  const [talk] = await list(bob);
  const page = async (query: string) => {
    const path = `/api/mitoyen/v1/conversations/${talk.id}/messages?${query}`;
    const { json } = await booted().request('GET', path, { token: bob.token });
    return json.map((one: { id: string }) => ids.indexOf(one.id));
  };
  t.deepEqual(await page('limit=2'), [4, 3]);
  t.deepEqual(await page(`limit=2&max_id=${ids[3]}`), [2, 1]);
  t.deepEqual(await page(`limit=2&min_id=${ids[0]}`), [2, 1]);
  t.deepEqual(await page(`limit=2&since_id=${ids[0]}`), [4, 3]);
});

test('opening a conversation twice finds the same one, and says who is not there', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const open = (accounts: string[]) =>
    booted().request('POST', '/api/mitoyen/v1/conversations', {
      token: ann.token,
      body: { accounts },
    });
  const first = await open([bob.account._id]);
  const second = await open([bob.account.username]);
  t.is(first.json.id, second.json.id);
  t.is(first.json.last_status, null);
  t.deepEqual(await list(ann), []);
  const wrong = await open(['nobody', bob.account._id]);
  t.is(wrong.status, 422);
  t.regex(wrong.text, /nobody/);
});

test('an event that comes again neither marks as unread nor moves the last message', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const first = await say(ann, [bob], 'one');
  const second = await say(ann, [bob], 'two');
  await booted().settled();
  const [talk] = await list(bob);
  await booted().request('POST', `/api/v1/conversations/${talk.id}/read`, { token: bob.token });
  await booted().kit.events.emit({ name: 'post.published', id: first, local: true, data: {} });
  const [after] = await list(bob);
  t.false(after.unread);
  t.is(after.last_status.id, second);
});
