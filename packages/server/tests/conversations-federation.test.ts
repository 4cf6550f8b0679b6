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
