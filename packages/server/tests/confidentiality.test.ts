/**
 * Who may read what, on every road at once: each private thing has a word in it that nothing else
 * has, and everybody who may not read it looks for that word at every address that the server has.
 */
import test from 'ava';
import sharp from 'sharp';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { membersOf, type Person } from './support/members.ts';
import { createPeer, type Peer } from './support/peer.ts';
import { type Listener, listen } from './support/streams.ts';

type Who = 'ann' | 'mia' | 'dee' | 'sam' | 'gus' | 'nobody';
type Thing = {
  name: string;
  word: string;
  readers: Who[];
  /** Of the readers, those in whose feed it comes, where that are not all. */
  heardBy?: Who[];
  make: () => Promise<AnyJson>;
};

let acme: Booted;
let north: Booted;
let peer: Peer;
const here = membersOf(() => acme);
const people = new Map<Who, Person>();
const made = new Map<string, AnyJson>();
const ids = new Set<string>();
const heard = new Map<Who, Listener>();
let media: AnyJson;
const groups: Record<string, string> = {};

const person = (who: Who) => people.get(who) as Person;
const token = (who: Who) => people.get(who)?.token;
const COLLEAGUES: Who[] = ['ann', 'mia', 'dee', 'sam'];
const VIEWERS: Who[] = ['ann', 'mia', 'dee', 'sam', 'gus', 'nobody'];
const say = (words: string, more: object) =>
  here.say(person('ann'), `${words} #${words}tag`, { spoiler_text: `${words}warning`, ...more });

/** ann writes; mia follows her and is in her groups; dee gets her message; sam is a colleague, gus a guest. */
const THINGS: Thing[] = [
  {
    name: 'a post to followers',
    word: 'zircon',
    readers: ['ann', 'mia'],
    make: () => say('zircon', { visibility: 'private' }),
  },
  {
    name: 'a post to the company',
    word: 'quartz',
    readers: ['ann', 'mia', 'dee', 'sam'],
    make: () => say('quartz', { visibility: 'company' }),
  },
  {
    name: 'a post with a picture in a closed group',
    word: 'garnet',
    readers: ['ann', 'mia'],
    make: () => say('garnet', { group_id: groups.closed, media_ids: [media.id] }),
  },
  {
    name: 'a poll in a secret group',
    word: 'onyx',
    readers: ['ann', 'mia'],
    make: () =>
      say('onyx', {
        group_id: groups.secret,
        poll: { options: ['onyxyes', 'onyxno'], expires_in: 3600 },
      }),
  },
  {
    name: 'an event in a secret group',
    word: 'jasper',
    readers: ['ann', 'mia'],
    make: () =>
      say('jasper', {
        group_id: groups.secret,
        event: { title: 'jasperday', starts_at: new Date(Date.now() + 9e6).toISOString() },
      }),
  },
  {
    name: 'a message',
    word: 'beryl',
    readers: ['ann', 'dee'],
    make: () =>
      here.say(person('ann'), `${here.handle(person('dee'))} beryl`, { visibility: 'direct' }),
  },
  {
    name: 'a comment in a closed group',
    word: 'agate',
    readers: ['ann', 'mia'],
    make: () =>
      here.say(person('mia'), 'agate', {
        in_reply_to_id: made.get('a post with a picture in a closed group').id,
      }),
  },
  {
    name: 'a post in an open group for this company',
    word: 'topaz',
    readers: COLLEAGUES,
    heardBy: ['ann', 'mia'],
    make: () => say('topaz', { group_id: groups.house }),
  },
  {
    name: 'a comment in an open group for this company',
    word: 'spinel',
    readers: COLLEAGUES,
    heardBy: [],
    make: () =>
      here.say(person('mia'), 'spinel', {
        in_reply_to_id: made.get('a post in an open group for this company').id,
      }),
  },
];

test.before(async () => {
  [acme, north, peer] = await Promise.all([bootApp(), bootApp(), createPeer()]);
  for (const who of VIEWERS)
    if (who !== 'nobody')
      people.set(who, await acme.person(who, { role: who === 'gus' ? 'guest' : 'member' }));
  const { ann, mia } = { ann: person('ann'), mia: person('mia') };
  await here.ok(mia, 'POST', `/api/v1/accounts/${ann.account._id}/follow`);
  for (const access of ['closed', 'secret'] as const) {
    groups[access] = await here.group(ann, `${access}opal`, access);
    const road = `/api/mitoyen/v1/groups/${groups[access]}`;
    await here.ok(ann, 'POST', `${road}/invitations`, { accounts: ['mia'] });
    await here.ok(mia, 'POST', `${road}/invitation/accept`);
  }
  const house = { name: 'houseopal', access: 'open', partners: [] };
  groups.house = (await here.ok(ann, 'POST', '/api/mitoyen/v1/groups', house)).id;
  await here.ok(mia, 'POST', `/api/mitoyen/v1/groups/${groups.house}/join`);
  const image = sharp({ create: { width: 40, height: 30, channels: 3, background: '#123' } });
  const body = new FormData();
  const bytes = new Uint8Array(await image.png().toBuffer());
  body.set('file', new Blob([bytes], { type: 'image/png' }), 'a.png');
  body.set('description', 'garnetpicture');
  media = await here.ok(ann, 'POST', '/api/v1/media', body);
  for (const who of ['sam', 'gus', 'dee'] as const)
    heard.set(
      who,
      await listen(acme.baseUrl, { query: `?stream=user&access_token=${token(who)}` }),
    );
  for (const thing of THINGS) {
    const status = await thing.make();
    made.set(thing.name, status);
    await here.ok(ann, 'POST', `/api/v1/statuses/${status.id}/favourite`);
    for (const id of [status.id, status.mitoyen.conversation_id]) if (id) ids.add(id);
    if (thing.name === 'a post with a picture in a closed group')
      await here.ok(mia, 'POST', `/api/mitoyen/v1/statuses/seen`, { ids: [status.id] });
  }
  for (const id of [...Object.values(groups), ann.account._id, mia.account._id, media.id])
    ids.add(id);
  await acme.settled();
});
test.after.always(async () => {
  for (const one of heard.values()) one.close();
  await Promise.all([acme?.stop(), north?.stop(), peer?.stop()]);
});

/** Every address of the API that reads, with everything put where an id can stand. */
function roads(): string[] {
  const words = THINGS.map((thing) => thing.word);
  // What is live is looked at below.
  const reading = acme.app.endpoints.filter(
    ({ spec }) => spec.method === 'get' && !/\/streaming\b/.test(spec.path),
  );
  const plain = reading.flatMap(({ spec }) => {
    const slots = spec.path.match(/:\w+/g) ?? [];
    if (slots.length === 0) return [spec.path];
    return [...ids].map((id) => spec.path.replace(/:\w+/g, id));
  });
  return [
    ...plain,
    ...words.flatMap((word) => [
      `/api/v2/search?q=${word}&resolve=true`,
      `/api/mitoyen/v1/search?q=${word}`,
      `/api/v1/timelines/tag/${word}tag`,
      `/api/v1/tags/${word}tag`,
      `/api/v1/accounts/search?q=${word}`,
    ]),
    ...[...made.values()].map(
      (one) => `/api/v2/search?resolve=true&q=${encodeURIComponent(one.uri)}`,
    ),
    ...[...ids].flatMap((id) => [
      `/api/v1/statuses?id[]=${id}`,
      `/api/v1/accounts/relationships?id[]=${id}`,
      `/api/mitoyen/v1/events?group_id=${id}`,
      `/api/v1/accounts/${id}/statuses?only_media=true`,
      `/api/v1/accounts/${id}/statuses?pinned=true`,
      `/api/mitoyen/v1/groups/${id}/posts?pinned=true`,
    ]),
  ];
}

/** A word of the thing in an answer, unless it was in the question. */
function tells(text: string, road: string, word: string): boolean {
  const asked = road.includes(`${word}tag`) ? text.replaceAll(`${word}tag`, '') : text;
  return asked.replaceAll(decodeURIComponent(road), '').includes(word);
}

test('whoever may read a thing can, at its address', async (t) => {
  for (const { name, word, readers } of THINGS)
    for (const who of readers) {
      const path = `/api/v1/statuses/${made.get(name).id}`;
      const answer = await acme.request('GET', path, { token: token(who) });
      t.true(answer.text.includes(word), `${who} reads ${name}`);
    }
});

test('what somebody may not read looks to them like what is not there', async (t) => {
  const nothing = acme.kit.nextId();
  for (const { name, readers } of THINGS)
    for (const who of VIEWERS) {
      if (readers.includes(who) || who === 'nobody') continue;
      for (const end of [
        '',
        '/context',
        '/source',
        '/history',
        '/favourited_by',
        '/reblogged_by',
      ]) {
        const [real, none] = await Promise.all(
          [made.get(name).id, nothing].map((id) =>
            acme.request('GET', `/api/v1/statuses/${id}${end}`, { token: token(who) }),
          ),
        );
        t.is(real?.status, 404, `${who}, ${name}${end}`);
        t.is(real?.text, none?.text, `${who}, ${name}${end}`);
      }
    }
});

for (const who of ['dee', 'sam', 'gus', 'nobody'] as const)
  test(`${who} finds no word of what is not for them, at any address`, async (t) => {
    const hidden = THINGS.filter((thing) => !thing.readers.includes(who));
    const all = roads();
    t.true(all.length > 900, `${all.length} addresses`);
    let answered = 0;
    const look = async (road: string) => {
      const { status, text } = await acme.request('GET', road, { token: token(who) });
      if (status === 200) answered += 1;
      for (const { name, word } of hidden)
        if (tells(text, road, word))
          t.fail(`${road} tells ${who} of ${name}: ${text.slice(0, 300)}`);
      // Nor that the secret group is there at all.
      if (text.includes('secretopal')) t.fail(`${road} tells ${who} of the secret group`);
      if (['gus', 'nobody'].includes(who) && text.includes('houseopal'))
        t.fail(`${road} tells of a group that is not for everybody`);
    };
    for (let at = 0; at < all.length; at += 8) await Promise.all(all.slice(at, at + 8).map(look));
    t.true(answered > (who === 'nobody' ? 20 : 100), `${answered} answers`);
  });

test('live updates bring nobody what is not for them', (t) => {
  for (const who of ['dee', 'sam', 'gus'] as const) {
    const text = JSON.stringify(heard.get(who)?.heard);
    const expected = THINGS.filter(({ readers, heardBy }) => (heardBy ?? readers).includes(who));
    for (const { word, name } of THINGS)
      t.is(
        text.includes(word),
        expected.some((one) => one.word === word),
        `${who}: ${name}`,
      );
  }
});

test('other servers get nothing where nobody of theirs may read', async (t) => {
  const eve = peer.person('eve');
  const names = [...Object.values(groups)];
  const accounts = await acme.apis.accounts.getMany(names);
  const documents = [
    ...[...made.values()].flatMap(({ uri }) => [uri, `${uri}/activity`, `${uri}/replies`]),
    ...['outbox', 'featured', 'followers', ''].map((end) =>
      `${person('ann').account.iri}/${end}`.replace(/\/$/, ''),
    ),
    ...accounts.flatMap(({ iri }) =>
      ['', '/outbox', '/followers', '/moderators'].map((end) => `${iri}${end}`),
    ),
  ];
  for (const url of documents) {
    const answers = [
      (await fetch(url, { headers: { accept: 'application/activity+json' } })).text(),
      north.kit.remote.document(url).then((found) => JSON.stringify(found)),
      peer.get(url, eve).then(({ json }) => JSON.stringify(json)),
      acme.request('GET', url, { token: token('ann') }).then(({ text }) => text),
    ];
    for (const text of await Promise.all(answers))
      for (const { word, name } of THINGS) t.false(text.includes(word), `${url} tells of ${name}`);
  }
});

test('what is in a group for two companies is read by their people, and by nobody else', async (t) => {
  const [ann, bo, cy] = [person('ann'), await north.person('bo'), await north.person('cy')];
  const guest = await north.person('guy', { role: 'guest' });
  const body = { name: 'shared', access: 'open', partners: [north.kit.ownHost] };
  const group = await here.ok(ann, 'POST', '/api/mitoyen/v1/groups', body);
  const handle = encodeURIComponent(`shared@${acme.kit.ownHost}`);
  const there = (by: Person, path: string, more?: object) =>
    north.request(more ? 'POST' : 'GET', path, {
      token: by.token,
      ...(more && Object.keys(more).length > 0 && { body: more }),
    });
  const settled = async () => {
    for (let round = 0; round < 3; round += 1) await Promise.all([acme.settled(), north.settled()]);
  };
  const copy = (await there(bo, `/api/mitoyen/v1/groups/lookup?handle=${handle}`)).json;
  await there(bo, `/api/mitoyen/v1/groups/${copy.id}/join`, {});
  await settled();
  const form = new FormData();
  const image = sharp({ create: { width: 40, height: 30, channels: 3, background: '#456' } });
  form.set('file', new Blob([new Uint8Array(await image.png().toBuffer())]), 'b.png');
  const picture = await here.ok(ann, 'POST', '/api/v1/media', form);
  const words = 'peridot #peridottag';
  const post = await here.say(ann, words, { group_id: group.id, media_ids: [picture.id] });
  await settled();
  const found = await there(bo, `/api/v1/timelines/group/${copy.id}`);
  const held = found.json.find((one: AnyJson) => one.uri === post.uri);
  const answer = await there(bo, '/api/v1/statuses', {
    status: 'spodumene',
    in_reply_to_id: held.id,
  });
  await settled();
  const [{ uri: answerUri }] = [answer.json];
  const ours = await acme.apis.posts.byIri(answerUri);

  // Members and colleagues of both companies.
  for (const by of [ann, person('sam')]) {
    t.is(await here.status(by, 'GET', `/api/v1/statuses/${post.id}`), 200);
    t.is(await here.status(by, 'GET', `/api/v1/statuses/${ours?._id}`), 200);
  }
  for (const id of [held.id, answer.json.id])
    for (const by of [bo, cy]) t.is((await there(by, `/api/v1/statuses/${id}`)).status, 200);
  // Nobody who is not signed in, and no guests, of either.
  for (const id of [post.id, ours?._id ?? ''])
    for (const by of [null, person('gus')])
      t.is(await here.status(by, 'GET', `/api/v1/statuses/${id}`), 404);
  for (const id of [held.id, answer.json.id]) {
    t.is((await there(guest, `/api/v1/statuses/${id}`)).status, 404);
    t.is((await north.request('GET', `/api/v1/statuses/${id}`)).status, 404);
  }
  for (const [app, id] of [
    [acme, group.id],
    [north, copy.id],
  ] as const)
    for (const road of [
      '/api/v1/timelines/tag/peridottag',
      '/api/v1/timelines/public',
      `/api/v1/accounts/${id}/statuses`,
      `/api/v1/accounts/${ann.account._id}/statuses`,
    ]) {
      const { text } = await app.request('GET', road);
      t.notRegex(text, /peridot|spodumene/, road);
    }
  // The documents: for the company that it is shared with, by the word of its server.
  const eve = peer.person('outsider');
  const addresses = [post.uri, `${post.uri}/activity`, answerUri, `${group.uri}/outbox?page=true`];
  for (const url of addresses) {
    const road = { headers: { accept: 'application/activity+json' } };
    t.is((await fetch(url, road)).status, 404, `nobody: ${url}`);
    t.is((await peer.get(url, eve)).status, 404, `a company outside: ${url}`);
    const inside = url === answerUri ? acme : north;
    t.is((await inside.kit.remote.document(url)).kind, 'ok', `a company inside: ${url}`);
  }
  const note = await north.kit.remote.document(post.uri);
  const { to, cc } = (note as unknown as { document: { to: string[]; cc: string[] } }).document;
  t.false(
    [...to, ...cc].some((one) => /Public$/.test(one)),
    'nor is it addressed to everybody',
  );
  // Who reads it may say what they think of it, also who is not in the group.
  await there(cy, `/api/v1/statuses/${held.id}/favourite`, {});
  await settled();
  t.is((await here.get(ann, `/api/v1/statuses/${post.id}`)).favourites_count, 1);
  // It is nobody's to hand on.
  t.is(await here.status(person('sam'), 'POST', `/api/v1/statuses/${post.id}/reblog`), 403);
  t.is((await there(cy, `/api/v1/statuses/${held.id}/reblog`, {})).status, 403);
  // Neither is its picture at an address that lasts.
  for (const { media_attachments } of [post, (await there(bo, `/api/v1/statuses/${held.id}`)).json])
    t.is((await fetch(media_attachments[0].url.replace(/\?.*/, ''))).status, 404);
});

test('posts in a group that is for everybody no more are for its companies from then on', async (t) => {
  const ann = person('ann');
  const form = new FormData();
  const image = sharp({ create: { width: 40, height: 30, channels: 3, background: '#789' } });
  form.set('file', new Blob([new Uint8Array(await image.png().toBuffer())]), 'c.png');
  const picture = await here.ok(ann, 'POST', '/api/v1/media', form);
  const group = await here.group(ann, 'narrowed', 'open');
  const post = await here.say(ann, 'kunzite', { group_id: group, media_ids: [picture.id] });
  const road = `/api/v1/statuses/${post.id}`;
  t.is(await here.status(null, 'GET', road), 200);
  t.is((await fetch(post.media_attachments[0].url)).status, 200);
  await here.ok(ann, 'PATCH', `/api/mitoyen/v1/groups/${group}`, { partners: [] });
  await acme.settled();
  t.is(await here.status(null, 'GET', road), 404);
  t.is(await here.status(person('sam'), 'GET', road), 200);
  t.is((await fetch(post.media_attachments[0].url)).status, 404);
  // As an earlier version of this software left it: the next start mends it.
  const [posts, groups] = ['posts', 'groups'].map((name) =>
    acme.kit.mongo.collection<{ _id: string }>(name),
  );
  const readers = ['public', `group:${group}`];
  await posts?.updateOne({ _id: post.id }, { $set: { readers } });
  await groups?.updateOne({ _id: group }, { $unset: { narrowed: '' } });
  t.is(await here.status(null, 'GET', road), 200);
  await acme.app.prepare();
  t.is(await here.status(null, 'GET', road), 404);
  // Or as it is written by who read the group before it was narrowed, and comes after that.
  await posts?.updateOne({ _id: post.id }, { $set: { readers } });
  await acme.kit.events.emit({ name: 'post.published', id: post.id, local: true, data: {} });
  t.is(await here.status(null, 'GET', road), 404);
});

test('a file has no address that can be guessed or shortened', async (t) => {
  const { url, preview_url } = made.get('a post with a picture in a closed group')
    .media_attachments[0];
  for (const one of [url, preview_url]) {
    t.is((await fetch(one)).status, 200);
    t.is((await fetch(one.replace(/\?.*/, ''))).status, 404);
    t.is(
      (
        await fetch(one.replace(/\?.*/, ''), {
          headers: { authorization: `Bearer ${token('ann')}` },
        })
      ).status,
      404,
    );
    t.is((await fetch(one.replace(/s=[^&]+/, 's=AAAAAAAAAAAAAAAAAAAAAA'))).status, 404);
  }
});

test('an archive of somebody holds nothing of what others did not show them', async (t) => {
  const { apis } = acme;
  const ann = person('ann').account;
  await apis.accounts.get(ann._id);
  const sam = person('sam');
  const asked = await acme.request('POST', '/api/mitoyen/v1/exports', { token: sam.token });
  t.is(asked.status, 200);
  const road = '/api/mitoyen/v1/exports';
  const deadline = Date.now() + 20_000;
  let archive: AnyJson;
  do archive = (await here.get(sam, road))[0];
  while (!archive.url && Date.now() < deadline);
  const file = await fetch(`${acme.baseUrl}${road}/${archive.id}/archive`, {
    headers: { authorization: `Bearer ${sam.token}` },
  });
  const { unzip } = await import('./support/unzip.ts');
  for (const [name, bytes] of unzip(Buffer.from(await file.arrayBuffer())))
    for (const { word } of THINGS) t.false(bytes.includes(word), name);
});
