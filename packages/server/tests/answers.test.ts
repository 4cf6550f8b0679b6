/** Every road of Mastodon's that reads is asked in a house where something has happened, and its answer held against Mastodon's description. */
import test from 'ava';
import sharp from 'sharp';
import { answerOf } from '../src/features/api-docs/answers.ts';
import { mastodonShapeOf } from '../src/features/api-docs/mastodon-answers.ts';
import { APP_CALLS } from './support/app-calls.ts';
import { type AnyJson, withApp } from './support/boot.ts';
import { answerProblems, mastodonPaths } from './support/mastodon-schema.ts';
import { membersOf, type Person } from './support/members.ts';

const app = withApp(test);
const { ok, get, say, settled, people, handle } = membersOf(app);

/** Which parameter stands for what, by where it is. */
type Ids = Record<string, string>;
function fill(path: string, ids: Ids): string {
  return path.replace(/:(\w+)/g, (_, name: string) => {
    if (name === 'tag' || name === 'name') return 'works';
    const area = /^\/api\/v\d\/(timelines\/list|[a-z_]+)(?:\/(keywords|statuses|requests))?/.exec(
      path,
    );
    return ids[`${area?.[1]}/${area?.[2]}`] ?? ids[area?.[1] ?? ''] ?? ids.accounts ?? '';
  });
}

async function picture(by: Person): Promise<string> {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#123' } });
  const body = new FormData();
  const bytes = new Uint8Array(await image.png().toBuffer());
  body.set('file', new Blob([bytes], { type: 'image/png' }), 'a.png');
  return (await app().request('POST', '/api/v1/media', { token: by.token, body })).json.id;
}

/** Something of everything, and its ids. */
async function busyHouse(ann: Person, bob: Person): Promise<Ids> {
  const post = (path: string, body?: object, by = ann): Promise<AnyJson> =>
    ok(by, 'POST', path, body);
  await ok(ann, 'PATCH', '/api/v2/notifications/policy', { for_not_following: 'filter' });
  await say(bob, `${handle(ann)} out of the blue`);
  await settled();
  const [request] = await get(ann, '/api/v1/notifications/requests');
  for (const [by, to] of [
    [ann, bob],
    [bob, ann],
  ] as const)
    await post(`/api/v1/accounts/${to.account._id}/follow`, {}, by);
  await settled();
  const media = await picture(bob);
  const status = await say(bob, `${handle(ann)} #works`, { media_ids: [media], language: 'en' });
  const poll = await say(bob, 'which?', { poll: { options: ['a', 'b'], expires_in: 3600 } });
  await say(ann, 'an answer', { in_reply_to_id: status.id });
  await say(bob, `${handle(ann)} between us`, { visibility: 'direct' });
  for (const verb of ['favourite', 'reblog', 'bookmark'])
    await post(`/api/v1/statuses/${status.id}/${verb}`);
  await ok(bob, 'PUT', `/api/v1/statuses/${status.id}`, {
    status: 'edited #works',
    media_ids: [media],
  });
  const list = await post('/api/v1/lists', { title: 'list' });
  await post(`/api/v1/lists/${list.id}/accounts`, { account_ids: [bob.account._id] });
  const filter = await post('/api/v2/filters', {
    title: 'f',
    context: ['home'],
    keywords_attributes: [{ keyword: 'edited' }],
  });
  const filtered = await post(`/api/v2/filters/${filter.id}/statuses`, { status_id: status.id });
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const scheduled = await say(ann, 'later', { scheduled_at: later });
  for (const path of ['/api/v1/tags/works/follow', '/api/v1/tags/works/feature']) await post(path);
  await post('/api/v1/markers', { home: { last_read_id: status.id } });
  await post('/api/mitoyen/v1/admin/announcements', { text: 'hello' });
  await post(`/api/v1/accounts/${bob.account._id}/pin`);
  const cal = (await people('cal'))[0] as Person;
  for (const verb of ['mute', 'block']) await post(`/api/v1/accounts/${cal.account._id}/${verb}`);
  await post('/api/v1/domain_blocks', { domain: 'hidden.example' });
  await settled();
  const [notification] = await get(ann, '/api/v1/notifications');
  return {
    accounts: bob.account._id,
    statuses: status.id,
    polls: poll.id,
    lists: list.id,
    'timelines/list': list.id,
    filters: filter.keywords[0].id,
    'filters/keywords': filter.keywords[0].id,
    'filters/statuses': filtered.id,
    v2filters: filter.id,
    scheduled_statuses: scheduled.id,
    notifications: notification.id,
    'notifications/requests': request.id,
    media: await picture(ann),
    featured_tags: '',
  };
}

let made: Promise<{ ann: Person; ids: Ids }> | undefined;
/** Made once for all tests of this file. */
const house = () => {
  made ??= (async () => {
    const ann = await app().person('ann', { role: 'admin' });
    const bob = await app().person('bob');
    return { ann, ids: await busyHouse(ann, bob) };
  })();
  return made;
};

const described = mastodonPaths() ?? [];
const whenDescribed = described.length > 0 ? test : test.skip;
whenDescribed('every answer has the shape that Mastodon’s apps expect', async (t) => {
  const { ann, ids } = await house();
  const roads = app()
    .app.endpoints.map(({ spec }) => spec)
    .filter(({ method, path }) => method === 'get' && /^\/api\/v\d\//.test(path))
    .filter(({ path }) => !/\/streaming\b/.test(path));
  const problems: string[] = [];
  let [checked, whole, shaped] = [0, 0, 0];
  for (const { path } of roads) {
    const v2 = /^\/api\/v2\/filters\/:id/.test(path);
    const group = /^\/api\/v2\/notifications\/:key/.test(path);
    const place = v2
      ? path.replace(':id', ids.v2filters ?? '')
      : group
        ? path.replace(':key', `ungrouped-${ids.notifications}`)
        : fill(path, ids);
    const query = /search$/.test(path) ? '?q=bob' : /lookup$/.test(path) ? '?acct=ann' : '';
    const listed = /relationships|familiar/.test(path) ? `?id[]=${ids.accounts}` : '';
    const answer = await app().request('GET', `${place}${query}${listed}`, { token: ann.token });
    checked += 1;
    if (answer.status === 200) whole += 1;
    else t.log(`${place} answers ${answer.status}`);
    t.true(answer.status < 500, `${place} answers ${answer.status}`);
    problems.push(...answerProblems('GET', place, answer));
    const shape = answer.status === 200 ? mastodonShapeOf('get', path) : null;
    if (shape) shaped += 1;
    const parsed = shape?.safeParse(answer.json);
    if (parsed?.success === false)
      problems.push(`${place} is not as we describe it: ${JSON.stringify(parsed.error.issues)}`);
  }
  t.deepEqual(await get(ann, '/api/v1/trends/statuses'), [], 'trends are off');
  t.deepEqual(problems, []);
  t.log(`${whole} of ${checked} roads answered with content`);
  t.true(whole > 70);
  t.true(shaped > 40, `${shaped} held against what we describe ourselves`);
});

test('every answer of our own endpoints is as it is described', async (t) => {
  const { ann, ids } = await house();
  const own = '/api/mitoyen/v1';
  const problems: string[] = [];
  const seen = new Set<string>();
  /** Asks, and holds the answer against what the description says of its endpoint. */
  async function ask(method: string, template: string, place: string, body?: object) {
    const answer = await ok(ann, method.toUpperCase(), `${own}${place}`, body);
    const shape = answerOf(method, `${own}${template}`);
    if (!shape) problems.push(`${method} ${template} is not described`);
    const parsed = shape?.safeParse(answer);
    seen.add(`${method} ${template}`);
    if (parsed?.success === false)
      problems.push(`${method} ${place}: ${JSON.stringify(parsed.error.issues).slice(0, 300)}`);
    return answer;
  }
  const { id: group } = await ask('post', '/groups', '/groups', { name: 'shapes', access: 'open' });
  const { id: inside } = await say(ann, 'in here', { visibility: 'group', group_id: group });
  const { id: talk } = await ask('post', '/conversations', '/conversations', {
    accounts: [ids.accounts],
  });
  const { id: search } = await ask('post', '/saved_searches', '/saved_searches', {
    title: 'a',
    query: 'b',
  });
  await ask('patch', '/saved_searches/:id', `/saved_searches/${search}`, { title: 'c' });
  await ask('patch', '/groups/:id', `/groups/${group}`, { description: 'for **all**' });
  await ask('post', '/presence', '/presence', {});
  await ask('patch', '/profile', '/profile', { department: 'Works', skills: ['typescript'] });
  const { id: must } = await say(ann, 'to be read', { must_read: true });
  for (const method of ['put', 'delete'])
    await ask(
      method,
      '/statuses/:id/reactions/:emoji',
      `/statuses/${ids.statuses}/reactions/${encodeURIComponent('👍')}`,
    );
  const roads: [string, string][] = [
    ['/directory', '/directory'],
    ['/sessions', '/sessions'],
    ['/groups', '/groups'],
    ['/groups/lookup', '/groups/lookup?handle=shapes'],
    ...['', '/posts', '/members', '/requests'].map((part): [string, string] => [
      `/groups/:id${part}`,
      `/groups/${group}${part}`,
    ]),
    ['/group_invitations', '/group_invitations'],
    ...['', '/messages', '/state'].map((part): [string, string] => [
      `/conversations/:id${part}`,
      `/conversations/${talk}${part}`,
    ]),
    ['/must_read', '/must_read'],
    ['/statuses/:id/acknowledgements', `/statuses/${must}/acknowledgements`],
    ['/statuses/:id/acknowledgements/waiting', `/statuses/${must}/acknowledgements/waiting`],
    ['/statuses/:id/reactions', `/statuses/${ids.statuses}/reactions`],
    ['/search', '/search?q=edited'],
    ['/saved_searches', '/saved_searches'],
    ['/presence', `/presence?id[]=${ids.accounts}&id[]=${ann.account._id}`],
    ['/accounts/:id/profile', `/accounts/${ann.account._id}/profile`],
    ['/org_chart', '/org_chart'],
    ['/org_chart/:id', `/org_chart/${ids.accounts}`],
    ['/people', '/people?skill=typescript'],
    ['/skills', '/skills?q=t'],
    ['/mail-preferences', '/mail-preferences'],
    ['/exports', '/exports'],
    ['/admin/overview', '/admin/overview'],
  ];
  for (const [template, place] of roads) await ask('get', template, place);
  // What changes something, and what is for admins.
  const on = (method: string, template: string, more?: object) =>
    ask(method, template, template.replace(':id', group).replace(':status', inside), more);
  await on('post', '/groups/:id/pins/:status');
  await on('delete', '/groups/:id/pins/:status');
  await on('get', '/groups/:id/files');
  await on('post', '/groups/:id/invitations', { accounts: ['bob'] });
  await on('post', '/statuses/seen', { ids: [inside] });
  await ask('get', '/statuses/:id/seen_by', `/statuses/${inside}/seen_by`);
  await ask('post', '/conversations/:id/typing', `/conversations/${talk}/typing`, {});
  const { id: event } = await say(ann, 'come', {
    event: { title: 'Shapes', starts_at: new Date(Date.now() + 3_600_000).toISOString() },
  });
  await ask('post', '/events/:id/answer', `/events/${event}/answer`, { answer: 'maybe' });
  await ask('get', '/events/:id/people', `/events/${event}/people?answer=maybe`);
  await ask('get', '/events', '/events');
  await ask('post', '/events/:id/cancel', `/events/${event}/cancel`, {});
  await ask('get', '/statuses/:id/whole', `/statuses/${event}/whole`);
  for (const path of ['/partners', '/partners/names', '/partners/history', '/media/usage'])
    await ask('get', path, path);
  for (const path of [
    'custom_emojis',
    'block_lists',
    'deliveries',
    'deliveries/hosts',
    'deliveries/inbound',
    'announcements',
  ])
    await ask('get', `/admin/${path}`, `/admin/${path}`);
  for (const path of ['/admin/deliveries/retry', '/admin/deliveries/inbound/retry'])
    await ask('post', path, path, {});
  await ask('post', '/admin/announcements', '/admin/announcements', { text: 'hello' });
  await ask('post', '/invitations', '/invitations', { note: 'x' });
  await ask('get', '/invitations', '/invitations');
  await ask('patch', '/preferences', '/preferences', {});
  const { id: block } = await ask('post', '/admin/domain_blocks', '/admin/domain_blocks', {
    domain: 'shapes.example',
  });
  await ask('get', '/admin/domain_blocks', '/admin/domain_blocks');
  await ask('get', '/admin/domain_blocks/:id', `/admin/domain_blocks/${block}`);
  await ok(ann, 'POST', '/api/v1/reports', { account_id: ids.accounts, comment: 'only a test' });
  const [report] = await ask('get', '/admin/reports', '/admin/reports');
  await ask('post', '/admin/reports/:id/resolve', `/admin/reports/${report.id}/resolve`, {});
  await ask('post', '/admin/reports/:id/reopen', `/admin/reports/${report.id}/reopen`, {});
  for (const verb of ['suspend', 'unsuspend'])
    await ask('post', `/admin/people/:id/${verb}`, `/admin/people/${ids.accounts}/${verb}`, {});
  await ask('put', '/admin/people/:id/role', `/admin/people/${ids.accounts}/role`, {
    role: 'member',
  });
  t.deepEqual(problems, []);
  t.log(`${seen.size} endpoints`);
});

for (const [name, moments] of Object.entries(APP_CALLS)) {
  test(`${name} gets what it asks at start, and for a profile, a thread, notifications and a post`, async (t) => {
    const { ann, ids } = await house();
    const places: Ids = {
      account: ids.accounts ?? '',
      status: ids.statuses ?? '',
      list: ids.lists ?? '',
      poll: ids.polls ?? '',
    };
    const problems: string[] = [];
    for (const [moment, paths] of Object.entries(moments)) {
      for (const path of paths) {
        const place = path.replace(/\{(\w+)\}/g, (_, of: string) => places[of] ?? '');
        const answer = await app().request('GET', place, { token: ann.token });
        // Without a subscription that is what Mastodon answers too.
        const isAbsent = /push\/subscription/.test(path) && answer.status === 404;
        if (answer.status !== 200 && !isAbsent)
          problems.push(`${moment}: ${place} ${answer.status} ${answer.text.slice(0, 100)}`);
        problems.push(...answerProblems('GET', place, answer));
      }
    }
    t.deepEqual(problems, []);
  });
}

test('what Tusky writes is taken as it sends it: as forms, also with a DELETE', async (t) => {
  const { ids } = await house();
  const [tess, una] = (await people('tess', 'una')) as [Person, Person];
  async function form(method: string, path: string, fields: [string, string][]) {
    const body = new URLSearchParams(fields);
    const answer = await app().request(method, path, { token: tess.token, body });
    t.is(answer.status, 200, `${method} ${path}: ${answer.text}`);
    t.deepEqual(answerProblems(method, path, answer), []);
    return answer.json;
  }
  // Without words at first, for ever; the words come one by one.
  const filter = await form('POST', '/api/v2/filters', [
    ['title', 'quiet'],
    ['context[]', 'home'],
    ['context[]', 'thread'],
    ['filter_action', 'hide'],
    ['expires_in', ''],
  ]);
  t.deepEqual([filter.context, filter.expires_at], [['home', 'thread'], null]);
  const word = await form('POST', `/api/v2/filters/${filter.id}/keywords`, [
    ['keyword', 'noise'],
    ['whole_word', 'true'],
  ]);
  const changed = await form('PUT', `/api/v2/filters/keywords/${word.id}`, [
    ['keyword', 'noises'],
    ['whole_word', 'false'],
  ]);
  t.false(changed.whole_word);
  const soon = await form('PUT', `/api/v2/filters/${filter.id}`, [['expires_in', '3600']]);
  t.is(soon.title, 'quiet');
  t.truthy(soon.expires_at);
  const old = await form('POST', '/api/v1/filters', [
    ['phrase', 'old'],
    ['context[]', 'home'],
    ['irreversible', 'false'],
    ['whole_word', 'false'],
    ['expires_in', ''],
  ]);
  t.is(old.expires_at, null);

  const list = await form('POST', '/api/v1/lists', [
    ['title', 'mine'],
    ['exclusive', 'false'],
    ['replies_policy', 'list'],
  ]);
  const who: [string, string][] = [['account_ids[]', una.account._id]];
  const inList = async () => (await get(tess, `/api/v1/lists/${list.id}/accounts?limit=0`)).length;
  await form('POST', `/api/v1/lists/${list.id}/accounts`, who);
  t.is(await inList(), 1);
  await form('DELETE', `/api/v1/lists/${list.id}/accounts`, who);
  t.is(await inList(), 0);
  await form('POST', '/api/v1/domain_blocks', [['domain', 'far.example']]);
  await form('DELETE', '/api/v1/domain_blocks', [['domain', 'far.example']]);
  t.deepEqual(await get(tess, '/api/v1/domain_blocks'), []);

  const policy = await form('PATCH', '/api/v2/notifications/policy', [
    ['for_not_following', 'drop'],
    ['for_limited_accounts', 'accept'],
  ]);
  t.is(policy.for_not_following, 'drop');
  const voted = await form('POST', `/api/v1/polls/${ids.polls}/votes`, [['choices[]', '1']]);
  t.deepEqual(voted.own_votes, [1]);
  const muted = await form('POST', `/api/v1/accounts/${una.account._id}/mute`, [
    ['notifications', 'false'],
    ['duration', '300'],
  ]);
  t.true(muted.muting);
  t.false(muted.muting_notifications);
  const source = await form('PATCH', '/api/v1/accounts/update_credentials', [
    ['source[privacy]', 'unlisted'],
    ['source[sensitive]', 'true'],
    ['source[language]', 'fr'],
  ]);
  t.deepEqual([source.source.privacy, source.source.language], ['unlisted', 'fr']);
  const post = await app().request('POST', '/api/v1/statuses', {
    token: tess.token,
    headers: { 'Idempotency-Key': 'tusky-1' },
    // Every field of its own, those without a value too.
    body: {
      status: 'from the phone',
      spoiler_text: '',
      in_reply_to_id: null,
      visibility: 'unlisted',
      sensitive: false,
      media_ids: [],
      media_attributes: [],
      scheduled_at: null,
      poll: null,
      language: 'fr',
      quoted_status_id: null,
    },
  });
  t.is(post.status, 200, post.text);
});
