/** A house that federates with nobody: an app signs in, and finds the member pages as everywhere. */
import { createHash } from 'node:crypto';
import test from 'ava';
import { createUsage } from '../src/features/instance/usage.ts';
import { encodePicture, inspectPicture } from '../src/features/media/encode-picture.ts';
import { APP_CALLS } from './support/app-calls.ts';
import type { AnyJson } from './support/boot.ts';
import { withMembers } from './support/members.ts';

const { app, get, ok, say } = withMembers(test, { federation: { mode: 'closed' } });
const OOB = 'urn:ietf:wg:oauth:2.0:oob';
const VERIFIER = 'v'.repeat(50);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

test.serial('strangers learn the name of the software, and nothing of the house', async (t) => {
  const { json } = await app().request('GET', '/.well-known/nodeinfo');
  const nodeinfo = await app().request('GET', json.links[0].href);
  t.is(nodeinfo.status, 200);
  t.is(nodeinfo.json.software.name, 'mitoyen');
  t.deepEqual(nodeinfo.json.usage, { users: {} });
  t.notRegex(nodeinfo.text, /Acme/);
});

test.serial(
  'an app is registered, lets somebody sign in, and shows all that it shows at its start',
  async (t) => {
    const { request, person } = app();
    const ann = await person('ann');
    const made = await request('POST', '/api/v1/apps', {
      body: { client_name: 'Tusky', redirect_uris: OOB, scopes: 'read write follow push' },
    });
    const { client_id, client_secret, vapid_key } = made.json;
    t.truthy(vapid_key);
    const page = await request('POST', '/auth/sign_in', {
      body: new URLSearchParams({ username: 'ann', password: 'ann-pass-word-1', return_to: '/' }),
    });
    t.is(page.status, 303);
    const cookie = page.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const asked = { response_type: 'code', client_id, redirect_uri: OOB, scope: 'read write' };
    const proof = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
    const allowed = await request('POST', '/oauth/authorize', {
      headers: { cookie },
      body: new URLSearchParams({ ...asked, ...proof, decision: 'allow' }),
    });
    const code = /<code[^>]*>([^<]+)<\/code>/.exec(allowed.text)?.[1];
    const { json } = await request('POST', '/oauth/token', {
      body: {
        ...{ grant_type: 'authorization_code', client_id, client_secret, redirect_uri: OOB },
        ...{ code, code_verifier: VERIFIER },
      },
    });
    const me = { account: ann.account, token: json.access_token };
    const status = await say(me, 'hello, house');
    const pages = Object.values(APP_CALLS).flatMap(({ start = [], profile = [], thread = [] }) => [
      ...start,
      ...profile,
      ...thread,
    ]);
    const refused: string[] = [];
    for (const path of new Set(pages)) {
      if (/\{(list|poll)\}|push\/subscription/.test(path)) continue;
      const filled = path
        .replaceAll('{account}', ann.account._id)
        .replaceAll('{status}', status.id)
        .replace('acct=bob', 'acct=ann');
      const answer = await request('GET', filled, { token: me.token });
      if (answer.status !== 200) refused.push(`${filled}: ${answer.status}`);
    }
    t.deepEqual(refused, []);
    await ok(me, 'POST', `/api/v1/statuses/${status.id}/favourite`);
  },
);

test.serial('the instance says what is true: its limits, and how much it is used', async (t) => {
  const ann = await app().person('counted');
  await say(ann, 'one of ours');
  const usage = await createUsage({ apis: app().apis, clock: { now: Date.now } })();
  t.true(usage.posts >= 1 && usage.active >= 1 && usage.users >= usage.active);
  const later = { now: () => Date.now() + 40 * 86_400_000 };
  t.is((await createUsage({ apis: app().apis, clock: later })()).active, 0);
  const v2 = await get(ann, '/api/v2/instance');
  t.regex(v2.version, /^4\.5\./, 'with quotes, as the version of the API says');
  t.is(v2.api_versions.mastodon, 7);
  t.is(v2.configuration.accounts.max_note_length, 1000);
  t.is(v2.configuration.accounts.max_display_name_length, 60);
  const long = 'x'.repeat(v2.configuration.accounts.max_display_name_length + 1);
  const { status } = await app().request('PATCH', '/api/v1/accounts/update_credentials', {
    token: ann.token,
    body: { display_name: long },
  });
  t.is(status, 422);
  t.true((await get(ann, '/api/v1/instance')).stats.user_count >= 1);
  const me = await get(ann, '/api/v1/accounts/verify_credentials');
  const { url, versions, blurhash } = v2.thumbnail;
  const icons = v2.icon.map((one: AnyJson) => one.src);
  t.is((await get(ann, '/api/v1/instance')).thumbnail, url);
  for (const place of [me.avatar, me.header, url, ...Object.values<string>(versions), ...icons]) {
    const picture = await app().request('GET', place);
    t.is(picture.headers.get('content-type'), 'image/png', 'apps on phones draw no SVG');
    t.regex(picture.text, /^.PNG/);
  }
  const picture = async (place: string) =>
    Buffer.from(await (await fetch(new URL(place, app().baseUrl))).arrayBuffer());
  const limits = { maxPixels: 10_000_000, timeoutSeconds: 20 };
  t.is((await encodePicture(await picture(url), 'emoji', limits)).blurhash, blurhash);
  for (const { src, size } of v2.icon) {
    const { width, height } = await inspectPicture(await picture(src), limits);
    t.is(`${width}x${height}`, size);
  }
});

test.serial('an address counts as many characters as the instance says', async (t) => {
  const ann = await app().person('writer');
  const { statuses } = (await get(ann, '/api/v2/instance')).configuration;
  const room = statuses.max_characters - statuses.characters_reserved_per_url - 1;
  const address = `https://acme.example/${'a'.repeat(300)}`;
  await say(ann, `${'x'.repeat(room)} ${address}`);
  const body = { status: `${'x'.repeat(room + 1)} ${address}` };
  const refused = await app().request('POST', '/api/v1/statuses', { token: ann.token, body });
  t.is(refused.status, 422);
});
