/** Direct messages across two instances: real HTTP, real signatures. */
import test from 'ava';
import sharp from 'sharp';
import { type Booted, bootApp } from './support/boot.ts';

let acme: Booted;
let north: Booted;

test.before(async () => {
  [acme, north] = await Promise.all([bootApp(), bootApp({ instance: { name: 'Northwind' } })]);
});
test.after.always(async () => {
  await Promise.all([acme?.stop(), north?.stop()]);
});

type Person = Awaited<ReturnType<Booted['person']>> & { at: Booted };
let counter = 0;

async function person(at: Booted, name: string): Promise<Person> {
  counter += 1;
  return { ...(await at.person(`${name}${counter}`)), at };
}

async function settled(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await acme.settled();
    await north.settled();
  }
}

async function say(from: Person, to: Person[], text: string, more: object = {}): Promise<string> {
  const names = to.map((one) => `@${one.account.username}@${one.at.kit.ownHost}`).join(' ');
  const { json, status } = await from.at.request('POST', '/api/v1/statuses', {
    token: from.token,
    body: { status: `${names} ${text}`, visibility: 'direct', ...more },
  });
  if (status !== 200) throw new Error(`the message was refused: ${status}`);
  await settled();
  return json.id;
}

async function list(of: Person) {
  return (await of.at.request('GET', '/api/v1/conversations', { token: of.token })).json;
}

async function messages(of: Person, conversation: string) {
  const path = `/api/mitoyen/v1/conversations/${conversation}/messages`;
  return (await of.at.request('GET', path, { token: of.token })).json;
}

test.serial(
  'a message and its answer are one conversation on both sides, the answer last',
  async (t) => {
    const ann = await person(acme, 'ann');
    const bo = await person(north, 'bo');
    await say(ann, [bo], 'question');
    const [his] = await list(bo);
    t.true(his.unread);
    t.regex(his.last_status.content, /question/);
    await say(bo, [ann], 'answer', { in_reply_to_id: his.last_status.id });
    const [hers] = await list(ann);
    t.is((await list(ann)).length, 1);
    t.is((await list(bo)).length, 1);
    t.regex(hers.last_status.content, /answer/);
    t.true(hers.unread);
    t.false((await list(bo))[0].unread);
    t.is((await messages(ann, hers.id)).length, 2);
  },
);

test.serial(
  'several people of two companies are in one conversation, and nobody else',
  async (t) => {
    const ann = await person(acme, 'ann');
    const al = await person(acme, 'al');
    const bo = await person(north, 'bo');
    const bea = await person(north, 'bea');
    const eve = await person(north, 'eve');
    await say(ann, [al, bo, bea], 'all four');
    for (const one of [al, bo, bea]) {
      const [talk] = await list(one);
      t.true(talk.unread, one.account.username);
      t.is(talk.accounts.length, 3);
    }
    t.deepEqual(await list(eve), []);
    const [his] = await list(bo);
    await say(bo, [ann, al, bea], 'seen', { in_reply_to_id: his.last_status.id });
    for (const one of [ann, al, bea]) {
      t.is((await list(one)).length, 1);
      t.regex((await list(one))[0].last_status.content, /seen/);
    }
    const { status } = await north.request(
      'GET',
      `/api/mitoyen/v1/conversations/${his.id}/messages`,
      { token: eve.token },
    );
    t.is(status, 404);
  },
);

test.serial('an edit and a delete reach the other side’s conversation', async (t) => {
  const ann = await person(acme, 'ann');
  const bo = await person(north, 'bo');
  await say(ann, [bo], 'first');
  const second = await say(ann, [bo], 'second');
  const name = `@${bo.account.username}@${north.kit.ownHost}`;
  await acme.request('PUT', `/api/v1/statuses/${second}`, {
    token: ann.token,
    body: { status: `${name} corrected` },
  });
  await settled();
  t.regex((await list(bo))[0].last_status.content, /corrected/);
  await acme.request('DELETE', `/api/v1/statuses/${second}`, { token: ann.token });
  await settled();
  const [talk] = await list(bo);
  t.regex(talk.last_status.content, /first/);
  t.is((await messages(bo, talk.id)).length, 1);
});

test.serial('the picture of a message crosses, and is for its readers on both sides', async (t) => {
  const ann = await person(acme, 'ann');
  const bo = await person(north, 'bo');
  const bytes = await sharp({
    create: { width: 60, height: 40, channels: 3, background: '#aa2211' },
  })
    .png()
    .toBuffer();
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'photo.png');
  const sent = await acme.request('POST', '/api/v1/media', { token: ann.token, body });
  await say(ann, [bo], 'look', { media_ids: [sent.json.id] });
  const [his] = await list(bo);
  const [picture] = his.last_status.media_attachments;
  const urls = [picture.url, picture.remote_url];
  t.true(picture.url.startsWith(north.baseUrl));
  t.true(picture.remote_url.startsWith(acme.baseUrl));
  for (const url of urls) {
    t.is((await fetch(url)).status, 200);
    t.is((await fetch(url.replace(/\?.*/, ''))).status, 404);
  }
});

const OURS = '/api/mitoyen/v1/conversations';
const ask = async (by: Person, method: string, path: string, body?: object) =>
  by.at.request(method, `${OURS}${path}`, { token: by.token, body });
async function ok(by: Person, method: string, path: string, body?: object) {
  const { status, json, text } = await ask(by, method, path, body);
  if (status !== 200) throw new Error(`${method} ${path}: ${status} ${text}`);
  await settled();
  return json;
}
const handleOf = (one: Person) => `${one.account.username}@${one.at.kit.ownHost}`;
const membersOf = (talk: { accounts: { username: string }[] }) =>
  talk.accounts.map((one) => one.username).sort();
const sayIn = async (by: Person, talk: string, status: string) => {
  const body = { status, conversation_id: talk };
  const { json } = await by.at.request('POST', '/api/v1/statuses', { token: by.token, body });
  await settled();
  return json;
};

test.serial(
  'a group chat has its name and people on both sides, and each change is said',
  async (t) => {
    const [ann, ada] = [await person(acme, 'ann'), await person(acme, 'ada')];
    const [bo, cy] = [await person(north, 'bo'), await person(north, 'cy')];
    const made = await ok(ann, 'POST', '', {
      accounts: [handleOf(ada), handleOf(bo)],
      name: ' The  pilot ',
    });
    t.like(made.mitoyen, { group_chat: true, name: 'The pilot' });
    const [there] = await list(bo);
    t.like(there.mitoyen, { group_chat: true, name: 'The pilot' });
    t.deepEqual(membersOf(there), [ann, ada].map((one) => one.account.username).sort());
    t.like(there.last_status.mitoyen.talk, { change: 'made', name: 'The pilot' });

    await sayIn(bo, there.id, 'before cy');
    const added = await ok(bo, 'POST', `/${there.id}/people`, { accounts: [handleOf(cy)] });
    t.true(membersOf(added).includes(cy.account.username));
    const here = await ok(ann, 'GET', `/${made.id}`);
    t.deepEqual(membersOf(here), [ada, bo, cy].map((one) => one.account.username).sort());
    t.is(here.last_status.mitoyen.talk.people[0].username, cy.account.username);

    // Who came later reads from then on, and not before.
    const [his] = await list(cy);
    await sayIn(ann, made.id, 'after cy');
    const seen = (await messages(cy, his.id)).map((one: { content: string }) => one.content).join();
    t.regex(seen, /after cy/);
    t.notRegex(seen, /before cy/);

    await ok(cy, 'PATCH', `/${his.id}`, { name: 'Rotterdam' });
    t.is((await ok(ann, 'GET', `/${made.id}`)).mitoyen.name, 'Rotterdam');

    await ok(ada, 'POST', `/${made.id}/leave`);
    t.is((await ask(ada, 'GET', `/${made.id}`)).status, 404);
    t.false(membersOf(await ok(bo, 'GET', `/${there.id}`)).includes(ada.account.username));
    const after = await sayIn(bo, there.id, 'without ada');
    t.is(after.mitoyen.conversation_id, there.id);
    const hers = await ada.at.request('GET', `/api/v1/conversations`, { token: ada.token });
    t.false(JSON.stringify(hers.json).includes('without ada'));
    t.is((await sayIn(ada, made.id, 'I am back')).error !== undefined, true);
  },
);

test.serial(
  'an answer in a group chat goes to all of it, and names nobody who is not in it',
  async (t) => {
    const [ann, ada, out] = [
      await person(acme, 'ann'),
      await person(acme, 'ada'),
      await person(acme, 'out'),
    ];
    const bo = await person(north, 'bo');
    const talk = await ok(ann, 'POST', '', { accounts: [handleOf(ada), handleOf(bo)], name: '' });
    t.is(talk.mitoyen.name, null);
    // As an app that knows only Mastodon answers: to the last message, naming one of them.
    const [first] = await messages(ann, talk.id);
    const answer = { in_reply_to_id: first.id };
    await say(ada, [ann], 'to all', answer);
    const [there] = await list(bo);
    t.regex(there.last_status.content, /to all/);
    const refused = await ann.at.request('POST', '/api/v1/statuses', {
      token: ann.token,
      body: { status: `@${out.account.username} look`, visibility: 'direct', ...answer },
    });
    t.is(refused.status, 422);
    t.is((await list(out)).length, 0);
    t.is((await ask(out, 'POST', `/${talk.id}/people`, { accounts: [handleOf(out)] })).status, 404);
  },
);

test.serial('nobody who is not in a group chat gets into it by knowing its id', async (t) => {
  const [ann, ada] = [await person(acme, 'ann'), await person(acme, 'ada')];
  const [bo, eve] = [await person(north, 'bo'), await person(north, 'eve')];
  const talk = await ok(ann, 'POST', '', { accounts: [handleOf(ada), handleOf(bo)], name: 'Ours' });
  const [there] = await list(bo);
  // Eve's server says that she adds herself: as if she took part.
  await north.kit.mongo
    .collection<{ _id: string; participants: string[] }>('conversations')
    .updateOne({ _id: there.id }, { $addToSet: { participants: eve.account._id } });
  await ok(eve, 'PATCH', `/${there.id}`, { name: 'Mine' });
  const here = await ok(ann, 'GET', `/${talk.id}`);
  t.is(here.mitoyen.name, 'Ours');
  t.false(membersOf(here).includes(eve.account.username));
  t.notRegex(here.last_status.content, /Mine/);
});
