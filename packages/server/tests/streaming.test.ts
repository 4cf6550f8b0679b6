/** What open apps hear while it happens, over real sockets. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';
import { type Listener, listen, listenToEvents, type Socket } from './support/streams.ts';

const { app, people, call, say } = withMembers(test, { limits: { streams_per_person: 4 } });

async function hear(person: Person, query: string): Promise<Socket> {
  return listen(app().baseUrl, { query: `?access_token=${person.token}&${query}` });
}
/** Everything before has been told when this is: it comes by the same road. */
async function heardSoFar(listener: Listener, person: Person): Promise<string[]> {
  await app().settled();
  const mark = `mark-${Math.random()}`;
  app().apis.streaming.publish({
    event: 'announcement.delete',
    payload: mark,
    to: { accounts: [person.account._id] },
  });
  await listener.next((one) => one.payload === mark);
  return listener.heard.map((one) => one.event);
}

test.serial(
  'a post reaches the feeds of those who read it, its edit and its end too',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const ears = await hear(bob, 'stream=user');
    const { id } = await say(ann, 'hello **all**', { visibility: 'company' });
    const told = await ears.event('update');
    t.deepEqual(told.stream, ['user']);
    t.is(told.payload.id, id);
    t.false(told.payload.favourited);
    t.deepEqual(told.payload, (await call(bob, 'GET', `/api/v1/statuses/${id}`)).json);
    await call(bob, 'POST', `/api/v1/statuses/${id}/favourite`);
    await call(ann, 'PUT', `/api/v1/statuses/${id}`, { status: 'hello again' });
    const edited = await ears.event('status.update');
    t.regex(edited.payload.content, /again/);
    t.true(edited.payload.favourited, 'as this reader sees it');
    await call(ann, 'DELETE', `/api/v1/statuses/${id}`);
    t.is((await ears.event('delete')).payload, id);
    ears.close();
  },
);

test.serial(
  'of somebody followed in some languages only, shares in others are not told',
  async (t) => {
    const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
    await call(bob, 'POST', `/api/v1/accounts/${ann.account._id}/follow`, { languages: ['fr'] });
    await app().settled();
    const posts = await Promise.all(
      ['en', 'fr'].map((language) =>
        say(cal, `in ${language}`, { language, visibility: 'unlisted' }),
      ),
    );
    const ears = await hear(bob, 'stream=user');
    for (const { id } of posts) await call(ann, 'POST', `/api/v1/statuses/${id}/reblog`);
    await heardSoFar(ears, bob);
    const shared = ears.heard.flatMap((one) => one.payload?.reblog?.language ?? []);
    t.deepEqual(shared, ['fr']);
    ears.close();
  },
);

test.serial(
  'an edit shows each reader their own reaction, confirmation, bookmark and share',
  async (t) => {
    const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
    const root = await app().person('boss', { role: 'admin' });
    const ears = await Promise.all([ann, bob, cal, root].map((one) => hear(one, 'stream=user')));
    const { id } = await say(root, 'read this', { visibility: 'company', must_read: true });
    for (const one of ears) await one.event('update');
    await call(ann, 'POST', `/api/mitoyen/v1/statuses/${id}/acknowledge`);
    await call(bob, 'POST', `/api/v1/statuses/${id}/bookmark`);
    await call(bob, 'POST', `/api/v1/statuses/${id}/mute`);
    await app().settled();
    await call(root, 'PUT', `/api/v1/statuses/${id}`, { status: 'read this again' });
    for (const [index, one] of [ann, bob, cal, root].entries()) {
      const edited = await ears[index]?.event('status.update');
      t.deepEqual(edited?.payload, (await call(one, 'GET', `/api/v1/statuses/${id}`)).json);
    }
    for (const one of ears) one.close();
  },
);

test.serial('the author hears it as the author', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const ears = await hear(ann, 'stream=user');
  const { id } = await say(ann, 'mine');
  const told = await ears.event('update');
  t.deepEqual(told.payload, (await call(ann, 'GET', `/api/v1/statuses/${id}`)).json);
  ears.close();
});

test.serial(
  'followers hear what is for followers; who blocked, muted or does not follow hears nothing',
  async (t) => {
    const [ann, bob, cal, dan] = (await people('ann', 'bob', 'cal', 'dan')) as [
      Person,
      Person,
      Person,
      Person,
    ];
    for (const one of [bob, dan])
      await call(one, 'POST', `/api/v1/accounts/${ann.account._id}/follow`);
    const ears = await Promise.all([bob, cal, dan].map((one) => hear(one, 'stream=user')));
    const [bobs, cals, dans] = ears as [Socket, Socket, Socket];
    await say(ann, 'for followers', { visibility: 'private' });
    t.is((await bobs.event('update')).payload.visibility, 'private');
    await dans.event('update');
    await call(dan, 'POST', `/api/v1/accounts/${ann.account._id}/mute`);
    await call(bob, 'POST', `/api/v1/accounts/${ann.account._id}/unfollow`);
    await app().settled();
    await say(ann, 'and more', { visibility: 'private' });
    await say(ann, 'to all', { visibility: 'company' });
    t.false((await heardSoFar(dans, dan)).includes('update'));
    t.deepEqual(
      (await heardSoFar(cals, cal)).filter((one) => one === 'update'),
      ['update'],
    );
    t.regex((await bobs.event('update')).payload.content, /to all/);
    t.false((await heardSoFar(bobs, bob)).includes('update'));
    for (const one of ears) one.close();
  },
);

test.serial(
  'one connection takes and leaves any number of streams, and tells what is wrong',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const ears = await hear(bob, '');
    for (const stream of ['public', 'public:local', 'public:remote'])
      ears.say({ type: 'subscribe', stream });
    ears.say({ type: 'subscribe', stream: 'hashtag', tag: 'Welcome' });
    ears.say('');
    ears.say('nonsense');
    ears.say({ type: 'subscribe', stream: 'gossip' });
    ears.say({ type: 'subscribe', stream: 'list', list: ann.account._id });
    ears.say({ type: 'subscribe', stream: 'hashtag' });
    ears.say({ type: 'subscribe', stream: 'user:notification' });
    await say(ann, `@${bob.account.username} asks for a #welcome`, { visibility: 'public' });
    await ears.event('notification');
    const updates = [];
    for (let index = 0; index < 3; index += 1) updates.push((await ears.event('update')).stream);
    t.deepEqual(updates.map((one) => one?.join()).toSorted(), [
      'hashtag,welcome',
      'public',
      'public:local',
    ]);
    t.deepEqual(
      ears.errors.map((one) => one.status),
      [400, 422, 404, 422],
    );
    t.truthy(ears.errors[3].details.tag);
    for (const stream of ['public', 'public:local']) ears.say({ type: 'unsubscribe', stream });
    ears.say({ type: 'unsubscribe', stream: 'hashtag', tag: 'welcome' });
    ears.say({ type: 'subscribe', stream: 'user' });
    await say(ann, 'in public', { visibility: 'public' });
    await say(ann, 'for all', { visibility: 'company' });
    t.deepEqual((await ears.event('update')).stream, ['user']);
    ears.close();
  },
);

test.serial('notifications, messages and conversations come to whom they are for', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  const bobs = await hear(bob, 'stream=user:notification');
  bobs.say({ type: 'subscribe', stream: 'direct' });
  const cals = await hear(cal, 'stream=user');
  cals.say({ type: 'subscribe', stream: 'direct' });
  const { id } = await say(ann, `@${bob.account.username} between us`, { visibility: 'direct' });
  const conversation = await bobs.event('conversation');
  t.is(conversation.payload.last_status.id, id);
  t.true(conversation.payload.unread);
  const told = await bobs.event('notification');
  t.is(told.payload.type, 'mention');
  t.is(told.payload.status.id, id);
  t.deepEqual(await heardSoFar(cals, cal), []);
  bobs.close();
  cals.close();
});

test.serial(
  'a closed group is heard by its members, and no more by who leaves or is put out',
  async (t) => {
    const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
    const group = (
      await call(ann, 'POST', '/api/mitoyen/v1/groups', {
        name: 'inner',
        access: 'closed',
      })
    ).json.id;
    for (const one of [bob, cal]) {
      await call(one, 'POST', `/api/mitoyen/v1/groups/${group}/join`);
      await call(
        ann,
        'POST',
        `/api/mitoyen/v1/groups/${group}/requests/${one.account._id}/approve`,
      );
    }
    const ears = await hear(bob, `stream=group&group=${group}`);
    ears.say({ type: 'subscribe', stream: 'list', list: group });
    ears.say({ type: 'subscribe', stream: 'user' });
    await say(ann, 'inside', { visibility: 'group', group_id: group });
    const streams = [];
    for (let index = 0; index < 3; index += 1)
      streams.push((await ears.event('update')).stream?.[0]);
    t.deepEqual(streams.toSorted(), ['group', 'list', 'user']);
    await app().apis.groups.leave(bob.account, group);
    await say(ann, 'without bob', { visibility: 'group', group_id: group });
    t.false((await heardSoFar(ears, bob)).includes('update'));
    ears.close();
  },
);

test.serial('filters hide or mark what is heard, from the moment they change', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const ears = await hear(bob, 'stream=user');
  const filter = (filter_action: string, keyword: string) =>
    call(bob, 'POST', '/api/v2/filters', {
      title: keyword,
      context: ['home'],
      filter_action,
      keywords_attributes: [{ keyword }],
    });
  await filter('hide', 'spoiler');
  await ears.event('filters_changed');
  await filter('warn', 'football');
  await ears.event('filters_changed');
  await say(ann, 'a spoiler', { visibility: 'company' });
  await say(ann, 'about football', { visibility: 'company' });
  const told = await ears.event('update');
  t.regex(told.payload.content, /football/);
  t.is(told.payload.filtered[0].filter.title, 'football');
  t.false((await heardSoFar(ears, bob)).includes('update'));
  ears.close();
});

test.serial(
  'server-sent events carry the same, with comments that no reader takes for an event',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const ears = await listenToEvents(app().baseUrl, 'user', bob.token);
    t.is(ears.response.headers['content-type'], 'text/event-stream');
    const { id } = await say(ann, 'line one\n\nline two', { visibility: 'company' });
    t.is((await ears.event('update')).payload.id, id);
    t.deepEqual(ears.lines.slice(0, 2), [':)', 'event: update']);
    const tag = await listenToEvents(app().baseUrl, 'hashtag?tag=live', bob.token);
    await say(ann, 'now #live', { visibility: 'public' });
    await tag.event('update');
    for (const [path, status] of [
      ['user', 401],
      ['hashtag', 401],
      ['health', 200],
    ] as const)
      t.is((await app().request('GET', `/api/v1/streaming/${path}`)).status, status);
    t.is((await call(bob, 'GET', '/api/v1/streaming/hashtag')).status, 422);
    t.is((await call(bob, 'GET', '/api/v1/streaming/list?list=nobody')).status, 404);
    ears.close();
    tag.close();
  },
);

test.serial('a token comes by query, header or protocol, and its scopes count', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const { baseUrl, apis } = app();
  const byHeader = await listen(baseUrl, { headers: { authorization: `Bearer ${ann.token}` } });
  const byProtocol = await listen(baseUrl, { protocol: ann.token });
  t.is(byProtocol.socket.protocol, ann.token, 'echoed, as browsers want it');
  await t.throwsAsync(listen(baseUrl), { message: /401/ });
  await t.throwsAsync(listen(baseUrl, { query: '?access_token=wrong' }), { message: /401/ });
  const { token } = await apis.authentication.createToken(
    ann.account._id,
    ['read:notifications'],
    'narrow',
  );
  await t.throwsAsync(listen(baseUrl, { query: `?stream=user&access_token=${token}` }), {
    message: /403/,
  });
  (await listen(baseUrl, { query: `?stream=user:notification&access_token=${token}` })).close();
  byHeader.close();
  byProtocol.close();
});

test.serial(
  'a revoked token, an ended session and a suspension end what listens, at once',
  async (t) => {
    const [ann, admin] = [
      ...(await people('ann')),
      await app().person('root', { role: 'admin' }),
    ] as [Person, Person];
    const [socket, events] = [
      await hear(ann, 'stream=user'),
      await listenToEvents(app().baseUrl, 'user', ann.token),
    ];
    const other = await app().apis.authentication.createToken(ann.account._id, ['read'], 'other');
    const survivor = await listen(app().baseUrl, { query: `?access_token=${other.token}` });
    const sessions = (await call(ann, 'GET', '/api/mitoyen/v1/sessions')).json;
    const current = sessions.find((one: AnyJson) => one.current);
    await call(ann, 'DELETE', `/api/mitoyen/v1/sessions/${current.id}`);
    t.is((await socket.ended).code, 1008);
    await events.ended;
    t.is(survivor.socket.readyState, survivor.socket.OPEN);
    await call(admin, 'POST', `/api/mitoyen/v1/admin/people/${ann.account._id}/suspend`);
    t.is((await survivor.ended).code, 1008);
  },
);

test.serial(
  'the web client listens with its session, from our own pages, until it signs out',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const { baseUrl } = app();
    const signedIn = await app().request('POST', '/auth/sign_in', {
      body: new URLSearchParams({
        username: bob.account.username,
        password: `${bob.account.username}-pass-word-1`,
      }),
    });
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const ours = { cookie, 'x-mitoyen-client': 'web' };
    const ears = await listenToEvents(baseUrl, 'user?mitoyen=true', ours);
    await say(ann, `@${bob.account.username} hello`, { visibility: 'direct' });
    await ears.event('notification');
    await ears.event('conversation');
    for (const headers of [{ cookie }, { ...ours, origin: 'https://evil.example' }]) {
      const { status } = await app().request('GET', '/api/v1/streaming/user', { headers });
      t.true([401, 403].includes(status));
    }
    await t.throwsAsync(listen(baseUrl, { headers: { cookie } }), { message: /401/ });
    await app().request('POST', '/auth/sign_out', {
      headers: { cookie },
      body: new URLSearchParams(),
    });
    t.is((await ears.ended).code, 1000);
  },
);

test.serial('one person holds so many connections and no more', async (t) => {
  const [ann] = (await people('ann')) as [Person];
  const held = await Promise.all(Array.from({ length: 4 }, () => hear(ann, 'stream=user')));
  await t.throwsAsync(hear(ann, 'stream=user'), { message: /429/ });
  t.is((await call(ann, 'GET', '/api/v1/streaming/user')).status, 429);
  for (const one of held) one.close();
});

test.serial(
  'small events reach only whom they are for, and our own only apps that know them',
  async (t) => {
    const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
    const plain = await hear(ann, 'stream=user');
    const own = await hear(ann, 'stream=user&mitoyen=1');
    const bobs = await hear(bob, 'stream=user&mitoyen=1');
    await heardSoFar(own, ann);
    app().apis.streaming.publish({
      event: 'mitoyen.typing',
      payload: { conversation: '1', by: bob.account._id },
      to: { accounts: [ann.account._id] },
    });
    t.is((await own.event('mitoyen.typing')).payload.by, bob.account._id);
    t.false((await heardSoFar(plain, ann)).includes('mitoyen.typing'));
    t.deepEqual(await heardSoFar(bobs, bob), []);
    for (const one of [plain, own, bobs]) one.close();
  },
);

test.serial('the instance tells where to connect', async (t) => {
  const { baseUrl } = app();
  const socket = baseUrl.replace('http:', 'ws:');
  const v2 = (await app().request('GET', '/api/v2/instance')).json;
  t.is(v2.configuration.urls.streaming, socket);
  t.is((await app().request('GET', '/api/v1/instance')).json.urls.streaming_api, socket);
});
