/** The web client as the server serves it, and its session: a cookie that only its own pages can use. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { withApp } from './support/boot.ts';

const BUILD = join(import.meta.dirname, '../../web/build/build.ts');
await promisify(execFile)(process.execPath, [BUILD]);
const app = withApp(test);
const ME = '/api/v1/accounts/verify_credentials';

async function signIn(name: string): Promise<string> {
  const { request, baseUrl, person } = app();
  await person(name);
  const answer = await request('POST', '/auth/sign_in', {
    headers: { origin: baseUrl },
    body: new URLSearchParams({ username: name, password: `${name}-pass-word-1` }),
  });
  if (answer.status !== 303) throw new Error(`sign-in answered ${answer.status}`);
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

test('who is not signed in is led to the sign-in page and back', async (t) => {
  const { request } = app();
  const front = await request('GET', '/', { headers: { accept: 'text/html' } });
  t.is(front.status, 302);
  t.is(front.headers.get('location'), '/auth/sign_in');
  const deep = await request('GET', '/groups/abc?x=1', { headers: { accept: 'text/html' } });
  t.is(deep.headers.get('location'), '/auth/sign_in?return_to=%2Fgroups%2Fabc%3Fx%3D1');
});

test('the page has a strict policy and is checked again each time; its files are kept for ever', async (t) => {
  const { request } = app();
  const cookie = await signIn('paula');
  const page = await request('GET', '/chat', { headers: { cookie, accept: 'text/html' } });
  t.is(page.status, 200);
  const policy = page.headers.get('content-security-policy') ?? '';
  t.regex(policy, /default-src 'none'/);
  t.regex(policy, /require-trusted-types-for 'script'/);
  t.notRegex(policy, /unsafe/);
  t.is(page.headers.get('cache-control'), 'private, no-cache');
  t.notRegex(page.text, /<script>|<style| on\w+=/);
  const script = /src="(\/client\/[^"]+\.js)"/.exec(page.text)?.[1] ?? '';
  const file = await request('GET', script, { headers: { 'accept-encoding': 'br' } });
  t.is(file.status, 200);
  t.regex(file.headers.get('cache-control') ?? '', /immutable/);
  t.is(file.headers.get('content-encoding'), 'br');
});

test('an unknown address of the API is an error, never a page', async (t) => {
  const { request } = app();
  const cookie = await signIn('quentin');
  const answer = await request('GET', '/api/v1/nothing', {
    headers: { cookie, accept: 'text/html' },
  });
  t.is(answer.status, 404);
  t.regex(answer.headers.get('content-type') ?? '', /json/);
  const missing = await request('GET', '/client/gone.js', { headers: { cookie, accept: '*/*' } });
  t.is(missing.status, 404);
});

test('the session cookie works for the API only from our own pages', async (t) => {
  const { request, baseUrl } = app();
  const cookie = await signIn('rosa');
  const own = { cookie, 'x-mitoyen-client': 'web' };
  const mine = await request('GET', ME, { headers: own });
  t.is(mine.status, 200);
  t.is(mine.json.username, 'rosa');
  t.is((await request('GET', ME, { headers: { cookie } })).status, 401, 'no header');
  const pages: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'null' },
  ];
  for (const foreign of pages) {
    const answer = await request('GET', ME, { headers: { ...own, ...foreign } });
    t.is(answer.status, 403, JSON.stringify(foreign));
  }
  const posted = await request('POST', '/api/v1/statuses', {
    headers: { ...own, origin: baseUrl, 'sec-fetch-site': 'same-origin' },
    body: { status: 'From the web client', visibility: 'company' },
  });
  t.is(posted.status, 200);
});

test('the web client has a word for each audience: private is followers there, whatever the default', async (t) => {
  const { request } = app();
  const headers = { cookie: await signIn('wolfgang'), 'x-mitoyen-client': 'web' };
  await request('PATCH', '/api/mitoyen/v1/preferences', {
    headers,
    body: { 'posting:default:visibility': 'company' },
  });
  const body = { status: 'for who follows me', visibility: 'private' };
  const sent = await request('POST', '/api/v1/statuses', { headers, body });
  t.is(sent.json.mitoyen?.audience, 'followers', sent.text);
});

test('a foreign page cannot ask leave to send the header', async (t) => {
  const { request } = app();
  const answer = await request('OPTIONS', ME, {
    headers: {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-mitoyen-client',
    },
  });
  t.notRegex(answer.headers.get('access-control-allow-headers') ?? '', /x-mitoyen-client/i);
  t.is(answer.headers.get('access-control-allow-credentials'), null);
});

test('ending the session ends its use for the API at once', async (t) => {
  const { request, baseUrl } = app();
  const cookie = await signIn('samira');
  const headers = { cookie, 'x-mitoyen-client': 'web' };
  t.is((await request('GET', ME, { headers })).status, 200);
  await request('POST', '/auth/sign_out', {
    headers: { cookie, origin: baseUrl },
    body: new URLSearchParams({}),
  });
  t.is((await request('GET', ME, { headers })).status, 401);
});

test('the overview counts posts and authors for admins alone', async (t) => {
  const { request, person } = app();
  const admin = await person('ursula', { role: 'admin' });
  const member = await person('viktor');
  const path = '/api/mitoyen/v1/admin/overview';
  t.is((await request('GET', path, { token: member.token })).status, 403);
  await request('POST', '/api/v1/statuses', {
    token: member.token,
    body: { status: 'Counted', visibility: 'company' },
  });
  const { status, json } = await request('GET', path, { token: admin.token });
  t.is(status, 200);
  t.true(json.people >= 2);
  t.true(json.this_week.posts >= 1);
  t.is(json.days.length, 30);
  t.deepEqual(
    json.queues.map((queue: { name: string }) => queue.name),
    ['deliver', 'inbox', 'outbox', 'media'],
  );
});

test('the configuration is shown to admins alone, without passwords', async (t) => {
  const { request, person } = app();
  const admin = await person('wanda', { role: 'admin' });
  const member = await person('xavier');
  const path = '/api/mitoyen/v1/admin/configuration';
  t.is((await request('GET', path, { token: member.token })).status, 403);
  const { status, json } = await request('GET', path, { token: admin.token });
  t.is(status, 200);
  const keys = new Map(
    json.keys.map((one: { key: string; value: unknown }) => [one.key, one.value]),
  );
  t.is(typeof keys.get('instance.name'), 'string');
  t.notRegex(String(keys.get('database.url')), /:\/\/[^*@]+@/);
});

test('the manifest is called like the house, and its icons are there', async (t) => {
  const { request } = app();
  const answer = await request('GET', '/app.webmanifest');
  t.regex(answer.headers.get('content-type') ?? '', /manifest\+json/);
  const manifest = JSON.parse(answer.text);
  t.like(manifest, { name: 'Acme', short_name: 'Acme', start_url: '/', display: 'standalone' });
  const sizes = manifest.icons.map((icon: { sizes: string; purpose: string }) =>
    [icon.sizes, icon.purpose].join(' '),
  );
  for (const wanted of ['192x192 any', '512x512 any', '512x512 maskable'])
    t.true(sizes.includes(wanted), wanted);
  for (const { src, type } of manifest.icons) {
    const icon = await request('GET', src);
    t.is(icon.status, 200, src);
    t.is(icon.headers.get('content-type'), type);
  }
});
