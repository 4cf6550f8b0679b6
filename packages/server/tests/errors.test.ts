/** Every endpoint of the OpenAPI document, asked wrongly: each answers as it is described, and none breaks. */
import test from 'ava';
import { type AnyJson, withApp } from './support/boot.ts';

const app = withApp(test, { federation: { mode: 'closed' } });

type Endpoint = { method: string; path: string; operation: AnyJson };
const UNKNOWN = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
/** Long answers that do not end by themselves; uploads that go on, whose errors are their protocol's. */
const LIVE = /\/streaming\b|\/uploads\b/;

async function endpoints(): Promise<Endpoint[]> {
  const { paths } = (await app().request('GET', '/api/openapi.json')).json;
  return Object.entries(paths as AnyJson).flatMap(([path, methods]) =>
    Object.entries(methods as AnyJson).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

const isGuarded = ({ operation }: Endpoint) =>
  operation.security.length === 1 && '401' in operation.responses;
/** A path with something in place of its parameters. */
const filled = (path: string, by = UNKNOWN) => path.replace(/\{[^}]+\}/g, by);
const name = ({ method, path }: Endpoint) => `${method} ${path}`;

function ask({ method, path }: Endpoint, options: { token?: string; body?: unknown } = {}) {
  const body = method === 'GET' ? undefined : options.body;
  return app().request(method, filled(path), { token: options.token, body });
}

/** The names that a refusal gives, and that it is one sentence. */
function fieldsOf(answer: { json: AnyJson }): string[] {
  return Object.keys(answer.json?.details ?? {});
}

test('without a token every guarded endpoint answers 401, and says how to come in', async (t) => {
  const guarded = (await endpoints()).filter(isGuarded);
  t.true(guarded.length > 200, `${guarded.length}`);
  const wrong: string[] = [];
  for (const one of guarded) {
    const answer = await ask(one);
    const isRight =
      answer.status === 401 &&
      /Authorization: Bearer/.test(answer.json?.error) &&
      /^Bearer/.test(answer.headers.get('www-authenticate') ?? '');
    if (!isRight) wrong.push(`${name(one)}: ${answer.status} ${answer.text.slice(0, 80)}`);
  }
  t.deepEqual(wrong, []);
  t.log(`${guarded.length} endpoints`);
});

test('a token without the scope answers 403 and names the scope, whatever is asked of what', async (t) => {
  const { account } = await app().person('narrow', { role: 'admin' });
  const { token } = await app().apis.authentication.createToken(account._id, ['none'], 'narrow');
  const scoped = (await endpoints()).filter(
    (one) => isGuarded(one) && one.operation.security[0].oauth.length > 0,
  );
  const wrong: string[] = [];
  for (const one of scoped) {
    const answer = await ask(one, { token });
    const [scope] = one.operation.security[0].oauth;
    const challenge = answer.headers.get('www-authenticate') ?? '';
    const isTold = challenge.includes(`error="insufficient_scope", scope="${scope}"`);
    if (answer.status !== 403 || !answer.json?.error.includes(scope) || !isTold)
      wrong.push(`${name(one)}: ${answer.status} ${answer.text.slice(0, 80)}`);
  }
  t.deepEqual(wrong, []);
  t.log(`${scoped.length} endpoints`);
});

test('a token that does not hold says so, and that of an app alone says what it lacks', async (t) => {
  const { account, token } = await app().person('leaver');
  const asked = (secret: string) => app().request('GET', '/api/v1/bookmarks', { token: secret });
  const wrong = await asked('nonsense');
  await app().apis.accounts.restrict(account._id, 'suspended');
  await app().settled();
  const suspended = await asked(token);
  for (const answer of [wrong, suspended]) {
    t.is(answer.status, 401);
    t.regex(answer.headers.get('www-authenticate') ?? '', /error="invalid_token"/);
  }
  t.deepEqual(wrong.json, suspended.json, 'nobody learns why');
  const body = { client_name: 'x', redirect_uris: 'urn:ietf:wg:oauth:2.0:oob', scopes: 'read' };
  const { client_id, client_secret } = (await app().request('POST', '/api/v1/apps', { body })).json;
  const grant = { grant_type: 'client_credentials', client_id, client_secret, scope: 'read' };
  const own = (await app().request('POST', '/oauth/token', { body: grant })).json;
  const refused = await asked(own.access_token);
  t.is(refused.status, 401);
  t.regex(refused.json.error, /needs a person/);
  const empty = await app().request('POST', '/oauth/token', { body: {} });
  t.is(empty.status, 400);
  t.deepEqual(empty.json, {
    error: 'invalid_request',
    error_description: 'Missing: grant_type, client_id',
  });
});

test('an address asked with a method that it does not take answers 405, and names those it takes', async (t) => {
  const { token } = await app().person('methodical');
  const refused = await app().request('DELETE', '/api/v1/timelines/home', { token });
  t.is(refused.status, 405);
  t.is(refused.headers.get('allow'), 'GET, HEAD');
  t.regex(refused.json.error, /DELETE is not taken here/);
  t.is((await app().request('GET', '/api/v1/statuses/1/reblog', { token })).status, 405);
  t.is((await app().request('GET', '/api/v1/nothing', { token })).status, 404);
  t.is((await app().request('HEAD', '/api/v1/instance')).status, 200);
  t.is((await app().request('OPTIONS', '/api/v1/statuses/1/reblog')).status, 204);
});

test('what a schema finds wrong and what rules find wrong is told together', async (t) => {
  const { token } = await app().person('clumsy');
  const told = async (method: string, path: string, body: unknown) => {
    const answer = await app().request(method, path, { token, body });
    t.is(answer.status, 422, answer.text);
    return fieldsOf(answer).sort();
  };
  const long = { status: 'x'.repeat(20_000), visibility: 'everyone' };
  t.deepEqual(await told('POST', '/api/v1/statuses', long), ['status', 'visibility']);
  t.deepEqual(await told('POST', '/api/v2/filters', { title: ' ', context: ['kitchen'] }), [
    'context.0',
    'title',
  ]);
  const unfit = { client_name: '', redirect_uris: 'javascript:1', scopes: 'read fly' };
  t.deepEqual(await told('POST', '/api/v1/apps', unfit), [
    'client_name',
    'redirect_uris',
    'scopes',
  ]);
  const push = {
    subscription: { endpoint: 'ftp:x', keys: { p256dh: 'a', auth: 'b' } },
    data: { policy: 'x' },
  };
  t.deepEqual(await told('POST', '/api/v1/push/subscription', push), [
    'data.policy',
    'subscription.endpoint',
    'subscription.keys.auth',
    'subscription.keys.p256dh',
  ]);
  const profile = {
    display_name: 'x'.repeat(100),
    fields_attributes: [{ name: 'n', value: 'v'.repeat(999) }],
    source: { privacy: 'x' },
  };
  t.deepEqual(await told('PATCH', '/api/v1/accounts/update_credentials', profile), [
    'display_name',
    'fields_attributes.0.value',
    'source.privacy',
  ]);
  const picture = { description: 'x'.repeat(2000), focus: '9,9' };
  t.deepEqual(await told('POST', '/api/v2/media', picture), ['description', 'focus']);
  t.deepEqual(await told('POST', '/api/v1/markers', { attic: { last_read_id: '1' } }), ['attic']);
  const none = { status: 'x', media_ids: [UNKNOWN] };
  const answer = await app().request('POST', '/api/v1/statuses', { token, body: none });
  t.regex(answer.json.details.media_ids[0].description, new RegExp(UNKNOWN));
});

test('what only admins may is refused to members before anything is looked at', async (t) => {
  const { token } = await app().person('plain');
  const wrong: string[] = [];
  const admin = (await endpoints()).filter(({ path }) => /\/admin\//.test(path));
  for (const one of admin) {
    const answer = await ask(one, { token, body: {} });
    if (![403, 404].includes(answer.status))
      wrong.push(`${name(one)}: ${answer.status} ${answer.text.slice(0, 80)}`);
  }
  t.deepEqual(wrong, []);
  t.true(admin.length > 20);
});

/** What an ordinary app gets from the person who signs in. */
const PLAIN = ['read', 'write', 'follow', 'push'];

test('an ordinary app of an admin does nothing that only admins and moderators may', async (t) => {
  const { authentication } = app().apis;
  const { account } = await app().person('boss', { role: 'admin' });
  const member = await app().person('worker');
  const { token } = await authentication.createToken(account._id, PLAIN, 'Tusky');
  const wrong: string[] = [];
  const told = /\((admins?|moderators)\)|\/admin\/|\/partners(?!\/names)|\/invitations/;
  const known = (await endpoints()).filter(
    (one) => !/\/groups\//.test(one.path) && told.test(`${one.operation.summary} ${one.path}`),
  );
  for (const one of known) {
    const answer = await ask(one, { token, body: {} });
    if (answer.status !== 403 || !/admin:(read|write)/.test(answer.json?.error))
      wrong.push(`${name(one)}: ${answer.status} ${answer.text.slice(0, 80)}`);
  }
  t.true(known.length > 60, `${known.length}`);
  // And nothing else tells an admin by the account alone.
  const others = (await endpoints()).filter(
    (one) => isGuarded(one) && !known.includes(one) && !LIVE.test(one.path) && one.method === 'GET',
  );
  for (const one of others) {
    const [boss, worker] = await Promise.all([
      ask(one, { token }),
      ask(one, { token: member.token }),
    ]);
    if (boss.status !== worker.status)
      wrong.push(`${name(one)}: ${boss.status} for an admin, ${worker.status} for a member`);
  }
  t.deepEqual(wrong, []);
  t.log(`${known.length} endpoints of the staff, ${others.length} others`);
});

test('an ordinary app of a moderator deletes no post of somebody else', async (t) => {
  const { authentication } = app().apis;
  const [ann, mod] = [
    await app().person('poster'),
    await app().person('keeper', { role: 'moderator' }),
  ];
  const { token } = await authentication.createToken(mod.account._id, PLAIN, 'Tusky');
  const body = { status: 'for all of us' };
  const { json } = await app().request('POST', '/api/v1/statuses', { token: ann.token, body });
  const path = `/api/v1/statuses/${json.id}`;
  t.is((await app().request('DELETE', path, { token })).status, 403);
  t.is((await app().request('DELETE', path, { token: mod.token })).status, 200);
});

/** Something of the wrong kind for everything that a schema asks for, and what was given. */
function garbageFor(schema: AnyJson): Record<string, unknown> {
  const entries = Object.entries((schema?.properties ?? {}) as AnyJson).map(([field, of]) => [
    field,
    garbageOf(of),
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
function garbageOf(schema: AnyJson): unknown {
  const kinds = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  const types = kinds.flatMap((one: AnyJson) => one.type ?? []);
  if (types.length === 0) return undefined;
  if (kinds.some((one: AnyJson) => one.enum || one.const)) return 'no such word';
  if (types.includes('string') && !types.includes('object')) return { no: ['text'] };
  if (types.includes('boolean') || types.includes('integer') || types.includes('number'))
    return 'neither';
  return 7;
}

test('a body of the wrong kinds answers 422 and names its fields, and never breaks', async (t) => {
  const { token } = await app().person('careless', { role: 'admin' });
  const wrong: string[] = [];
  let [refused, taken] = [0, 0];
  const withBody = (await endpoints()).filter(
    ({ operation, path }) => operation.requestBody && !LIVE.test(path),
  );
  for (const one of withBody) {
    const schema = one.operation.requestBody.content['application/json']?.schema;
    const garbage = garbageFor(schema);
    const answer = await ask(one, { token, body: garbage });
    const required: string[] = schema?.required ?? [];
    // OAuth has its own words for what is wrong (RFC 6749, 5.2: 400).
    const isBad = answer.status === 400 && !one.path.startsWith('/oauth/');
    if (answer.status >= 500 || isBad)
      wrong.push(`${name(one)}: ${answer.status} ${answer.text.slice(0, 120)}`);
    else if (answer.status === 422) {
      refused += 1;
      const fields = fieldsOf(answer);
      if (fields.length === 0 || fields.some((field) => field === ''))
        wrong.push(`${name(one)}: no field in ${answer.text.slice(0, 120)}`);
    } else {
      taken += 1;
      if (required.length > 0 && answer.status < 300)
        wrong.push(`${name(one)}: took ${JSON.stringify(garbage).slice(0, 80)}`);
    }
  }
  t.deepEqual(wrong, []);
  t.log(`${refused} refused with fields, ${taken} had nothing to refuse`);
  t.true(refused > 60, `${refused}`);
});

test('what must be there and is not is named, all of it at once', async (t) => {
  const { token } = await app().person('forgetful', { role: 'admin' });
  const wrong: string[] = [];
  let asked = 0;
  for (const one of await endpoints()) {
    const schema = one.operation.requestBody?.content['application/json']?.schema;
    const required: string[] = (schema?.required ?? []).filter(
      (field: string) => schema.properties?.[field]?.default === undefined,
    );
    if (required.length === 0 || LIVE.test(one.path)) continue;
    asked += 1;
    const answer = await ask(one, { token, body: {} });
    const fields = new Set(fieldsOf(answer).map((field) => field.split('.')[0]));
    const missing = required.filter((field) => !fields.has(field));
    if (answer.status !== 422 || missing.length > 0)
      wrong.push(
        `${name(one)}: ${answer.status}, does not name ${missing}: ${answer.text.slice(0, 100)}`,
      );
  }
  t.deepEqual(wrong, []);
  t.log(`${asked} endpoints`);
});

test('an id that nobody knows answers 404 in the same words everywhere', async (t) => {
  const { token } = await app().person('seeker', { role: 'admin' });
  const wrong: string[] = [];
  let [found, asked] = [0, 0];
  for (const one of await endpoints()) {
    if (!/\{(id|account_id|list_id)\}/.test(one.path) || LIVE.test(one.path)) continue;
    asked += 1;
    const answer = await ask(one, { token, body: {} });
    if (answer.status === 404) found += 1;
    else if (answer.status !== 422 && !isIdempotentUndo(one))
      wrong.push(`${name(one)}: ${answer.status} ${answer.text.slice(0, 80)}`);
  }
  t.deepEqual(wrong, []);
  t.log(`${found} of ${asked} say 404; the others want a body or are undone already`);
  t.true(found > 90, `${found}`);
});

/** Taking back what is not there is no failure. */
const isIdempotentUndo = ({ method, path }: Endpoint) =>
  method === 'DELETE' || /dismiss|suggestions/.test(path);

test('nonsense in queries and paths is refused or passed over, and never breaks', async (t) => {
  const { token } = await app().person('wild', { role: 'admin' });
  const wrong: string[] = [];
  for (const one of await endpoints()) {
    if (one.method !== 'GET' || LIVE.test(one.path)) continue;
    for (const [path, query] of [
      [
        filled(one.path),
        'limit=many&max_id[]=1&max_id[]=2&id[a]=b&types[]=%00&q[]=a&timeline[x]=y',
      ],
      [filled(one.path, '%E0%A4%A'), ''],
      [filled(one.path, '..%2F..%2Fetc'), 'limit=-1&max_id=%F0%9F%98%80'],
    ] as const) {
      const answer = await app().request('GET', `${path}?${query}`, { token });
      if (answer.status >= 500) wrong.push(`GET ${path}?${query}: ${answer.status}`);
    }
  }
  t.deepEqual(wrong, []);
});
