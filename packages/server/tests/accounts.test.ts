import test from 'ava';
import sharp from 'sharp';
import { withApp } from './support/boot.ts';

const app = withApp(test);
const AP = { accept: 'application/activity+json' };

test.serial('a profile is changed, shown, and served as an actor', async (t) => {
  const { request, person } = app();
  const { token, account } = await person('ann');
  const png = await sharp({ create: { width: 50, height: 50, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const form = new FormData();
  form.set('display_name', 'Ann Other');
  form.set('note', 'I **build** walls. <script>alert(1)</script>');
  form.set('fields_attributes[0][name]', 'Team');
  form.set('fields_attributes[0][value]', 'Masonry');
  form.set('avatar', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'a.png');
  const changed = await request('PATCH', '/api/v1/accounts/update_credentials', {
    token,
    body: form,
  });
  t.is(changed.status, 200, changed.text);
  t.like(changed.json, { display_name: 'Ann Other', username: 'ann' });
  t.regex(changed.json.note, /<strong>build<\/strong>/);
  t.notRegex(changed.json.note, /<script/);
  t.regex(changed.json.avatar, /\.webp$/);
  t.is(changed.json.source.note, 'I **build** walls. <script>alert(1)</script>');
  const actor = await request('GET', '/users/ann', { headers: AP });
  t.is(actor.json.id, account.iri);
  t.is(actor.json.name, 'Ann Other');
  t.is(actor.json.publicKey.owner, account.iri);
  t.is(actor.json.attachment[0].name, 'Team');
  t.false(actor.text.includes('PRIVATE'));
  t.is((await request('GET', '/users/nobody', { headers: AP })).status, 404);
});

test.serial('names are checked and taken once, in one name space with groups', async (t) => {
  const { apis, person, request } = app();
  const { token } = await person('boss', { role: 'admin' });
  await t.throwsAsync(apis.authentication.createPerson({ username: 'boss', role: 'member' }), {
    message: /taken/,
  });
  await t.throwsAsync(apis.authentication.createPerson({ username: 'Boss', role: 'member' }), {
    message: /taken/,
  });
  for (const username of ['', 'a b', '../x', 'ä', 'x'.repeat(31), '@x']) {
    await t.throwsAsync(
      apis.authentication.createPerson({ username, role: 'member' }),
      undefined,
      username,
    );
  }
  const group = await request('POST', '/api/mitoyen/v1/groups', {
    token,
    body: { name: 'Boss', username: 'boss', access: 'open' },
  });
  t.is(group.status, 422);
});

test.serial(
  'WebFinger, host-meta and NodeInfo say where people are, and of whom nothing',
  async (t) => {
    const { request, person, baseUrl } = app();
    const { account } = await person('cleo');
    const host = new URL(baseUrl).host;
    for (const resource of [
      `acct:cleo@${host}`,
      `acct:CLEO@${host}`,
      account.iri,
      `${baseUrl}/@cleo`,
    ]) {
      const answer = await request(
        'GET',
        `/.well-known/webfinger?resource=${encodeURIComponent(resource)}`,
      );
      t.is(answer.status, 200, resource);
      t.regex(answer.headers.get('content-type') ?? '', /application\/jrd\+json/);
      t.is(
        answer.json.links.find((link: { rel: string }) => link.rel === 'self').href,
        account.iri,
      );
    }
    for (const resource of [
      'acct:nobody@x',
      `acct:nobody@${host}`,
      'https://elsewhere.example/users/x',
      'nonsense',
    ]) {
      t.is(
        (await request('GET', `/.well-known/webfinger?resource=${encodeURIComponent(resource)}`))
          .status,
        404,
        resource,
      );
    }
    t.is((await request('GET', '/.well-known/webfinger')).status, 400);
    t.regex((await request('GET', '/.well-known/host-meta')).text, /webfinger\?resource=\{uri\}/);
    const { json } = await request('GET', '/.well-known/nodeinfo');
    const nodeinfo = await request('GET', json.links[0].href);
    t.like(nodeinfo.json, {
      version: '2.1',
      software: { name: 'mitoyen' },
      protocols: ['activitypub'],
      usage: { users: {} },
    });
  },
);

test.serial('collections give counts, never names', async (t) => {
  const { request, person } = app();
  const [dan, eve] = [await person('dan'), await person('eve')];
  await request('POST', `/api/v1/accounts/${dan.account._id}/follow`, { token: eve.token });
  const followers = await request('GET', '/users/dan/followers', { headers: AP });
  t.is(followers.json.totalItems, 1);
  t.false(followers.text.includes('eve'));
});

test.serial('people are found by the beginnings of their names, without accents', async (t) => {
  const { request, person, apis } = app();
  const { token } = await person('finder');
  const leo = await apis.authentication.createPerson({
    username: 'leo',
    displayName: 'Léo Moreau',
    role: 'member',
  });
  for (const q of ['leo', 'moreau leo', 'Mor', '@leo', 'LÉO']) {
    const found = await request('GET', `/api/v1/accounts/search?q=${encodeURIComponent(q)}`, {
      token,
    });
    t.true(
      found.json.some((one: { id: string }) => one.id === leo._id),
      q,
    );
  }
  t.deepEqual((await request('GET', '/api/v1/accounts/search?q=zzz', { token })).json, []);
  t.is((await request('GET', '/api/v1/accounts/lookup?acct=leo', { token })).json.id, leo._id);
});

test.serial('the instance answers as a recent Mastodon with its own true limits', async (t) => {
  const { request } = app();
  const [v1, v2] = [
    await request('GET', '/api/v1/instance'),
    await request('GET', '/api/v2/instance'),
  ];
  t.regex(v2.json.version, /^4\.5\.0 \(compatible; Mitoyen/);
  t.is(v2.json.configuration.statuses.max_characters, 5000);
  t.regex(v2.json.configuration.urls.streaming, /^ws:/);
  t.is(v1.json.title, 'Acme');
  for (const path of ['custom_emojis', 'instance/rules', 'instance/peers'])
    t.deepEqual((await request('GET', `/api/v1/${path}`)).json, []);
});

test.serial('markers keep where reading stopped', async (t) => {
  const { request, person } = app();
  const { token } = await person('marko');
  await request('POST', '/api/v1/markers', { token, body: { home: { last_read_id: '01ABC' } } });
  const read = await request('GET', '/api/v1/markers?timeline[]=home&timeline[]=notifications', {
    token,
  });
  t.is(read.json.home.last_read_id, '01ABC');
});
