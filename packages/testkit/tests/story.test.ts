/** Two companies, each on its own instance, over real HTTP with signatures. */
import test from 'ava';
import sharp from 'sharp';
import { type Client, eventually, federate, type Instance, type Json } from '../src/index.ts';
import { withTwoCompanies } from './two-companies.ts';

let acme: Instance;
let northwind: Instance;
let amina: Client;
let leo: Client;
let yusuf: Client;
let marta: Client;

withTwoCompanies(test, async (both) => {
  ({ acme, northwind, amina, yusuf } = both);
  [leo, marta] = await Promise.all([acme.person('leo'), northwind.person('marta')]);
});

const find = async (client: Client, handle: string): Promise<Json> =>
  (await client.get(`/api/v1/accounts/search?resolve=true&q=${encodeURIComponent(handle)}`))[0];
const home = (client: Client): Promise<Json[]> => client.get('/api/v1/timelines/home');
const inHome = (client: Client, text: string) =>
  eventually(`"${text}" is in the feed`, async () =>
    (await home(client)).find((status) => status.content.includes(text)),
  );
const statusByUri = (client: Client, uri: string): Promise<Json> =>
  client
    .get(`/api/v2/search?resolve=false&type=statuses&q=${encodeURIComponent(uri)}`)
    .then((found) => found.statuses[0]);

test.serial('before an agreement nothing crosses the wall', async (t) => {
  t.is(await find(amina, `yusuf@${northwind.host}`), undefined);
  const answer = await northwind.request('GET', '/users/yusuf', {
    headers: { accept: 'application/activity+json' },
  });
  t.is(answer.status, 401);
});

test.serial('the admins make an agreement: one offers, the other accepts', async (t) => {
  await federate(acme, northwind);
  const { agreements } = JSON.parse(await northwind.cli('partner', 'list', '--json'));
  t.like(agreements[0], { host: acme.host, state: 'active' });
});

test.serial(
  'a follow, a post with a picture, a comment, a reaction, an edit and a delete cross',
  async (t) => {
    const remote = await find(amina, `yusuf@${northwind.host}`);
    t.is(remote.acct, `yusuf@${northwind.host}`);
    t.is(remote.mitoyen.company, 'Northwind');
    await amina.post(`/api/v1/accounts/${remote.id}/follow`);
    await eventually(
      'the follow is accepted',
      async () =>
        (await amina.get(`/api/v1/accounts/relationships?id[]=${remote.id}`))[0].following,
    );
    await eventually('yusuf is told', async () =>
      (await yusuf.get('/api/v1/notifications')).some((one: Json) => one.type === 'follow'),
    );

    const png = await sharp({
      create: { width: 320, height: 200, channels: 3, background: '#7799cc' },
    })
      .png()
      .toBuffer();
    const media = await yusuf.upload(png, { type: 'image/png', description: 'A blue wall' });
    const post = await yusuf.post('/api/v1/statuses', {
      status: 'The pilot is live #pilot',
      visibility: 'public',
      media_ids: [media],
    });
    const seen = await inHome(amina, 'The pilot is live');
    t.is(seen.uri, post.uri);
    t.is(seen.media_attachments[0].description, 'A blue wall');
    const picture = await eventually('the picture is on our origin', async () => {
      const url: string | null = (await amina.get(`/api/v1/statuses/${seen.id}`))
        .media_attachments[0].url;
      const answer = url?.startsWith(acme.baseUrl) ? await acme.request('GET', url) : null;
      return answer?.status === 200 ? answer : null;
    });
    t.is(picture.headers.get('content-type'), 'image/webp');

    await amina.post('/api/v1/statuses', { status: 'Well done!', in_reply_to_id: seen.id });
    const comment = await eventually(
      'the comment arrives',
      async () => (await yusuf.get(`/api/v1/statuses/${post.id}/context`)).descendants[0],
    );
    t.regex(comment.content, /Well done!/);
    t.is(comment.account.acct, `amina@${acme.host}`);

    await amina.post(`/api/v1/statuses/${seen.id}/favourite`);
    await amina.put(`/api/mitoyen/v1/statuses/${seen.id}/reactions/${encodeURIComponent('🎉')}`);
    await eventually('the reactions arrive', async () => {
      const { mitoyen } = await yusuf.get(`/api/v1/statuses/${post.id}`);
      return mitoyen.reactions.length === 2;
    });
    await amina.post(`/api/v1/statuses/${seen.id}/unfavourite`);
    await eventually(
      'the like is taken back',
      async () => (await yusuf.get(`/api/v1/statuses/${post.id}`)).favourites_count === 1,
    );

    await yusuf.put(`/api/v1/statuses/${post.id}`, {
      status: 'The pilot is live in Rotterdam',
      media_ids: [media],
    });
    await eventually('the edit arrives', async () =>
      (await amina.get(`/api/v1/statuses/${seen.id}`)).content.includes('Rotterdam'),
    );
    t.is((await amina.get(`/api/v1/statuses/${seen.id}/history`)).length, 2);

    await yusuf.delete(`/api/v1/statuses/${post.id}`);
    await eventually(
      'the delete arrives',
      async () => (await amina.request('GET', `/api/v1/statuses/${seen.id}`)).status === 404,
    );
  },
);

test.serial(
  'a followers-only post and its comments reach the followers and nobody else',
  async (t) => {
    const post = await yusuf.post('/api/v1/statuses', {
      status: 'Only for those who follow',
      visibility: 'private',
    });
    const seen = await inHome(amina, 'Only for those who follow');
    t.is((await leo.request('GET', `/api/v1/statuses/${seen.id}`)).status, 404);
    t.is((await marta.request('GET', `/api/v1/statuses/${post.id}`)).status, 404);
    await amina.post('/api/v1/statuses', { status: 'Understood', in_reply_to_id: seen.id });
    await eventually(
      'the comment arrives',
      async () => (await yusuf.get(`/api/v1/statuses/${post.id}/context`)).descendants.length === 1,
    );
    const company = await yusuf.post('/api/v1/statuses', {
      status: 'Inside Northwind',
      visibility: 'company',
    });
    t.is((await marta.request('GET', `/api/v1/statuses/${company.id}`)).status, 200);
    t.is(await statusByUri(amina, company.uri), undefined);
  },
);

test.serial('people of two companies share an open group', async (t) => {
  const group = await amina.post('/api/mitoyen/v1/groups', {
    name: 'Open yard',
    username: 'yard',
    access: 'open',
    partners: 'all',
  });
  const remote = await yusuf.get(`/api/mitoyen/v1/groups/lookup?handle=yard@${acme.host}`);
  await yusuf.post(`/api/mitoyen/v1/groups/${remote.id}/join`);
  await eventually(
    'yusuf is a member',
    async () =>
      (await yusuf.get(`/api/mitoyen/v1/groups/${remote.id}`)).membership?.state === 'member',
  );
  await amina.post('/api/v1/statuses', { status: 'Welcome to the yard', group_id: group.id });
  await inHome(yusuf, 'Welcome to the yard');
  const posted = await yusuf.post('/api/v1/statuses', {
    status: 'Hello from Northwind',
    group_id: remote.id,
  });
  const seen = await inHome(amina, 'Hello from Northwind');
  t.is(seen.uri, posted.uri);
  t.is(seen.mitoyen.group.id, group.id);
  await amina.post('/api/v1/statuses', { status: 'Good to see you', in_reply_to_id: seen.id });
  await eventually(
    'the comment arrives in the group',
    async () => (await yusuf.get(`/api/v1/statuses/${posted.id}/context`)).descendants.length === 1,
  );
  t.is((await home(yusuf)).filter((status) => status.uri === posted.uri).length, 1);

  const author = seen.account.id;
  const praise = { badge: 'teamwork', account_ids: [author] };
  await amina.post('/api/v1/statuses', { status: 'What a week', group_id: group.id, praise });
  const told = await eventually('yusuf is praised', async () =>
    (await yusuf.get('/api/v1/notifications?types[]=mention')).find(
      (one: Json) => one.status?.mitoyen.praise,
    ),
  );
  t.like(told.status.mitoyen.praise, { badge: 'teamwork', text: '<p>What a week</p>' });
  t.deepEqual(
    told.status.mitoyen.praise.people.map((one: Json) => one.id),
    [yusuf.id],
  );
});

test.serial('a closed group across companies: asked, approved, read by members only', async (t) => {
  const group = await amina.post('/api/mitoyen/v1/groups', {
    name: 'Acme × Northwind',
    username: 'acmenorthwind',
    access: 'closed',
    partners: 'all',
  });
  const remote = await yusuf.get(`/api/mitoyen/v1/groups/lookup?handle=acmenorthwind@${acme.host}`);
  await yusuf.post(`/api/mitoyen/v1/groups/${remote.id}/join`);
  const asked = await eventually(
    'the request arrives',
    async () => (await amina.get(`/api/mitoyen/v1/groups/${group.id}/requests`))[0],
  );
  const asker = asked.account?.id ?? asked.id;
  await amina.post(`/api/mitoyen/v1/groups/${group.id}/requests/${asker}/approve`);
  await eventually(
    'yusuf is a member',
    async () =>
      (await yusuf.get(`/api/mitoyen/v1/groups/${remote.id}`)).membership?.state === 'member',
  );
  const post = await amina.post('/api/v1/statuses', {
    status: 'Draft of the shared guide',
    group_id: group.id,
  });
  const seen = await inHome(yusuf, 'Draft of the shared guide');
  const answer = await yusuf.post('/api/v1/statuses', {
    status: 'We will read it',
    in_reply_to_id: seen.id,
  });
  await eventually('the comment arrives', async () =>
    (await amina.get(`/api/v1/statuses/${post.id}/context`)).descendants.find(
      (one: Json) => one.uri === answer.uri,
    ),
  );
  t.is((await marta.request('GET', `/api/v1/statuses/${seen.id}`)).status, 404);
  t.is((await leo.request('GET', `/api/v1/statuses/${post.id}`)).status, 404);
  t.is(
    (await marta.request('GET', `/api/mitoyen/v1/groups/${remote.id}/posts`)).json?.length ?? 0,
    0,
  );
});

test.serial('a secret group is not there for outsiders, on any road', async (t) => {
  const group = await amina.post('/api/mitoyen/v1/groups', {
    name: 'Leadership notes',
    username: 'leadership',
    access: 'secret',
    partners: 'all',
  });
  const post = await amina.post('/api/v1/statuses', { status: 'Nobody knows', group_id: group.id });
  t.is((await leo.request('GET', `/api/mitoyen/v1/groups/${group.id}`)).status, 404);
  t.is((await leo.request('GET', `/api/v1/accounts/${group.id}`)).status, 404);
  t.is((await leo.request('GET', '/api/v1/accounts/lookup?acct=leadership')).status, 404);
  t.deepEqual(await leo.get('/api/v1/accounts/search?q=leadership'), []);
  t.deepEqual((await leo.get('/api/v2/search?q=leadership')).accounts, []);
  t.is((await leo.request('GET', `/api/v1/statuses/${post.id}`)).status, 404);
  t.is((await leo.request('GET', `/api/v1/accounts/${group.id}/statuses`)).status, 404);
  t.is((await leo.request('GET', `/api/v1/timelines/group/${group.id}`)).status, 404);
  t.false((await leo.get('/api/mitoyen/v1/groups')).some((one: Json) => one.id === group.id));
  t.is(
    (await acme.request('GET', `/.well-known/webfinger?resource=acct:leadership@${acme.host}`))
      .status,
    404,
  );
  for (const path of ['', '/followers', '/outbox', '/moderators', '/featured']) {
    const answer = await acme.request('GET', `/groups/leadership${path}`, {
      headers: { accept: 'application/activity+json' },
    });
    t.true(answer.status === 404 || answer.status === 401, path);
  }
  t.is(
    (await yusuf.request('GET', `/api/mitoyen/v1/groups/lookup?handle=leadership@${acme.host}`))
      .status,
    404,
  );
  t.is(await statusByUri(yusuf, post.uri), undefined);
});

test.serial('direct messages cross, between two and between three', async (t) => {
  await amina.post('/api/v1/statuses', {
    status: `@yusuf@${northwind.host} are you there?`,
    visibility: 'direct',
  });
  const first = await eventually(
    'the message arrives',
    async () => (await yusuf.get('/api/v1/conversations'))[0],
  );
  t.true(first.unread);
  t.regex(first.last_status.content, /are you there/);
  await yusuf.post('/api/v1/statuses', {
    status: 'Yes',
    visibility: 'direct',
    in_reply_to_id: first.last_status.id,
  });
  await eventually('the answer is the last message', async () =>
    (await amina.get('/api/v1/conversations'))[0]?.last_status.content.includes('Yes'),
  );
  t.is((await amina.get('/api/v1/conversations')).length, 1);

  await amina.post('/api/v1/statuses', {
    status: `@yusuf@${northwind.host} @leo the three of us`,
    visibility: 'direct',
  });
  const [three, here] = await Promise.all([
    eventually('it arrives there', async () =>
      (await yusuf.get('/api/v1/conversations')).find((one: Json) =>
        one.last_status?.content.includes('the three of us'),
      ),
    ),
    eventually('it arrives here', async () =>
      (await leo.get('/api/v1/conversations')).find((one: Json) =>
        one.last_status?.content.includes('the three of us'),
      ),
    ),
  ]);
  t.is(three.accounts.length, 2);
  t.is((await marta.request('GET', `/api/v1/statuses/${three.last_status.id}`)).status, 404);
  t.truthy(here);
});

test.serial('a partner that is down for a while misses nothing', async (t) => {
  await northwind.halt();
  await amina.post('/api/v1/statuses', {
    status: `@yusuf@${northwind.host} while you were away`,
    visibility: 'direct',
  });
  const group = (await amina.get('/api/mitoyen/v1/groups')).find((one: Json) =>
    one.handle.startsWith('yard'),
  );
  await amina.post('/api/v1/statuses', {
    status: 'Posted while Northwind was down',
    group_id: group.id,
  });
  await northwind.start();
  await eventually(
    'the message arrives',
    async () =>
      (await yusuf.get('/api/v1/conversations'))[0]?.last_status.content.includes(
        'while you were away',
      ),
    { within: 40_000 },
  );
  await eventually(
    'the group post arrives',
    async () =>
      (await home(yusuf)).some((status) =>
        status.content.includes('Posted while Northwind was down'),
      ),
    { within: 40_000 },
  );
  t.is(
    (await home(yusuf)).filter((status) =>
      status.content.includes('Posted while Northwind was down'),
    ).length,
    1,
  );
});

test.serial('the agreement is revoked in one command, and the wall is closed again', async (t) => {
  const { report } = JSON.parse(
    await northwind.cli('partner', 'revoke', acme.host, '--yes', '--json'),
  );
  t.true(Object.keys(report).length > 0);
  await eventually(
    'the copies are gone',
    async () =>
      !(await home(yusuf)).some((status) => status.content.includes('Welcome to the yard')),
  );
  await eventually('Acme knows', async () => {
    const { agreements } = JSON.parse(await acme.cli('partner', 'list', '--json'));
    return agreements.every((one: Json) => one.host !== northwind.host || one.state !== 'active');
  });
  t.is(await find(leo, `marta@${northwind.host}`), undefined);
});
