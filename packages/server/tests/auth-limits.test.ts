import test from 'ava';
import { withApp } from './support/boot.ts';

const app = withApp(test, {
  limits: {
    sign_in_per_15_minutes: 3,
    app_registrations_per_hour: 2,
    token_per_15_minutes: 2,
    invitation_tries_per_hour: 2,
  },
});

test.serial('every credential road is limited, and says when to come back', async (t) => {
  const { request } = app();
  const tries: [string, () => ReturnType<typeof request>, number][] = [
    [
      'sign-in',
      () =>
        request('POST', '/auth/sign_in', {
          body: new URLSearchParams({ username: 'x', password: 'y' }),
        }),
      3,
    ],
    [
      'apps',
      () =>
        request('POST', '/api/v1/apps', {
          body: { client_name: 'x', redirect_uris: 'https://a.example/' },
        }),
      2,
    ],
    [
      'token',
      () => request('POST', '/oauth/token', { body: { grant_type: 'client_credentials' } }),
      2,
    ],
    ['invitation', () => request('GET', '/invite/aaaaaaaaaaaaaaaaaaaaaaaaaaaa'), 2],
  ];
  for (const [name, attempt, allowed] of tries) {
    for (let count = 0; count < allowed; count += 1) t.not((await attempt()).status, 429, name);
    const refused = await attempt();
    t.is(refused.status, 429, name);
    t.true(Number(refused.headers.get('retry-after')) > 0, name);
    if (!refused.json) continue;
    t.is(refused.headers.get('x-ratelimit-remaining'), '0', name);
    t.true(Date.parse(refused.headers.get('x-ratelimit-reset') ?? '') > Date.now(), name);
  }
});
