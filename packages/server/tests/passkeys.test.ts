/** Passkeys: added with the password, signed in with; forged, repeated, foreign and stale ones refused. */
import test from 'ava';
import { createAuthenticator, type Twist } from './support/authenticator.ts';
import { type AnyJson, withApp } from './support/boot.ts';
import { type Mailbox, startMailbox } from './support/mailbox.ts';

const WHERE = { rpId: 'acme.example', origin: 'https://acme.example' };
const PATH = '/api/mitoyen/v1/passkeys';
let mailbox: Mailbox;
test.before(async () => {
  mailbox = await startMailbox();
  mail.url = mailbox.url;
});
const mail = { url: '', from: 'mitoyen@acme.example' };
const app = withApp(test, { instance: { base_url: WHERE.origin }, mail });
test.after.always(() => mailbox.close());

type Person = Awaited<ReturnType<ReturnType<typeof app>['person']>>;

const options = (by: Person, password: string) =>
  app().request('POST', `${PATH}/options`, { token: by.token, body: { password } });
const passwordOf = (by: Person) => `${by.account.username}-pass-word-1`;

async function addKey(by: Person, twist: Twist = {}) {
  const key = createAuthenticator(WHERE);
  const { json } = await options(by, passwordOf(by));
  const credential = key.make(json, twist);
  const body = { name: 'Phone', credential };
  const answer = await app().request('POST', PATH, { token: by.token, body });
  return { key, answer, body };
}

async function challenge(): Promise<AnyJson> {
  return (await app().request('POST', '/auth/passkey/options', { body: {} })).json;
}

function signIn(credential: object, headers = {}) {
  const body = { credential, return_to: '/groups' };
  return app().request('POST', '/auth/passkey', { body, headers });
}

test.serial('a passkey is added with the password, told by e-mail, and signs in', async (t) => {
  const ann = await app().person('ann');
  t.is((await options(ann, 'guessed')).status, 422);
  const { key, answer } = await addKey(ann);
  t.is(answer.status, 200);
  t.like(answer.json, { name: 'Phone', synced: false, last_used_at: null });
  const letter = await mailbox.next();
  t.deepEqual(letter.to, ['ann@example.test']);
  t.regex(letter.text, /“Phone” can sign in/);

  const asked = await challenge();
  t.is(asked.rpId, 'acme.example');
  t.is(asked.userVerification, 'required');
  t.falsy(asked.allowCredentials);
  const answered = await signIn(key.sign(asked, ann.account._id));
  t.is(answered.status, 200, answered.text);
  t.is(answered.json.location, '/groups');
  const cookie = answered.headers.getSetCookie().find((one) => one.startsWith('mitoyen_session='));
  t.regex(cookie ?? '', /httponly/i);
  t.regex(cookie ?? '', /secure/i);
  const session = { cookie: cookie?.split(';')[0] ?? '', 'x-mitoyen-client': 'web' };
  const me = await app().request('GET', '/api/v1/accounts/verify_credentials', {
    headers: session,
  });
  t.is(me.json.username, 'ann');
  const { json } = await app().request('GET', PATH, { token: ann.token });
  t.true(json.offered);
  t.is(typeof json.passkeys[0].last_used_at, 'string');
  t.notRegex(JSON.stringify(json), new RegExp(key.id));
});

test.serial('what was not made here, now, by this person and verified is no passkey', async (t) => {
  const [ben, cid] = [await app().person('ben'), await app().person('cid')];
  const twists: Twist[] = [
    { origin: 'https://evil.example' },
    { rpId: 'evil.example' },
    { userVerified: false },
    { type: 'webauthn.get' },
  ];
  for (const twist of twists)
    t.is((await addKey(ben, twist)).answer.status, 422, JSON.stringify(twist));
  const { body } = await addKey(ben);
  t.is((await app().request('POST', PATH, { token: ben.token, body })).status, 422, 'twice');
  const others = createAuthenticator(WHERE).make((await options(cid, passwordOf(cid))).json);
  const taken = { name: 'Mine', credential: others };
  t.is((await app().request('POST', PATH, { token: ben.token, body: taken })).status, 422);
  const garbage = { name: 'x', credential: { id: 'x' } };
  t.is((await app().request('POST', PATH, { token: ben.token, body: garbage })).status, 422);
  t.is((await app().request('GET', PATH, { token: cid.token })).json.passkeys.length, 0);
  t.is((await app().request('GET', PATH, { token: ben.token })).json.passkeys.length, 1);
});

test.serial('a signature counts once, here, by the key that made it', async (t) => {
  const [dan, eve] = [await app().person('dan'), await app().person('eve')];
  const { key } = await addKey(dan);
  const { key: other } = await addKey(eve);
  const [id, hers] = [dan.account._id, eve.account._id];
  const first = key.sign(await challenge(), id);
  const [one, two] = await Promise.all([signIn(first), signIn(first)]);
  t.deepEqual([one.status, two.status].toSorted(), [200, 422]);
  t.is((await signIn(first)).status, 422, 'again');
  const twists: Twist[] = [
    { origin: 'https://evil.example' },
    { rpId: 'evil.example' },
    { userVerified: false },
    { counter: 1 },
    { handle: hers },
    { type: 'webauthn.create' },
  ];
  for (const twist of twists)
    t.is((await signIn(key.sign(await challenge(), id, twist))).status, 422, JSON.stringify(twist));
  const asHers = { ...key.sign(await challenge(), hers), id: other.id, rawId: other.id };
  t.is((await signIn(asHers)).status, 422, 'signed by another key');
  t.is((await signIn(key.sign({ challenge: 'bWFkZSB1cA' }, id))).status, 422, 'made up');
  const adding = (await options(dan, passwordOf(dan))).json;
  t.is((await signIn(key.sign(adding, id))).status, 422, 'a challenge for adding');
  t.is((await signIn({ id: 'x' })).status, 422);
  const foreign = { 'sec-fetch-site': 'cross-site' };
  t.is((await signIn(key.sign(await challenge(), id), foreign)).status, 403);
  t.is((await signIn(key.sign(await challenge(), id))).status, 200, 'and still the right one');
});

test.serial('a challenge that waited too long is worth nothing', async (t) => {
  const fay = await app().person('fay');
  const { key } = await addKey(fay);
  const asked = await challenge();
  const challenges = app().kit.mongo.collection('passkey_challenges');
  await challenges.updateMany({}, { $set: { expiresAt: new Date(Date.now() - 1) } });
  t.is((await signIn(key.sign(asked, fay.account._id))).status, 422);
});

test.serial('a key is its owner’s to name and remove; a suspended account stays out', async (t) => {
  const { request, apis } = app();
  const [gil, hal] = [await app().person('gil'), await app().person('hal')];
  const { key, answer } = await addKey(gil);
  const one = `${PATH}/${answer.json.id}`;
  for (const method of ['PATCH', 'DELETE'])
    t.is((await request(method, one, { token: hal.token, body: { name: 'mine' } })).status, 404);
  const named = await request('PATCH', one, { token: gil.token, body: { name: 'Laptop' } });
  t.is(named.json.name, 'Laptop');
  await apis.authentication.suspend(gil.account._id);
  t.is((await signIn(key.sign(await challenge(), gil.account._id))).status, 403);
  await apis.authentication.unsuspend(gil.account._id);
  const { token } = await apis.authentication.createToken(gil.account._id, ['write'], 'test');
  t.is((await request('DELETE', one, { token })).status, 200);
  t.is((await signIn(key.sign(await challenge(), gil.account._id))).status, 422);
});

test.serial(
  'the page offers passkeys with a script of our own, in the chosen language',
  async (t) => {
    const { request } = app();
    const page = await request('GET', '/auth/sign_in?return_to=/groups&lang=fr');
    const policy = page.headers.get('content-security-policy') ?? '';
    t.regex(policy, /default-src 'none'; script-src 'self'; connect-src 'self'/);
    t.notRegex(policy, /unsafe/);
    t.notRegex(page.text, /<script(?![^>]*\bsrc="\/assets\/)|\son\w+=|\sstyle=/);
    t.regex(page.text, /autocomplete="username webauthn"/);
    t.regex(page.text, /<html lang="fr"/);
    t.regex(page.text, /href="\/auth\/sign_in\?return_to=%2Fgroups&amp;lang=en"/);
    const [cookie = ''] = page.headers.getSetCookie();
    t.regex(cookie, /^mitoyen_language=fr/);
    const headers = { cookie: 'mitoyen_language=fr', 'accept-language': 'en' };
    t.regex((await request('GET', '/auth/sign_in', { headers })).text, /<html lang="fr"/);
    const script = await request('GET', '/assets/passkey.js');
    t.regex(script.headers.get('content-type') ?? '', /javascript/);
  },
);
