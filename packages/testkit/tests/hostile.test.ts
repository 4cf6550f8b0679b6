/** Cases that broke other servers, against a real instance; see the security promises. */
import test from 'ava';
import sharp from 'sharp';
import { eventually } from '../src/index.ts';
import { createHostileScene, type HostileScene, PUBLIC } from './hostile-scene.ts';

let scene: HostileScene;
let { acme, peer, other, amina, leo, mallory, bob } = {} as HostileScene;
let { fresh, note, activity, send, processed, statusOf, told } = {} as HostileScene;

test.before(async () => {
  scene = await createHostileScene();
  ({ acme, peer, other, amina, leo, mallory, bob } = scene);
  ({ fresh, note, activity, send, processed, statusOf, told } = scene);
});

test.after.always(() => scene?.stop());

test.afterEach(async (t) => {
  t.is((await acme.request('GET', '/health/ready')).status, 200, 'the server lives');
});

const me = () => scene.me;

test.serial('a good post arrives, so that the refusals below mean something', async (t) => {
  const good = note(bob, 'good morning');
  t.is(await send(activity('Create', bob, good), bob), 202);
  const seen = await eventually('it is there', () => statusOf(good.id));
  t.regex(seen.content, /good morning/);
});

test.serial('a body swapped under a valid signature is refused', async (t) => {
  const bad = note(mallory, 'swapped');
  t.is(
    await send(activity('Create', mallory, note(mallory, 'signed')), mallory, {
      body: () => Buffer.from(JSON.stringify(activity('Create', mallory, bad))),
    }),
    401,
  );
  await processed();
  t.is(await statusOf(bad.id), undefined);
});

test.serial(
  'a signature made for another host, over the date alone, or by an unknown key is refused',
  async (t) => {
    const what = activity('Create', mallory, note(mallory, 'elsewhere'));
    t.is(await send(what, mallory, { signedUrl: 'http://other.example/inbox' }), 401);
    t.is(
      await send(what, mallory, {
        headers: (headers) => ({
          ...headers,
          signature: String(headers.signature).replace(/headers="[^"]*"/, 'headers="date"'),
        }),
      }),
      401,
    );
    t.is(await send(what, mallory, { keyId: `${peer.baseUrl}/users/nobody#main-key` }), 401);
    t.is(await send(what, mallory, { keyId: `${bob.iri}#other-key` }), 401);
  },
);

test.serial(
  'one user of a host cannot post, edit, delete, undo or update for another of the same host',
  async (t) => {
    const good = note(bob, 'mine alone');
    await send(activity('Create', bob, good), bob);
    const seen = await eventually('it is there', () => statusOf(good.id));
    const forged = note(bob, 'forged by mallory');
    await send(activity('Create', mallory, forged), mallory);
    await send({ ...activity('Create', bob, note(bob, 'forged too')) }, mallory);
    await send(
      activity('Update', mallory, {
        ...good,
        content: 'defaced',
        updated: new Date().toISOString(),
      }),
      mallory,
    );
    await send(activity('Delete', mallory, good.id), mallory);
    await send(
      activity('Update', mallory, {
        id: bob.iri,
        type: 'Person',
        preferredUsername: 'bob',
        name: 'Defaced',
        inbox: `${bob.iri}/inbox`,
      }),
      mallory,
    );
    await send(activity('Delete', mallory, bob.iri), mallory);
    await processed();
    t.is(await statusOf(forged.id), undefined);
    const after = await amina.get(`/api/v1/statuses/${seen.id}`);
    t.regex(after.content, /mine alone/);
    t.not(after.account.display_name, 'Defaced');
    t.false((await told()).includes('forged'));
  },
);

test.serial('a document that carries the id of somebody else is not believed', async (t) => {
  const victim = other.actor('victim');
  const stolen = {
    id: `${victim.iri}/notes/1`,
    type: 'Note',
    attributedTo: victim.iri,
    to: [PUBLIC],
    content: 'I never said this',
  };
  const address = peer.serve('/stolen', stolen);
  t.deepEqual(
    (await amina.get(`/api/v2/search?resolve=true&q=${encodeURIComponent(address)}`)).statuses,
    [],
  );
  await send(activity('Create', mallory, stolen), mallory);
  await send(activity('Announce', mallory, stolen), mallory);
  await processed();
  t.is(await statusOf(stolen.id), undefined);
});

test.serial(
  'authority is not claimed through url, and a key of another actor is not taken',
  async (t) => {
    const victim = other.actor('celebrity');
    const claimed = note(mallory, 'by the celebrity', {
      url: `${victim.iri}/notes/9`,
      attributedTo: victim.iri,
    });
    await send(activity('Create', mallory, claimed), mallory);
    const borrowed = peer.actor('borrower', {
      publicKey: { id: mallory.keyId, owner: mallory.iri, publicKeyPem: 'x' },
    });
    t.is(
      await send(activity('Create', borrowed, note(borrowed, 'with a borrowed key')), borrowed),
      401,
    );
    await processed();
    t.is(await statusOf(claimed.id), undefined);
  },
);

test.serial('local people are never overwritten, and their posts never spoken for', async (t) => {
  const mine = await amina.post('/api/v1/statuses', { status: 'written here' });
  await send(
    activity('Update', mallory, {
      id: me(),
      type: 'Person',
      preferredUsername: 'amina',
      name: 'Owned',
      inbox: `${mallory.iri}/inbox`,
    }),
    mallory,
  );
  await send(
    activity(
      'Create',
      mallory,
      note(mallory, 'local id', { id: `${acme.baseUrl}/posts/01ARZ3NDEKTSV4RRFFQ69G5FAV` }),
    ),
    mallory,
  );
  await send(activity('Update', mallory, { ...note(mallory, 'defaced'), id: mine.uri }), mallory);
  await send(activity('Delete', mallory, mine.uri), mallory);
  t.is(
    await send({ ...activity('Create', mallory, note(mallory, 'as amina')), actor: me() }, mallory),
    202,
  );
  await processed();
  t.regex((await amina.get(`/api/v1/statuses/${mine.id}`)).content, /written here/);
  t.is((await amina.get('/api/v1/accounts/verify_credentials')).display_name, 'amina');
  t.false((await told()).includes('as amina'));
});

test.serial('restructured JSON-LD and redefined terms are refused', async (t) => {
  const good = activity('Create', mallory, note(mallory, 'restructured'));
  for (const change of [
    { '@graph': [good] },
    { '@reverse': { actor: mallory.iri } },
    { '@included': [good] },
    {
      '@context': [
        'https://www.w3.org/ns/activitystreams',
        { actor: 'https://evil.example/actor', impostor: 'as:actor' },
      ],
      impostor: bob.iri,
    },
  ]) {
    const status = await send({ ...good, id: fresh(mallory, 'acts'), ...change }, mallory);
    t.true(status >= 400 && status < 500, JSON.stringify(change).slice(0, 60));
  }
});

test.serial('a reused activity id changes nothing; a duplicate is shown once', async (t) => {
  const first = note(bob, 'first of its id');
  const create = activity('Create', bob, first);
  await send(create, bob);
  await eventually('it is there', () => statusOf(first.id));
  const second = note(bob, 'second under the same id');
  t.is(await send({ ...create, object: second }, bob), 202);
  t.is(await send(create, bob), 202);
  t.is(await send({ ...create, id: fresh(bob, 'acts') }, bob), 202);
  await processed();
  t.is(await statusOf(second.id), undefined);
  t.is((await told()).split('first of its id').length - 1, 1);
});

test.serial(
  'an Accept of a follow that was never asked, or by another, follows nobody',
  async (t) => {
    const [found] = await amina.get(
      `/api/v1/accounts/search?resolve=true&q=${encodeURIComponent(bob.iri)}`,
    );
    await send(activity('Accept', bob, { type: 'Follow', actor: me(), object: bob.iri }), bob);
    await processed();
    await amina.post(`/api/v1/accounts/${found.id}/follow`);
    const asked = await eventually('the follow is asked', async () =>
      peer.received.find((one) => one.type === 'Follow' && one.object === bob.iri),
    );
    await send(activity('Accept', mallory, asked), mallory);
    await processed(mallory);
    const relation = async () =>
      (await amina.get(`/api/v1/accounts/relationships?id[]=${found.id}`))[0];
    t.like(await relation(), { following: false, requested: true });
    await send(activity('Accept', bob, asked), bob);
    await eventually('it is accepted', async () => (await relation()).following);
  },
);

test.serial(
  'followers-only posts are not shown or served to those who were not accepted',
  async (t) => {
    await amina.request('PATCH', '/api/v1/accounts/update_credentials', { locked: true });
    await send({ ...activity('Follow', mallory, me()) }, mallory);
    await eventually(
      'the request waits',
      async () => (await amina.get('/api/v1/follow_requests')).length > 0,
    );
    const post = await amina.post('/api/v1/statuses', {
      status: 'for accepted followers',
      visibility: 'private',
    });
    const got = await acme.request('GET', new URL(post.uri).pathname, {
      headers: { accept: 'application/activity+json' },
    });
    t.is(got.status, 404);
    await processed();
    t.false(JSON.stringify(peer.received).includes('for accepted followers'));
  },
);

test.serial(
  "a post attached to another's group is not taken in, and a message only by those named",
  async (t) => {
    const group = await amina.post('/api/mitoyen/v1/groups', {
      name: 'Yard',
      username: 'yard',
      access: 'closed',
    });
    const iri = `${acme.baseUrl}/groups/yard`;
    const intruder = note(mallory, 'I do not belong here', {
      to: [iri, `${iri}/followers`],
      cc: [],
      audience: iri,
    });
    await send(activity('Create', mallory, intruder, { to: [iri], cc: [] }), mallory);
    const message = note(bob, 'for amina alone', { to: [me()], cc: [] });
    await send(activity('Create', bob, message, { to: [me()], cc: [] }), bob);
    const seen = await eventually('the message arrives', () => statusOf(message.id));
    t.is(seen.visibility, 'direct');
    t.is((await leo.request('GET', `/api/v1/statuses/${seen.id}`)).status, 404);
    t.deepEqual(await amina.get(`/api/mitoyen/v1/groups/${group.id}/posts`), []);
  },
);

test.serial('script, styles and disguised links do not come through', async (t) => {
  const bad = note(
    bob,
    '<p onclick="x()">hi</p><script>alert(1)</script><style>*{}</style><img src=x onerror=alert(1)><a href="javascript:alert(1)">a</a><a href="https://evil.example/">https://bank.example/</a>' +
      '<p>'.repeat(5000),
  );
  await send(activity('Create', bob, bad), bob);
  const { content } = await eventually('it is there', () => statusOf(bad.id));
  t.notRegex(content, /script|onclick|onerror|javascript:|<style|<img/i);
  t.regex(content, /evil\.example\]/);
});

test.serial('an uploaded file is never ActivityPub, HTML or script', async (t) => {
  const fake = Buffer.from(JSON.stringify({ id: `${acme.baseUrl}/x`, type: 'Person' }));
  for (const type of ['application/activity+json', 'image/png', 'text/html']) {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(fake)], { type }), 'x.json');
    const answer = await amina.request('POST', '/api/v2/media', form);
    t.true(answer.status >= 400 && answer.status < 500, type);
  }
  const png = await sharp({ create: { width: 20, height: 20, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const polyglot = Buffer.concat([png, Buffer.from('<script>alert(1)</script>{"type":"Person"}')]);
  const id = await amina.upload(polyglot, { type: 'image/png' });
  const { url } = await amina.get(`/api/v1/media/${id}`);
  const served = await acme.request('GET', url, {
    headers: { accept: 'application/activity+json' },
  });
  t.is(served.headers.get('content-type'), 'image/webp');
  t.is(served.headers.get('x-content-type-options'), 'nosniff');
  t.false(served.text.includes('<script>'));
});

test.serial(
  'ninety tags, a deep thread and a long redirect chain cost a bounded number of requests',
  async (t) => {
    const before = peer.asked.length;
    const tags = Array.from({ length: 90 }, (_, index) => ({
      type: 'Mention',
      href: `${peer.baseUrl}/users/ghost${index}`,
      name: `@ghost${index}`,
    }));
    await send(activity('Create', bob, note(bob, 'many', { tag: tags })), bob);
    for (let depth = 0; depth < 60; depth += 1) {
      peer.serve(`/deep/${depth}`, {
        id: `${peer.baseUrl}/deep/${depth}`,
        type: 'Note',
        attributedTo: bob.iri,
        to: [PUBLIC],
        content: 'deep',
        inReplyTo: `${peer.baseUrl}/deep/${depth + 1}`,
      });
      peer.handle(`/hop/${depth}`, (_, response) =>
        response.writeHead(302, { location: `/hop/${depth + 1}` }).end(),
      );
    }
    await amina.get(
      `/api/v2/search?resolve=true&q=${encodeURIComponent(`${peer.baseUrl}/deep/0`)}`,
    );
    await amina.get(`/api/v2/search?resolve=true&q=${encodeURIComponent(`${peer.baseUrl}/hop/0`)}`);
    await processed();
    t.true(peer.asked.length - before < 40, `${peer.asked.length - before} requests`);
  },
);

test.serial('slow drips, huge and compressed bodies are given up', async (t) => {
  const drip = peer.handle('/drip', (_, response) => {
    response.writeHead(200, { 'content-type': 'application/activity+json' });
    const timer = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(timer));
  });
  let written = 0;
  const huge = peer.handle('/huge', (_, response) => {
    response.writeHead(200, { 'content-type': 'application/activity+json' });
    const chunk = Buffer.alloc(1_000_000, 32);
    const more = () => {
      while (written < 200_000_000 && response.write(chunk)) written += chunk.length;
    };
    response.on('drain', more);
    more();
  });
  const bomb = peer.handle('/bomb', (_, response) =>
    response
      .writeHead(200, { 'content-type': 'application/activity+json', 'content-encoding': 'gzip' })
      .end(Buffer.alloc(100)),
  );
  for (const path of ['drip', 'huge', 'bomb'])
    peer.handle(
      `/.well-known/webfinger?resource=acct%3A${path}%40${encodeURIComponent(peer.host)}`,
      (_, response) => response.writeHead(302, { location: `/${path}` }).end(),
    );
  const names = ['drip', 'huge', 'bomb'].map((name) => `@${name}@${peer.host}`);
  const started = Date.now();
  await Promise.all(
    [drip, huge, bomb, ...names].map((address) =>
      amina
        .request('GET', `/api/v2/search?resolve=true&q=${encodeURIComponent(address)}`)
        .then((answer) => t.is(answer.status, 200)),
    ),
  );
  t.true(Date.now() - started < 18_000);
  t.true(written < 40_000_000, `${written} bytes were taken`);
});

test.serial('private addresses are not reached by redirect, by name or by number', async (t) => {
  for (const [index, target] of [
    'http://10.0.0.1/',
    'http://0.0.0.0:22/',
    'http://[::]:80/',
    'http://[::ffff:192.168.0.1]/',
    'http://169.254.169.254/latest/meta-data',
  ].entries()) {
    const address = peer.handle(`/ssrf${index}`, (_, response) =>
      response.writeHead(302, { location: target }).end(),
    );
    for (const q of [address, target]) {
      const answer = await amina.request(
        'GET',
        `/api/v2/search?resolve=true&q=${encodeURIComponent(q)}`,
      );
      t.is(answer.status, 200);
      t.deepEqual(answer.json.statuses, []);
    }
  }
  t.is((await amina.request('GET', '/api/v2/search?resolve=true&q=@root@10.0.0.1')).status, 200);
});

test.serial(
  'look-alike hosts are not ours, and ours in other clothes are not theirs',
  async (t) => {
    const name = new URL(acme.baseUrl).host;
    for (const actor of [
      `http://${name}.evil.example/users/amina`,
      `http://${name}@${peer.host}/users/amina`,
    ]) {
      const answer = await amina.request(
        'GET',
        `/api/v2/search?resolve=true&type=accounts&q=${encodeURIComponent(actor)}`,
      );
      t.true(answer.status < 500);
      t.false(JSON.stringify(answer.json).includes('evil'));
    }
    t.is(
      (await acme.request('GET', `/.well-known/webfinger?resource=acct:amina@${name}.evil.example`))
        .status,
      404,
    );
  },
);

test.serial('malformed requests are answered, never with a 500', async (t) => {
  const bodies = [
    '',
    '{',
    '[]',
    'null',
    '"x"',
    '{"type":1}',
    `{"a":${'['.repeat(2000)}`,
    '{"id":null,"type":"Create","actor":{}}',
    '\u0000',
  ];
  for (const body of bodies) {
    const status = await send({}, mallory, { body: () => Buffer.from(body) });
    t.true(status >= 400 && status < 500, body.slice(0, 20));
  }
  for (const what of [
    { type: 'Create', actor: mallory.iri },
    { id: fresh(mallory, 'x'), type: ['Create', {}], actor: [mallory.iri], object: [[]] },
    { id: fresh(mallory, 'x'), type: 'toString', actor: mallory.iri, object: { id: {} } },
  ]) {
    const status = await send(what, mallory);
    t.true(status < 500, JSON.stringify(what));
  }
  await processed();
});

test.serial(
  'whom a person has blocked does not come back by shares, likes, mentions or messages',
  async (t) => {
    const [account] = await leo.get(
      `/api/v1/accounts/search?resolve=true&q=${encodeURIComponent(mallory.iri)}`,
    );
    await leo.post(`/api/v1/accounts/${account.id}/block`);
    const leoIri = `${acme.baseUrl}/users/leo`;
    const post = await leo.post('/api/v1/statuses', { status: 'a post of leo' });
    const message = note(mallory, 'let me in', { to: [leoIri], cc: [] });
    await send(activity('Create', mallory, message, { to: [leoIri], cc: [] }), mallory);
    await send(activity('Like', mallory, post.uri), mallory);
    await send(activity('Announce', mallory, post.uri), mallory);
    await send(activity('Follow', mallory, leoIri), mallory);
    await processed();
    t.deepEqual(await leo.get('/api/v1/notifications'), []);
    t.deepEqual(await leo.get('/api/v1/conversations'), []);
    t.like(await leo.get(`/api/v1/statuses/${post.id}`), { favourites_count: 0, reblogs_count: 0 });
  },
);
