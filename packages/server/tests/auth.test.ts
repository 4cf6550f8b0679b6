import { createHash } from 'node:crypto';
import test from 'ava';
import { type Booted, withApp } from './support/boot.ts';

const app = withApp(test, { registration: { mode: 'invite' } });
const OOB = 'urn:ietf:wg:oauth:2.0:oob';
const VERIFIER = 'v'.repeat(50);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

type Cookies = { cookie: string };

async function signIn(
  { request }: Booted,
  username: string,
  password = `${username}-pass-word-1`,
): Promise<Cookies & { status: number; text: string }> {
  const answer = await request('POST', '/auth/sign_in', {
    body: new URLSearchParams({ username, password, return_to: '/' }),
  });
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  return { cookie, status: answer.status, text: answer.text };
}

async function registerApp({ request }: Booted, more: Record<string, unknown> = {}) {
  const answer = await request('POST', '/api/v1/apps', {
    body: { client_name: 'Test', redirect_uris: OOB, scopes: 'read write follow', ...more },
  });
  return answer.json as { client_id: string; client_secret: string; vapid_key: string };
}

async function codeFor(
  booted: Booted,
  cookies: Cookies,
  query: Record<string, string>,
): Promise<string> {
  const answer = await booted.request('POST', '/oauth/authorize', {
    headers: cookies as Record<string, string>,
    body: new URLSearchParams({ ...query, decision: 'allow' }),
  });
  return /<code[^>]*>([^<]+)<\/code>/.exec(answer.text)?.[1] ?? '';
}

test.serial('the whole code flow with PKCE gives a token, once', async (t) => {
  const booted = app();
  await booted.person('ann');
  const { client_id, client_secret } = await registerApp(booted);
  const cookies = await signIn(booted, 'ann');
  t.is(cookies.status, 303);
  const query = {
    response_type: 'code',
    client_id,
    redirect_uri: OOB,
    scope: 'read',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  };
  const code = await codeFor(booted, cookies, query);
  const grant = {
    grant_type: 'authorization_code',
    client_id,
    client_secret,
    redirect_uri: OOB,
    code,
  };
  const good = await booted.request('POST', '/oauth/token', {
    body: { ...grant, code_verifier: VERIFIER },
  });
  t.is(good.status, 200, good.text);
  t.is(good.json.scope, 'read');
  const me = await booted.request('GET', '/api/v1/accounts/verify_credentials', {
    token: good.json.access_token,
  });
  t.is(me.json.username, 'ann');
  const again = await booted.request('POST', '/oauth/token', {
    body: { ...grant, code_verifier: VERIFIER },
  });
  t.is(again.status, 400);
  t.is(again.json.error, 'invalid_grant');
  t.is(
    (
      await booted.request('POST', '/api/v1/statuses', {
        token: good.json.access_token,
        body: { status: 'x' },
      })
    ).status,
    403,
    'the scope is only read',
  );
});

test.serial(
  'a wrong verifier, another client and another redirect are refused, and use the code up',
  async (t) => {
    const booted = app();
    await booted.person('bob');
    const [mine, other] = [await registerApp(booted), await registerApp(booted)];
    const cookies = await signIn(booted, 'bob');
    const query = {
      response_type: 'code',
      client_id: mine.client_id,
      redirect_uri: OOB,
      scope: 'read',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
    };
    for (const change of [
      { code_verifier: 'w'.repeat(50) },
      { code_verifier: undefined },
      { ...other },
      { redirect_uri: 'https://evil.example/' },
    ]) {
      const code = await codeFor(booted, cookies, query);
      const grant = {
        grant_type: 'authorization_code',
        ...mine,
        redirect_uri: OOB,
        code,
        code_verifier: VERIFIER,
      };
      const bad = await booted.request('POST', '/oauth/token', { body: { ...grant, ...change } });
      t.is(bad.status, 400, JSON.stringify(change));
      t.is(
        (await booted.request('POST', '/oauth/token', { body: grant })).status,
        400,
        'the code is used up',
      );
    }
  },
);

test.serial('an address that was not registered never gets a code or an error', async (t) => {
  const booted = app();
  const { client_id } = await registerApp(booted, { redirect_uris: 'https://app.example/cb' });
  for (const redirect_uri of [
    'https://app.example/cb/../x',
    'https://app.example.evil/cb',
    'https://app.example/cb?x=1',
    'javascript:alert(1)',
  ]) {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id,
      redirect_uri,
      scope: 'read',
    });
    const answer = await booted.request('GET', `/oauth/authorize?${query}`);
    t.is(answer.status, 400, redirect_uri);
    t.is(answer.headers.get('location'), null);
  }
  const bad = await booted.request('POST', '/api/v1/apps', {
    body: { client_name: 'x', redirect_uris: 'javascript:alert(1)' },
  });
  t.is(bad.status, 422);
});

test.serial('a form sent from another site is refused', async (t) => {
  const booted = app();
  for (const headers of [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'null' },
  ]) {
    const answer = await booted.request('POST', '/auth/sign_in', {
      headers: headers as unknown as Record<string, string>,
      body: new URLSearchParams({ username: 'ann', password: 'x' }),
    });
    t.is(answer.status, 403);
  }
});

test.serial(
  'a wrong password and an unknown name answer alike; the page is safe and bilingual',
  async (t) => {
    const booted = app();
    await booted.person('cid');
    const [wrong, unknown] = [
      await signIn(booted, 'cid', 'not the password'),
      await signIn(booted, 'nobody-here', 'not the password'),
    ];
    t.is(wrong.status, 422);
    t.is(wrong.text.replace(/value="[^"]*"/g, ''), unknown.text.replace(/value="[^"]*"/g, ''));
    const page = await booted.request('GET', '/auth/sign_in?return_to=//evil.example', {
      headers: { 'accept-language': 'fr-CH, en;q=0.5' },
    });
    t.regex(page.text, /<html lang="fr"/);
    t.notRegex(page.text, /evil\.example|<script/);
    t.notRegex(page.headers.get('content-security-policy') ?? '', /unsafe-inline/);
    t.notRegex(
      (await booted.request('GET', `/auth/sign_in?return_to=${encodeURIComponent('/"><script>')}`))
        .text,
      /"><script>/,
    );
  },
);

test.serial('an invitation lets one person in with its role, then no more', async (t) => {
  const booted = app();
  const { request } = booted;
  const { token } = await booted.person('dora', { role: 'admin' });
  const made = await request('POST', '/api/mitoyen/v1/invitations', {
    token,
    body: { role: 'guest' },
  });
  const path = new URL(made.json.url).pathname;
  t.is((await request('GET', path)).status, 200);
  const form = (username: string) =>
    new URLSearchParams({
      username,
      display_name: 'E',
      email: `${username}@x.example`,
      password: 'three words here',
    });
  const weak = await request('POST', path, {
    body: new URLSearchParams({ username: 'e!', email: 'nope', password: 'short' }),
  });
  t.is(weak.status, 422);
  const french = await request('POST', path, {
    headers: { 'accept-language': 'fr' },
    body: new URLSearchParams({ username: 'e2', email: 'nope', password: 'short' }),
  });
  for (const words of ['n’est pas une adresse e-mail', 'au moins 10 caractères'])
    t.true(french.text.includes(words), words);
  t.notRegex(french.text, /\bmust\b|is not an/);
  const named = await request('POST', path, {
    headers: { 'accept-language': 'fr' },
    body: new URLSearchParams({ username: 'e!', email: 'e@x.example', password: 'short' }),
  });
  t.regex(named.text, /il faut 1 à 30 lettres/);
  const joined = await request('POST', path, { body: form('edith') });
  t.is(joined.status, 303, joined.text);
  const account = await booted.apis.accounts.byHandle('edith');
  t.is(account?.role, 'guest');
  t.is((await request('POST', path, { body: form('second') })).status, 404);
  t.is((await request('GET', '/invite/aaaaaaaaaaaaaaaaaaaaaaaaaaaa')).status, 404);
  const member = await booted.person('mem');
  t.is(
    (await request('POST', '/api/mitoyen/v1/invitations', { token: member.token, body: {} }))
      .status,
    403,
  );
});

test.serial('who asks to join may say why, and whoever decides reads it', async (t) => {
  const booted = app();
  const { request } = booted;
  const { registration } = booted.kit.config;
  const mode = registration.mode;
  registration.mode = 'approval';
  try {
    t.regex((await request('GET', '/auth/sign_up')).text, /name="reason"/);
    const asked = await request('POST', '/auth/sign_up', {
      headers: { 'accept-language': 'fr' },
      body: new URLSearchParams({
        username: 'asker.one',
        email: 'asker1@x.example',
        password: 'three words here',
        reason: 'I paint the <gate>',
      }),
    });
    t.regex(asked.text, /examinera votre demande/);
    const long = { username: 'asker.two', email: 'asker2@x.example', password: 'three words here' };
    const refused = await request('POST', '/auth/sign_up', {
      headers: { 'accept-language': 'fr' },
      body: new URLSearchParams({ ...long, reason: 'x'.repeat(501) }),
    });
    t.regex(refused.text, /500 caractères au plus/);
    const list = '/api/mitoyen/v1/admin/people?state=awaiting_approval';
    const { token } = await booted.person('judge.one', { role: 'moderator' });
    const rows = (await request('GET', list, { token })).json;
    const row = rows.find(
      (one: { account: { username: string } }) => one.account.username === 'asker.one',
    );
    t.is(row.reason, 'I paint the <gate>');
    const { token: other } = await booted.person('nosy.one');
    t.is((await request('GET', list, { token: other })).status, 403);
  } finally {
    registration.mode = mode;
  }
});

test.serial('a one-time link sets a password and works once', async (t) => {
  const booted = app();
  const person = await booted.apis.authentication.createPerson({
    username: 'fritz',
    role: 'member',
  });
  const { url } = await booted.apis.authentication.createSignInLink(person._id);
  t.is((await booted.request('GET', url)).status, 200);
  t.is((await booted.request('GET', url)).status, 200, 'looking does not use it up');
  t.is(
    (await booted.request('POST', url, { body: new URLSearchParams({ password: 'short' }) }))
      .status,
    422,
  );
  t.is(
    (
      await booted.request('POST', url, {
        body: new URLSearchParams({ password: 'a good long one' }),
      })
    ).status,
    303,
  );
  t.is(
    (
      await booted.request('POST', url, {
        body: new URLSearchParams({ password: 'another long one' }),
      })
    ).status,
    404,
  );
  t.is((await signIn(booted, 'fritz', 'a good long one')).status, 303);
});

test.serial('sessions are listed and revoked; a suspended person is out at once', async (t) => {
  const booted = app();
  const { request } = booted;
  const [gina, boss] = [
    await booted.person('gina'),
    await booted.person('boss', { role: 'admin' }),
  ];
  const cookies = await signIn(booted, 'gina');
  const sessions = await request('GET', '/api/mitoyen/v1/sessions', { token: gina.token });
  t.deepEqual(sessions.json.map((one: { kind: string }) => one.kind).toSorted(), [
    'app',
    'browser',
  ]);
  const browser = sessions.json.find((one: { kind: string }) => one.kind === 'browser');
  t.is(
    (await request('DELETE', `/api/mitoyen/v1/sessions/${browser.id}`, { token: boss.token }))
      .status,
    404,
    'not another person',
  );
  t.is(
    (await request('DELETE', `/api/mitoyen/v1/sessions/${browser.id}`, { token: gina.token }))
      .status,
    200,
  );
  const account = await request('GET', '/auth/account', { headers: { cookie: cookies.cookie } });
  t.is(account.status, 302);
  t.is(
    (
      await request('POST', `/api/mitoyen/v1/admin/people/${gina.account._id}/suspend`, {
        token: gina.token,
      })
    ).status,
    403,
  );
  t.is(
    (
      await request('POST', `/api/mitoyen/v1/admin/people/${gina.account._id}/suspend`, {
        token: boss.token,
      })
    ).status,
    200,
  );
  t.is(
    (await request('GET', '/api/v1/accounts/verify_credentials', { token: gina.token })).status,
    401,
  );
  t.is((await signIn(booted, 'gina')).status, 403);
});

test.serial('tokens, codes and passwords are stored as hashes only', async (t) => {
  const booted = app();
  const { token } = await booted.person('hugo');
  const stored = await Promise.all(
    ['tokens', 'credentials', 'apps', 'auth_codes', 'sign_in_links', 'invitations'].map((name) =>
      booted.kit.mongo.collection(name).find({}).toArray(),
    ),
  );
  const text = JSON.stringify(stored);
  t.false(text.includes(token));
  t.false(text.includes('hugo-pass-word-1'));
  t.regex(text, /\$argon2id\$/);
  t.false(
    JSON.stringify(await booted.kit.mongo.collection('accounts').find({}).toArray()).includes(
      'PRIVATE KEY',
    ),
  );
});

test.serial('revoking a token ends it; metadata and client credentials work', async (t) => {
  const booted = app();
  const { client_id, client_secret, vapid_key } = await registerApp(booted);
  const made = await booted.request('POST', '/oauth/token', {
    body: { grant_type: 'client_credentials', client_id, client_secret, scope: 'read' },
  });
  const token = made.json.access_token;
  const key = (await booted.request('GET', '/api/v2/instance')).json.configuration.vapid.public_key;
  t.is(vapid_key, key);
  t.true(key.length > 80);
  const registered = await booted.request('GET', '/api/v1/apps/verify_credentials', { token });
  t.is(registered.json.name, 'Test');
  t.is(registered.json.vapid_key, key, 'some apps take the key of push services from here alone');
  t.is((await booted.request('GET', '/api/v1/timelines/home', { token })).status, 401);
  t.is(
    (await booted.request('POST', '/oauth/revoke', { body: { client_id, client_secret, token } }))
      .status,
    200,
  );
  t.is((await booted.request('GET', '/api/v1/apps/verify_credentials', { token })).status, 401);
  t.is(
    (
      await booted.request('POST', '/oauth/token', {
        body: { grant_type: 'client_credentials', client_id, client_secret: 'wrong' },
      })
    ).status,
    401,
  );
  const metadata = await booted.request('GET', '/.well-known/oauth-authorization-server');
  t.deepEqual(metadata.json.code_challenge_methods_supported, ['S256']);
});

test.serial(
  'a password is changed by who knows the old one, and signs the others out',
  async (t) => {
    const booted = app();
    const odile = await booted.person('odile');
    const old = 'odile-pass-word-1';
    const wanted = 'two neighbours, one wall';
    const device = await signIn(booted, 'odile');
    const change = (body: Record<string, string>) =>
      booted.request('POST', '/api/mitoyen/v1/password', { token: odile.token, body });
    const guess = await change({ current: 'not the old one', password: wanted });
    t.is(guess.status, 422);
    t.deepEqual(Object.keys(guess.json.details), ['current']);
    const short = await change({ current: old, password: 'short' });
    t.deepEqual(Object.keys(short.json.details), ['password']);
    t.is((await signIn(booted, 'odile')).status, 303);

    t.is((await change({ current: old, password: wanted })).status, 200);
    const page = await booted.request('GET', '/auth/account', {
      headers: { cookie: device.cookie },
    });
    t.not(page.status, 200);
    t.is((await signIn(booted, 'odile')).status, 422);
    t.is((await signIn(booted, 'odile', wanted)).status, 303);
    const own = await booted.request('GET', '/api/mitoyen/v1/sessions', { token: odile.token });
    t.is(own.status, 200);
  },
);

test.serial('admins find people by state and role, and say what they may do', async (t) => {
  const booted = app();
  const { request } = booted;
  const boss = await booted.person('petra', { role: 'admin' });
  const quinn = await booted.person('quinn');
  const path = '/api/mitoyen/v1/admin/people';
  t.is((await request('GET', path, { token: quinn.token })).status, 403);
  const names = async (query: string) =>
    (await request('GET', `${path}?${query}`, { token: boss.token })).json.map(
      (row: { account: { username: string } }) => row.account.username,
    );
  const setRole = (token: string, id: string, role: string) =>
    request('PUT', `${path}/${id}/role`, { token, body: { role } });
  t.deepEqual(await names('q=quin&state=active'), ['quinn']);
  t.is((await setRole(quinn.token, boss.account._id, 'member')).status, 403);
  t.is((await setRole(boss.token, boss.account._id, 'member')).status, 403);
  t.is((await setRole(boss.token, quinn.account._id, 'owner')).status, 422);
  t.is((await setRole(boss.token, quinn.account._id, 'moderator')).json.role, 'moderator');
  t.deepEqual(await names('q=quin&role=moderator'), ['quinn']);
  await request('POST', `${path}/${quinn.account._id}/suspend`, { token: boss.token });
  t.deepEqual(await names('q=quin&state=suspended'), ['quinn']);
  t.deepEqual(await names('q=quin&state=active'), []);

  const first = await request('GET', `${path}?limit=1`, { token: boss.token });
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const second = await request('GET', next.replace(booted.baseUrl, ''), { token: boss.token });
  t.not(second.json[0].account.username, first.json[0].account.username);
});
