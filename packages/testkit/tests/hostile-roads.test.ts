/** Roads by which somebody could come in who is not who they say: keys, ids, relays, verbs. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { eventually, type ForeignActor, type Json } from '../src/index.ts';
import { createHostileScene, type HostileScene, PUBLIC } from './hostile-scene.ts';

let scene: HostileScene;
let { acme, peer, other, amina, mallory, bob, me } = {} as HostileScene;
let { fresh, note, activity, send, processed, statusOf, told } = {} as HostileScene;

test.before(async () => {
  scene = await createHostileScene({
    MITOYEN_FEDERATION__ALLOW_PRIVATE_NETWORKS: '["127.0.0.0/8"]',
    MITOYEN_FEDERATION__READ_RECEIPTS: 'true',
  });
  ({ acme, peer, other, amina, mallory, bob, me } = scene);
  ({ fresh, note, activity, send, processed, statusOf, told } = scene);
});
test.after.always(() => scene?.stop());
test.afterEach(async (t) => {
  t.is((await acme.request('GET', '/health/ready')).status, 200, 'the server lives');
});

const askedSince = (start: number, what: RegExp, of = peer) =>
  of.asked.slice(start).filter((path) => what.test(path)).length;

/** An actor whose key has an address of its own, and how that address answers. */
async function withKeyPath(
  name: string,
  answer: (ids: { iri: string; keyId: string; pem: string; actor: Json }) => Json,
): Promise<ForeignActor> {
  const iri = `${peer.baseUrl}/users/${name}`;
  const keyId = `${iri}/main-key`;
  const { publicKey } = (await (await fetch(mallory.iri)).json()) as Json;
  const pem: string = publicKey.publicKeyPem;
  const actor = peer.actor(name, { publicKey: { id: keyId, owner: iri, publicKeyPem: pem } });
  const document = (await (await fetch(iri)).json()) as Json;
  peer.serve(`/users/${name}/main-key`, answer({ iri, keyId, pem, actor: document }));
  return { ...actor, keyId };
}

test.serial('a key with an address of its own is taken where its actor claims it', async (t) => {
  const gts = await withKeyPath('gts', ({ actor }) => actor);
  const plain = await withKeyPath('plain', ({ iri, keyId, pem }) => ({
    ...{ id: keyId, type: 'Key', owner: iri, publicKeyPem: pem },
  }));
  for (const actor of [gts, plain]) {
    const good = note(actor, 'signed by a key of its own address');
    t.is(await send(activity('Create', actor, good), actor), 202);
    await eventually('it is there', () => statusOf(good.id));
  }
});

test.serial('a key is not taken on the word of its own address alone', async (t) => {
  const victim = other.actor('keyvictim');
  const owners = { bob: bob.iri, ours: me, elsewhere: victim.iri };
  const { publicKey } = (await (await fetch(mallory.iri)).json()) as Json;
  for (const [name, owner] of Object.entries(owners)) {
    const path = `/users/mallory/key-of-${name}`;
    const id = `${peer.baseUrl}${path}`;
    peer.serve(path, { id, type: 'Key', owner, publicKeyPem: publicKey.publicKeyPem });
    const bad = { ...activity('Create', bob, note(bob, `with the key of ${name}`)), actor: owner };
    t.is(await send(bad, mallory, { keyId: id }), 401, name);
  }
  // A document that says that it is another, and one that is not where its id says.
  const disguised = peer.serve('/users/mallory/disguised', {
    ...{ id: `${bob.iri}/main-key`, type: 'Key', owner: bob.iri },
    publicKeyPem: publicKey.publicKeyPem,
  });
  t.is(await send(activity('Like', bob, 'x'), mallory, { keyId: disguised }), 401);
  await processed();
  t.false((await told()).includes('with the key of'));
});

test.serial(
  'forged path keys cost a bounded number of looks at an actor that we know',
  async (t) => {
    const start = peer.asked.length;
    for (let index = 0; index < 20; index += 1) {
      const path = `/users/bob/keys/${index}`;
      peer.serve(path, { id: peer.baseUrl + path, type: 'Key', owner: bob.iri, publicKeyPem: 'x' });
      t.is(await send(activity('Like', bob, 'x'), bob, { keyId: peer.baseUrl + path }), 401);
    }
    const looks = askedSince(start, /^\/users\/bob$/);
    t.true(looks <= 5, `${looks} looks at the actor`);
  },
);

test.serial('a key that says that it is of one of ours opens nothing', async (t) => {
  const { port } = new URL(acme.baseUrl);
  const ours = [
    `${me}#main-key`,
    `${me}/main-key`,
    `${me}?x#main-key`,
    `${acme.baseUrl}/actor#main-key`,
    `http://127.0.0.1.:${port}/users/amina#main-key`,
    `http://%31%32%37.0.0.1:${port}/users/amina#main-key`,
    `http://0x7f.1:${port}/users/amina#main-key`,
    `http://2130706433:${port}/users/amina#main-key`,
    `http://localhost:${port}/users/amina#main-key`,
  ];
  for (const keyId of ours) {
    const forged = note(mallory, 'in the name of amina', { attributedTo: me });
    const what = { ...activity('Create', mallory, forged), actor: me };
    const status = await send(what, mallory, { keyId });
    t.true(status === 401 || status === 403, `${status} for ${keyId}`);
  }
  const mine = await amina.get('/api/v1/accounts/verify_credentials');
  t.is(mine.statuses_count, 0);
  await processed();
  t.false((await told()).includes('in the name of amina'));
});

test.serial('ids in other clothes are nobody else’s, and none of ours', async (t) => {
  const good = note(bob, 'plainly mine');
  await send(activity('Create', bob, good), bob);
  const seen = await eventually('it is there', () => statusOf(good.id));
  const mine = await amina.post('/api/v1/statuses', { status: 'here and ours' });
  const path = new URL(mine.uri).pathname;
  const { port } = new URL(acme.baseUrl);
  const encoded = (text: string) =>
    text.replace(/\/([a-z])/, (_, letter) => `/%${letter.charCodeAt(0).toString(16)}`);
  const updated = new Date(Date.now() + 1000).toISOString();
  const notesOf = new URL(good.id).pathname;
  for (const id of [
    `${mallory.iri}/..${notesOf.replace('/users', '')}`,
    `${mallory.iri}/%2e%2e${notesOf.replace('/users', '')}`,
    `${peer.baseUrl}${encoded(notesOf)}`,
    `${good.id}#x`,
    `${good.id}?x`,
    acme.baseUrl + path,
    acme.baseUrl + encoded(path),
    `${acme.baseUrl}/${path}`,
    `http://%31%32%37.0.0.1:${port}${path}`,
    `${acme.baseUrl}/x/..${path}`,
  ]) {
    const content = 'defaced by other clothes';
    await send(activity('Update', mallory, { ...good, id, content, updated }), mallory);
    await send(
      activity('Update', mallory, { ...good, id, attributedTo: mallory.iri, content, updated }),
      mallory,
    );
    await send(activity('Delete', mallory, id), mallory);
    await send(activity('Delete', mallory, { id, type: 'Tombstone' }), mallory);
  }
  // An actor by another spelling of the name is another actor, and there is none.
  const spelled = bob.iri.replace('bob', '%62ob');
  await send({ ...activity('Delete', bob, good.id), actor: spelled }, mallory);
  await send({ ...activity('Delete', bob, good.id), actor: `${bob.iri}#x` }, mallory);
  t.is(
    await send(activity('Delete', bob, good.id), mallory, { keyId: `${spelled}#main-key` }),
    401,
  );
  await processed();
  t.regex((await amina.get(`/api/v1/statuses/${seen.id}`)).content, /plainly mine/);
  t.regex((await amina.get(`/api/v1/statuses/${mine.id}`)).content, /here and ours/);
  const everything = JSON.stringify(await amina.get('/api/v1/timelines/public?limit=40'));
  t.false(everything.includes('defaced'));
});

test.serial('an LD signature is no proof: the origin is asked, or nothing happens', async (t) => {
  const relay = other.actor('relay');
  const signature = {
    type: 'RsaSignature2017',
    creator: bob.keyId,
    created: new Date().toISOString(),
    signatureValue: Buffer.alloc(256, 7).toString('base64'),
  };
  const real = note(bob, 'as its origin has it');
  peer.serve(new URL(real.id).pathname, real);
  const altered = { ...real, content: 'as the relay would like it' };
  const status = await send({ ...activity('Create', bob, altered), signature }, relay);
  t.is(status, 202);
  const seen = await eventually('it is there', () => statusOf(real.id));
  t.regex(seen.content, /as its origin has it/);
  // What the origin does not have is not taken, and of a like nobody can say.
  const invented = note(bob, 'invented by the relay');
  await send({ ...activity('Create', bob, invented), signature }, relay);
  await send({ ...activity('Like', bob, real.id), signature }, relay);
  await send({ ...activity('Delete', bob, real.id), signature }, relay);
  await send({ ...activity('Follow', bob, me), signature }, relay);
  await processed(relay);
  t.is(await statusOf(invented.id), undefined);
  t.like(await amina.get(`/api/v1/statuses/${seen.id}`), { favourites_count: 0 });
  t.false((await told()).includes('"follow"'));
});

/** A collection without an end: each page names what nobody has seen, and a page after it. */
function endless(path: string, item: (page: number, index: number) => string, each = 50): void {
  peer.handle(path, (request, response) => {
    const page = Number(new URL(request.url ?? '', peer.baseUrl).searchParams.get('page') ?? 0);
    const address = `${peer.baseUrl}${path}`;
    response.writeHead(200, { 'content-type': 'application/activity+json' }).end(
      JSON.stringify({
        '@context': 'https://www.w3.org/ns/activitystreams',
        id: page === 0 ? address : `${address}?page=${page}`,
        type: page === 0 ? 'OrderedCollection' : 'OrderedCollectionPage',
        orderedItems: Array.from({ length: each }, (_, index) => item(page, index)),
        next: `${address}?page=${page + 1}`,
      }),
    );
  });
}

/** A collection whose only page is its own next one. */
function ring(path: string, items: string[]): void {
  const address = `${peer.baseUrl}${path}`;
  peer.serve(path, { id: address, type: 'OrderedCollection', orderedItems: items, next: address });
}

function nameable(name: string, iri: string): void {
  const resource = encodeURIComponent(`acct:${name}@${peer.host}`);
  peer.handle(`/.well-known/webfinger?resource=${resource}`, (_, response) =>
    response.writeHead(200, { 'content-type': 'application/jrd+json' }).end(
      JSON.stringify({
        subject: `acct:${name}@${peer.host}`,
        links: [{ rel: 'self', type: 'application/activity+json', href: iri }],
      }),
    ),
  );
}

async function groupAt(name: string): Promise<Json> {
  const actor = peer.actor(name, { type: 'Group', sharedInbox: undefined });
  nameable(name, actor.iri);
  const handle = encodeURIComponent(`${name}@${peer.host}`);
  return amina.get(`/api/mitoyen/v1/groups/lookup?handle=${handle}`);
}

test.serial('member lists without an end, or in a ring, are given up', async (t) => {
  const ghost = (page: number, index: number) => `${peer.baseUrl}/ghosts/${page}-${index}`;
  endless('/users/club/followers', ghost);
  ring('/users/loop/followers', [`${peer.baseUrl}/ghosts/ring`]);
  for (const [name, pages, people] of [
    ['club', 40, 200],
    ['loop', 1, 1],
  ] as const) {
    const group = await groupAt(name);
    const start = peer.asked.length;
    await amina.get(`/api/mitoyen/v1/groups/${group.id}/members`);
    await eventually(
      'its people were looked for',
      async () => askedSince(start, /^\/ghosts/) >= people,
    );
    await processed();
    const asked = askedSince(start, new RegExp(`^/users/${name}/followers`));
    t.true(asked <= pages, `${asked} pages of ${name}`);
    t.is(askedSince(start, /^\/ghosts/), people);
  }
});

test.serial('a list of followers without an end, or in a ring, ends nobody’s follow', async (t) => {
  endless('/users/mallory/endless', (page, index) => `${acme.baseUrl}/users/x${page}-${index}`);
  ring('/users/bob/ring', []);
  for (const [actor, list, most] of [
    [mallory, 'endless', 20],
    [bob, 'ring', 1],
  ] as const) {
    const relation = await followed(actor);
    const start = peer.asked.length;
    const [followers, url] = [`${actor.iri}/followers`, `${actor.iri}/${list}`];
    const post = note(actor, `to followers, ${list}`, { to: [followers], cc: [], tag: [] });
    const header = `collectionId="${followers}", url="${url}", digest="${'ab'.repeat(32)}"`;
    await send(activity('Create', actor, post, { to: [followers], cc: [] }), actor, {
      signedHeaders: { 'collection-synchronization': header },
    });
    await eventually('the post arrives', () => statusOf(post.id));
    const asked = () => askedSince(start, new RegExp(list));
    await eventually('the list was looked at', async () => asked() >= most);
    await processed();
    t.is(asked(), most, list);
    t.true((await relation()).following, list);
  }
});

/** Amina follows them, and they have said yes. */
async function followed(actor: ForeignActor): Promise<() => Promise<Json>> {
  const q = encodeURIComponent(actor.iri);
  const [found] = await amina.get(`/api/v1/accounts/search?resolve=true&q=${q}`);
  await amina.post(`/api/v1/accounts/${found.id}/follow`);
  const asked = await eventually('the follow is asked', async () =>
    peer.received.find((one) => one.type === 'Follow' && one.object === actor.iri),
  );
  await send(activity('Accept', actor, asked), actor);
  const relation = async () =>
    (await amina.get(`/api/v1/accounts/relationships?id[]=${found.id}`))[0];
  await eventually('it is accepted', async () => (await relation()).following);
  return relation;
}

test.serial('answers without an end are fetched up to a bound', async (t) => {
  const start = peer.asked.length;
  endless('/users/bob/answers', (page, index) => `${peer.baseUrl}/answers/${page}-${index}`);
  const post = note(bob, 'much answered', { replies: `${peer.baseUrl}/users/bob/answers` });
  peer.serve(new URL(post.id).pathname, post);
  await send(activity('Create', bob, post), bob);
  const seen = await eventually('it is there', () => statusOf(post.id));
  await amina.get(`/api/v1/statuses/${seen.id}/context`);
  const asked = () => askedSince(start, /answers/);
  await eventually('some were looked for', async () => asked() >= 30);
  const another = note(bob, 'the next thread');
  peer.serve(new URL(another.id).pathname, another);
  await send(activity('Create', bob, another), bob);
  const next = await eventually('it is there', () => statusOf(another.id));
  await amina.get(`/api/v1/statuses/${next.id}/context`);
  const looked = () => peer.asked.includes(new URL(another.id).pathname);
  await eventually('the next thread is looked at', async () => looked());
  t.true(asked() <= 40, `${asked()} documents`);
});

test.serial('WebFinger answers that are deep, long or point inside name nobody', async (t) => {
  let inside = 0;
  const hidden: Server = createServer((_, response) => {
    inside += 1;
    response.writeHead(200, { 'content-type': 'application/jrd+json' }).end('{}');
  });
  const there = await new Promise<boolean>((resolve) =>
    hidden.once('error', () => resolve(false)).listen(0, '::1', () => resolve(true)),
  );
  const within = there ? `http://[::1]:${(hidden.address() as AddressInfo).port}/` : null;
  const answers: Record<string, { location?: string; body?: string }> = {
    deep: { body: `{"subject":${'['.repeat(400_000)}${']'.repeat(400_000)}}` },
    nested: {
      body: `{"subject":"acct:nested@${peer.host}","links":${'[{"x":'.repeat(50_000)}1${'}]'.repeat(50_000)}}`,
    },
    links: {
      body: JSON.stringify({
        subject: `acct:links@${peer.host}`,
        links: Array.from({ length: 10_000 }, () => ({
          rel: 'self',
          type: 'application/activity+json',
          href: bob.iri,
        })),
      }),
    },
    foreign: {
      body: JSON.stringify({
        subject: `acct:amina@${new URL(acme.baseUrl).host}`,
        links: [{ rel: 'self', type: 'application/activity+json', href: me }],
      }),
    },
    inside: { location: within ?? 'http://10.0.0.1/' },
    private: { location: 'http://192.168.1.1/' },
    ours: {
      location: `${acme.baseUrl}/.well-known/webfinger?resource=acct:amina@${new URL(acme.baseUrl).host}`,
    },
  };
  for (const [name, { location, body }] of Object.entries(answers)) {
    const resource = encodeURIComponent(`acct:${name}@${peer.host}`);
    peer.handle(`/.well-known/webfinger?resource=${resource}`, (_, response) =>
      location
        ? response.writeHead(302, { location }).end()
        : response.writeHead(200, { 'content-type': 'application/jrd+json' }).end(body),
    );
    const q = encodeURIComponent(`@${name}@${peer.host}`);
    const answer = await amina.request('GET', `/api/v1/accounts/search?resolve=true&q=${q}`);
    t.is(answer.status, 200, name);
    t.deepEqual(answer.json, [], name);
  }
  t.is(inside, 0, 'nothing inside was reached');
  hidden.close();
});

test.serial(
  'a message to thousands reaches those whom we look at, and costs few requests',
  async (t) => {
    const nobody = (count: number) =>
      Array.from({ length: count }, (_, index) => `${acme.baseUrl}/users/nobody${index}`);
    const elsewhere = Array.from(
      { length: 500 },
      (_, index) => `${other.baseUrl}/users/far${index}`,
    );
    const start = other.asked.length;
    const within = note(bob, 'within the bound', {
      to: [...nobody(199), me, ...elsewhere],
      cc: [],
    });
    const beyond = note(bob, 'beyond the bound', { to: [...nobody(200), me], cc: [], tag: [] });
    for (const message of [within, beyond])
      await send(activity('Create', bob, message, { to: message.to, cc: [] }), bob);
    const seen = await eventually('it arrives', () => statusOf(within.id));
    t.is(seen.visibility, 'direct');
    await processed();
    t.is(await statusOf(beyond.id), undefined);
    t.true(askedSince(start, /far/, other) <= 10, `${askedSince(start, /far/, other)} requests`);
    const [talk] = await amina.get('/api/v1/conversations');
    t.true(talk.accounts.length < 20);
  },
);

test.serial(
  'reactions count once, for whom they are by, and not on what is not theirs to read',
  async (t) => {
    const open = await amina.post('/api/v1/statuses', { status: 'react to this' });
    const closed = await amina.post('/api/v1/statuses', {
      status: 'not this',
      visibility: 'private',
    });
    const shown = async (of: Json) =>
      (await amina.get(`/api/v1/statuses/${of.id}`)).emoji_reactions;
    const react = (actor: ForeignActor, uri: string) =>
      activity('EmojiReact', actor, uri, { content: '🎉' });
    const stranger = other.actor('stranger');
    // Forged, on what is private, and undone before it came.
    await send(react(bob, open.uri), mallory);
    await send(react(bob, open.uri), stranger);
    await send(react(stranger, closed.uri), stranger);
    const late = react(mallory, open.uri);
    await send(activity('Undo', mallory, late), mallory);
    await send(late, mallory);
    await processed(mallory);
    await processed(stranger);
    await eventually('what was undone is not there', async () => (await shown(open)).length === 0);
    t.deepEqual(await shown(closed), []);
    const real = react(bob, open.uri);
    for (const id of [real.id, fresh(bob, 'acts')]) await send({ ...real, id }, bob);
    await send(activity('Undo', mallory, real), mallory);
    await send(activity('Undo', mallory, real.id), mallory);
    await processed();
    t.like(await shown(open), [{ name: '🎉', count: 1 }]);
    await send(activity('Undo', bob, real), bob);
    await eventually('it is undone', async () => (await shown(open)).length === 0);
  },
);

test.serial(
  'who says to have read is believed of what they may read, and of themselves',
  async (t) => {
    const staff = await acme.person('staff', { role: 'admin' });
    const asked = await staff.post('/api/v1/statuses', {
      status: 'to be confirmed',
      visibility: 'public',
      must_read: true,
    });
    const inside = await staff.post('/api/v1/statuses', {
      ...{ status: 'within the house', visibility: 'company', must_read: true },
    });
    const count = async (of: Json) =>
      (await staff.get(`/api/v1/statuses/${of.id}`)).mitoyen.must_read?.acknowledged_count;
    await send(activity('Read', bob, asked.uri), mallory);
    await send(activity('Read', bob, asked.uri), other.actor('reader'));
    await send(activity('Read', mallory, inside.uri), mallory);
    await send(
      activity('Read', mallory, `${acme.baseUrl}/posts/01ARZ3NDEKTSV4RRFFQ69G5FAV`),
      mallory,
    );
    await processed(mallory);
    t.is(await count(asked), 0);
    t.is(await count(inside), 0);
    for (let twice = 0; twice < 2; twice += 1) await send(activity('Read', bob, asked.uri), bob);
    await eventually('it is counted', async () => (await count(asked)) === 1);
  },
);

test.serial(
  'an invitation is by the group that it is into, and ends when it is taken back',
  async (t) => {
    const local = await amina.post('/api/mitoyen/v1/groups', { name: 'Court', access: 'closed' });
    const club = peer.actor('salon', { type: 'Group' });
    const rival = peer.actor('rival', { type: 'Group' });
    const invite = (actor: ForeignActor, group: string) =>
      activity('Invite', actor, group, { target: me, to: [me], cc: [] });
    const news = async () =>
      JSON.stringify(await amina.get('/api/v1/notifications?mitoyen=1&limit=80'));
    // By a person, by another group, by somebody else of the server, into a group of ours.
    await send(invite(mallory, club.iri), mallory);
    await send(invite(rival, club.iri), rival);
    await send(invite(club, club.iri), mallory);
    await send(invite(club, local.uri), club);
    // Taken back before it came.
    const late = invite(club, club.iri);
    await send(activity('Undo', club, late, { to: [me], cc: [] }), club);
    await send(late, club);
    await processed();
    t.false((await news()).includes('group_invite'), await news());
    const real = invite(club, club.iri);
    await send(real, club);
    await eventually('the invitation is there', async () =>
      (await news()).includes('group_invite'),
    );
    await send(activity('Undo', rival, real, { to: [me], cc: [] }), rival);
    await send(activity('Undo', mallory, real, { to: [me], cc: [] }), mallory);
    await processed();
    t.true((await news()).includes('group_invite'));
    await send(activity('Undo', club, real, { to: [me], cc: [] }), club);
    await eventually('it is taken back', async () => !(await news()).includes('group_invite'));
  },
);

test.serial('terms are offered by servers, and nothing comes of an answer to none', async (t) => {
  const server = peer.actor('server', { type: 'Application' });
  const agreement = (by: string): Json => ({
    id: `${peer.baseUrl}/agreements/1`,
    type: 'Agreement',
    attributedTo: by,
    'mitoyen:version': 1,
    'mitoyen:scopes': ['follow', 'posts', 'groups', 'messages', 'directory'],
    'mitoyen:groups': 'all',
    'mitoyen:parties': [{ 'mitoyen:host': peer.host, 'mitoyen:actor': by }],
  });
  for (const actor of [mallory, server]) {
    for (const type of ['Accept', 'Reject', 'Undo'])
      await send(activity(type, actor, `${peer.baseUrl}/agreements/1`), actor);
    await send(activity('Offer', actor, agreement(actor.iri)), actor);
    await send(activity('Offer', actor, agreement(`${other.baseUrl}/actor`)), actor);
    await send(activity('Offer', actor, me), actor);
    await send(activity('Accept', actor, `${peer.baseUrl}/agreements/1`), actor);
    await send(activity('Undo', actor, `${acme.baseUrl}/agreements/1`), actor);
  }
  await processed(server);
  const { agreements } = JSON.parse(await acme.cli('partner', 'list', '--json'));
  t.deepEqual(agreements, []);
});

test.serial('who no longer follows does not, in whatever order it comes', async (t) => {
  const late = activity('Follow', mallory, me, { to: [me], cc: [] });
  await send(activity('Undo', mallory, late, { to: [me], cc: [] }), mallory);
  await processed(mallory);
  await send(late, mallory);
  // Nobody else takes a follow back, or makes one.
  const real = activity('Follow', bob, me, { to: [me], cc: [] });
  await send(activity('Undo', mallory, real, { to: [me], cc: [] }), mallory);
  await send({ ...real, id: fresh(mallory, 'acts') }, mallory);
  await processed(mallory);
  const account = await amina.get('/api/v1/accounts/verify_credentials');
  const followers = async () => amina.get(`/api/v1/accounts/${account.id}/followers`);
  t.deepEqual(await followers(), []);
  await send(real, bob);
  await eventually('who follows does', async () => (await followers()).length === 1);
});

test.serial('everybody is addressed by names that mean everybody, and by no other', async (t) => {
  const close = note(bob, 'nearly public', { to: [`${PUBLIC}s`, me], cc: ['as:public'] });
  await send(activity('Create', bob, close, { to: close.to, cc: [] }), bob);
  const seen = await eventually('it is there', () => statusOf(close.id));
  t.is(seen.visibility, 'direct');
});
