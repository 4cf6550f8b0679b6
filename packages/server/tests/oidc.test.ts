/** Signing in through a real OpenID provider: bound to its subject, never to an e-mail address. */
import test from 'ava';
import { type Booted, bootApp } from './support/boot.ts';
import { type Idp, startIdp } from './support/oidc-provider.ts';

const HOUSE = 'https://acme.example';
const CALLBACK = `${HOUSE}/auth/oidc/callback`;
const CLIENT = { id: 'mitoyen', secret: 'a secret of the house', callback: CALLBACK };
let idp: Idp;
let app: Booted;

const settings = (create_accounts: boolean) => ({
  instance: { base_url: HOUSE },
  sign_in: {
    oidc: {
      issuer: idp.issuer,
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      name: 'Acme ID',
      scope: 'openid profile email',
      create_accounts,
    },
  },
});

test.before(async () => {
  idp = await startIdp(CLIENT);
  app = await bootApp(settings(true));
});
test.after.always(async () => {
  await app?.stop();
  idp?.close();
});

type Cookies = Record<string, string>;
const header = (cookies: Cookies) => ({
  cookie: Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; '),
});
function cookiesOf(headers: Headers): Cookies {
  return Object.fromEntries(
    headers.getSetCookie().map((one) => one.split(';')[0]?.split('=') as [string, string]),
  );
}

/** Begins at our page, passes the provider; gives what leads back, and the cookies of the browser. */
async function go(at: Booted, person: string) {
  const begun = await at.request('GET', '/auth/oidc?return_to=/groups');
  const address = begun.headers.get('location') ?? '';
  return { address, back: await idp.pass(address, person), cookies: cookiesOf(begun.headers) };
}
const arrive = (at: Booted, back: string, cookies: Cookies) =>
  at.request('GET', back.slice(HOUSE.length), { headers: header(cookies) });
const whoIs = async (at: Booted, cookies: Cookies) =>
  (
    await at.request('GET', '/api/v1/accounts/verify_credentials', {
      headers: { ...header(cookies), 'x-mitoyen-client': 'web' },
    })
  ).json;

async function signIn(at: Booted, person: string) {
  const { back, cookies } = await go(at, person);
  const answer = await arrive(at, back, cookies);
  return { answer, me: await whoIs(at, cookiesOf(answer.headers)) };
}

test.serial(
  'the page offers the provider, asks with PKCE, and a stranger gets an account',
  async (t) => {
    idp.people.set('s-1', {
      name: 'Ann Moreau',
      preferred_username: 'ann',
      email: 'ann@acme.example',
    });
    const page = await app.request('GET', '/auth/sign_in?return_to=/groups');
    t.regex(page.text, /Sign in with Acme ID/);
    const { address, back, cookies } = await go(app, 's-1');
    const query = new URL(address).searchParams;
    t.is(query.get('code_challenge_method'), 'S256');
    t.is(query.get('redirect_uri'), CALLBACK);
    t.truthy(query.get('nonce'));
    const answer = await arrive(app, back, cookies);
    t.is(answer.status, 302, answer.text);
    t.is(answer.headers.get('location'), '/groups');
    const me = await whoIs(app, cookiesOf(answer.headers));
    t.like(me, { username: 'ann', display_name: 'Ann Moreau' });
    t.is(await app.apis.authentication.emailOf(me.id), 'ann@acme.example');
    idp.people.set('s-1', {
      name: 'Ann M',
      preferred_username: 'changed',
      email: 'new@acme.example',
    });
    t.is((await signIn(app, 's-1')).me.id, me.id, 'the same subject is the same person');
  },
);

test.serial('an e-mail address or a name leads to nobody else’s account', async (t) => {
  const { account } = await app.person('bob');
  const admin = { name: 'Root', preferred_username: 'admin' };
  idp.people.set('s-2', { name: 'Eve', preferred_username: 'bob', email: 'bob@example.test' });
  const { me } = await signIn(app, 's-2');
  t.not(me.id, account._id);
  t.is(me.username, 'bob2');
  t.is(await app.apis.authentication.emailOf(me.id), null);
  idp.people.set('s-3', admin);
  const { me: other } = await signIn(app, 's-3');
  t.not(other.username, 'admin');
  t.is(other.role.name, '');
});

test.serial(
  'a journey ends once, in the browser in which it began, with its own state',
  async (t) => {
    const { back, cookies } = await go(app, 's-1');
    const refused = async (from: string, of: Cookies) => (await arrive(app, from, of)).status;
    t.is(await refused(back, {}), 403, 'another browser');
    t.is(await refused(back, { ...cookies, mitoyen_oidc: 'x'.repeat(43) }), 403);
    t.is(await refused(back.replace(/state=[^&]+/, 'state=made-up'), cookies), 403);
    const foreign = await go(app, 's-2');
    const swapped = new URL(back);
    swapped.searchParams.set('code', new URL(foreign.back).searchParams.get('code') ?? '');
    t.is(await refused(swapped.href, cookies), 403, 'the code of another journey');
    t.is(await refused(back, cookies), 403, 'it has ended');
    const { back: good, cookies: kept } = await go(app, 's-1');
    t.is(await refused(good, kept), 302);
    t.is(await refused(good, kept), 403, 'twice');
    t.is(await refused(`${CALLBACK}?error=access_denied`, kept), 403);
  },
);

test.serial(
  'an account is connected with its password, and only by who is signed in',
  async (t) => {
    const closed = await bootApp(settings(false));
    try {
      await closed.person('cid');
      idp.people.set('s-9', {
        name: 'Cid at home',
        preferred_username: 'cid',
        email: 'cid@example.test',
      });
      const stranger = await signIn(closed, 's-9');
      t.is(stranger.answer.status, 403);
      t.regex(stranger.answer.text, /No account here is connected/);
      const form = new URLSearchParams({ username: 'cid', password: 'cid-pass-word-1' });
      const session = cookiesOf(
        (await closed.request('POST', '/auth/sign_in', { body: form })).headers,
      );
      const own = { ...header(session), 'x-mitoyen-client': 'web' };
      const begin = (password: string) =>
        closed.request('POST', '/api/mitoyen/v1/identities', { headers: own, body: { password } });
      t.is((await begin('guessed')).status, 422);
      const begun = await begin('cid-pass-word-1');
      const back = await idp.pass(begun.json.url, 's-9');
      const journey = cookiesOf(begun.headers);
      t.is(
        (await arrive(closed, back, journey)).headers.get('location'),
        '/settings/security?connected=no',
      );
      const again = await begin('cid-pass-word-1');
      const home = await idp.pass(again.json.url, 's-9');
      const done = await arrive(closed, home, { ...session, ...cookiesOf(again.headers) });
      t.is(done.headers.get('location'), '/settings/security');
      t.is((await signIn(closed, 's-9')).me.username, 'cid');
      const path = '/api/mitoyen/v1/identities';
      const { json } = await closed.request('GET', path, { headers: own });
      t.like(json, { provider: 'Acme ID', identities: [{ name: 'Cid at home' }] });
      const one = `${path}/${json.identities[0].id}`;
      t.is((await closed.request('DELETE', one, { headers: own })).status, 200);
      t.is((await signIn(closed, 's-9')).answer.status, 403);
    } finally {
      await closed.stop();
    }
  },
);
