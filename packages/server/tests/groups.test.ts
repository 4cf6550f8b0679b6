/** Groups on one instance, over HTTP. */
import test from 'ava';
import { withApp } from './support/boot.ts';
import type { Person } from './support/members.ts';

const booted = withApp(test);
const GROUPS = '/api/mitoyen/v1/groups';
let counter = 0;
const fresh = (name: string) => {
  counter += 1;
  return `${name}${counter}`;
};

/** The same people for all tests (a password's hash takes its time); each test makes its own groups. */
const cast = new Map<string, ReturnType<ReturnType<typeof booted>['person']>>();

async function people(...names: string[]) {
  return Promise.all(
    names.map((name) => {
      const known = cast.get(name) ?? booted().person(name);
      cast.set(name, known);
      return known;
    }),
  );
}

async function makeGroup(token: string, access: string, more: object = {}) {
  const name = fresh(access);
  const made = await booted().request('POST', GROUPS, { token, body: { name, access, ...more } });
  return { ...made.json, status: made.status };
}

function call(token: string) {
  const { request } = booted();
  return {
    get: (path: string) => request('GET', `${GROUPS}${path}`, { token }),
    post: (path: string, body?: unknown) => request('POST', `${GROUPS}${path}`, { token, body }),
    put: (path: string, body: unknown) => request('PUT', `${GROUPS}${path}`, { token, body }),
    patch: (path: string, body: unknown) => request('PATCH', `${GROUPS}${path}`, { token, body }),
    remove: (path: string) => request('DELETE', `${GROUPS}${path}`, { token }),
  };
}

test('who makes a group is its admin, and its name makes its address', async (t) => {
  const [ann] = await people('ann');
  const { json, status } = await booted().request('POST', GROUPS, {
    token: ann!.token,
    body: { name: 'Projet Été', access: 'closed', description: 'What we *build*' },
  });
  t.is(status, 200);
  t.is(json.username, 'projet_ete');
  t.is(json.name, 'Projet Été');
  t.is(json.uri, `${booted().baseUrl}/groups/projet_ete`);
  t.is(json.access, 'closed');
  t.true(json.description.includes('<em>build</em>'));
  t.deepEqual(json.membership, { state: 'member', role: 'admin' });
  t.is(json.members_count, 1);
  t.is(json.account.group, true);
});

test('a name that is taken is refused with the field named', async (t) => {
  const [ann] = await people('ann');
  const group = await makeGroup(ann!.token, 'open');
  const again = await call(ann!.token).post('', { name: group.username });
  t.is(again.status, 422);
});

test('a colleague joins an open group at once, and leaves it', async (t) => {
  const [ann, bob] = await people('ann', 'bob');
  const group = await makeGroup(ann!.token, 'open');
  const joined = await call(bob!.token).post(`/${group.id}/join`);
  t.is(joined.status, 200);
  t.deepEqual(joined.json.membership, { state: 'member', role: 'member' });
  t.is(joined.json.members_count, 2);
  const left = await call(bob!.token).post(`/${group.id}/leave`);
  t.is(left.json.membership, null);
});

test('joining twice is one membership', async (t) => {
  const [ann, bob] = await people('ann', 'bob');
  const group = await makeGroup(ann!.token, 'open');
  const answers = await Promise.all(
    [1, 2, 3].map(() => call(bob!.token).post(`/${group.id}/join`)),
  );
  t.true(answers.every(({ status }) => status === 200 || status === 409));
  const members = await call(ann!.token).get(`/${group.id}/members`);
  t.is(members.json.length, 2);
});

test('a closed group shows its name and hides members, number and posts until one is approved', async (t) => {
  const [ann, bob] = await people('ann', 'bob');
  const group = await makeGroup(ann!.token, 'closed');
  const seen = await call(bob!.token).get(`/${group.id}`);
  t.is(seen.json.name, group.name);
  t.is(seen.json.members_count, null);
  t.is(seen.json.companies, null);
  t.is((await call(bob!.token).get(`/${group.id}/members`)).status, 403);
  t.is((await call(bob!.token).get(`/${group.id}/posts`)).status, 403);

  const asked = await call(bob!.token).post(`/${group.id}/join`);
  t.is(asked.json.membership.state, 'requested');
  t.is((await call(bob!.token).get(`/${group.id}/requests`)).status, 403);
  const requests = await call(ann!.token).get(`/${group.id}/requests`);
  t.is(requests.json[0].account.id, bob!.account._id);

  const approve = `/${group.id}/requests/${bob!.account._id}/approve`;
  t.is((await call(bob!.token).post(approve)).status, 403);
  t.is((await call(ann!.token).post(approve)).status, 200);
  t.is((await call(ann!.token).post(approve)).status, 200);
  t.is((await call(bob!.token).get(`/${group.id}/members`)).json.length, 2);
});

test('the moderators are told of a request, the one who asked of the approval', async (t) => {
  const [ann, bob] = await people('ann', 'bob');
  const group = await makeGroup(ann!.token, 'closed');
  await call(bob!.token).post(`/${group.id}/join`);
  await booted().settled();
  const told = await booted().kit.mongo.collection('notifications').findOne({
    account: ann!.account._id,
    type: 'mitoyen.group_request',
    group: group.id,
  });
  t.is(told?.from, bob!.account._id);
  await call(ann!.token).post(`/${group.id}/requests/${bob!.account._id}/approve`);
  await booted().settled();
  const accepted = await booted().kit.mongo.collection('notifications').findOne({
    account: bob!.account._id,
    type: 'mitoyen.group_accepted',
    group: group.id,
  });
  t.is(accepted?.from, group.id);
});

test('who was refused or removed must ask again, also in an open group', async (t) => {
  const [ann, bob] = await people('ann', 'bob');
  const group = await makeGroup(ann!.token, 'open');
  await call(bob!.token).post(`/${group.id}/join`);
  const removed = await call(ann!.token).remove(`/${group.id}/members/${bob!.account._id}`);
  t.is(removed.status, 200);
  const again = await call(bob!.token).post(`/${group.id}/join`);
  t.is(again.json.membership.state, 'requested');
  await call(ann!.token).post(`/${group.id}/requests/${bob!.account._id}/reject`);
  t.is((await call(bob!.token).get(`/${group.id}`)).json.membership, null);
});

test('a secret group is not there for anybody who is not in it, on every road', async (t) => {
  const [ann, bob] = await people('ann', 'bob');
  const group = await makeGroup(ann!.token, 'secret', { description: 'nobody knows' });
  const { request, settled, apis } = booted();
  await request('POST', '/api/v1/statuses', {
    token: ann!.token,
    body: { status: 'a hidden word', visibility: 'group', group_id: group.id },
  });
  await settled();
  const as = call(bob!.token);
  for (const path of ['', '/members', '/posts', '/requests']) {
    t.is((await as.get(`/${group.id}${path}`)).status, 404, path);
  }
  for (const path of ['/join', '/leave', '/invitation/accept']) {
    t.is((await as.post(`/${group.id}${path}`)).status, 404, path);
  }
  t.is((await as.get(`/lookup?handle=${group.username}`)).status, 404);
  const listed = await as.get('');
  t.false(listed.json.some((one: { id: string }) => one.id === group.id));
  for (const token of [bob!.token, undefined]) {
    const roads = [
      `/api/v1/accounts/${group.id}`,
      `/api/v1/accounts/lookup?acct=${group.username}`,
      `/api/v1/accounts/${group.id}/statuses`,
      `/.well-known/webfinger?resource=acct:${group.username}@${booted().kit.ownHost}`,
    ];
    for (const road of roads) {
      const { status } = await request('GET', road, { token });
      t.true([401, 403, 404, 422].includes(status), `${road} answers ${status}`);
    }
  }
  const found = await request('GET', `/api/v2/search?q=${group.username}&type=accounts`, {
    token: bob!.token,
  });
  t.false(found.text.includes(group.id));
  const follow = await request('POST', `/api/v1/accounts/${group.id}/follow`, {
    token: bob!.token,
  });
  t.is(follow.status, 404);
  for (const part of ['', '/followers', '/moderators', '/featured', '/outbox']) {
    const { status } = await request('GET', `/groups/${group.username}${part}`, {
      headers: { accept: 'application/activity+json' },
    });
    t.is(status, 404, `the document ${part}`);
  }
  t.deepEqual(await apis.groups.hiddenFor(bob!.account, [group.id]), new Set([group.id]));
  t.deepEqual(await apis.groups.hiddenFor(null, [group.id]), new Set([group.id]));
  t.deepEqual(await apis.groups.hiddenFor(ann!.account, [group.id]), new Set());
  t.false(await apis.groups.mayDiscover(group.id));
  t.is((await call(ann!.token).get(`/${group.id}/posts`)).json.length, 1);
});

test('an invitation opens a secret group, and declining closes it again', async (t) => {
  const [ann, bob, cat] = await people('ann', 'bob', 'cat');
  const group = await makeGroup(ann!.token, 'secret');
  const invited = await call(ann!.token).post(`/${group.id}/invitations`, {
    accounts: [bob!.account._id, cat!.account.username],
  });
  t.is(invited.json.length, 2);
  const waiting = await booted().request('GET', '/api/mitoyen/v1/group_invitations', {
    token: bob!.token,
  });
  t.true(waiting.json.some((one: { group: { id: string } }) => one.group.id === group.id));
  t.is((await call(bob!.token).get(`/${group.id}`)).json.membership.state, 'invited');
  t.is((await call(bob!.token).get(`/${group.id}/members`)).status, 403);
  const accepted = await call(bob!.token).post(`/${group.id}/invitation/accept`);
  t.is(accepted.json.membership.state, 'member');
  t.is((await call(cat!.token).post(`/${group.id}/invitation/decline`)).status, 200);
  t.is((await call(cat!.token).get(`/${group.id}`)).status, 404);
});

test('only moderators invite into a closed group, and every wrong name is told at once', async (t) => {
  const [ann, bob, cat] = await people('ann', 'bob', 'cat');
  const group = await makeGroup(ann!.token, 'closed');
  await call(ann!.token).post(`/${group.id}/invitations`, { accounts: [bob!.account.username] });
  await call(bob!.token).post(`/${group.id}/invitation/accept`);
  const refused = await call(bob!.token).post(`/${group.id}/invitations`, {
    accounts: [cat!.account._id],
  });
  t.is(refused.status, 403);
  const wrong = await call(ann!.token).post(`/${group.id}/invitations`, {
    accounts: ['nobody1', 'nobody2'],
  });
  t.is(wrong.status, 422);
  t.regex(wrong.text, /nobody1/);
  t.regex(wrong.text, /nobody2/);
});

test('a guest finds only the groups that they are invited to', async (t) => {
  const [ann] = await people('ann');
  const guest = await booted().person(fresh('guest'), { role: 'guest' });
  const group = await makeGroup(ann!.token, 'closed');
  t.is((await call(guest.token).get(`/${group.id}`)).status, 404);
  t.is((await call(guest.token).post('', { name: fresh('own') })).status, 403);
  await call(ann!.token).post(`/${group.id}/invitations`, { accounts: [guest.account._id] });
  t.is((await call(guest.token).get(`/${group.id}`)).status, 200);
  const joined = await call(guest.token).post(`/${group.id}/join`);
  t.is(joined.json.membership.state, 'member');
});

test('the last admin neither leaves nor steps down', async (t) => {
  const [ann, bob] = await people('ann', 'bob');
  const group = await makeGroup(ann!.token, 'open');
  await call(bob!.token).post(`/${group.id}/join`);
  const role = (who: string) => `/${group.id}/members/${who}/role`;
  t.is((await call(ann!.token).post(`/${group.id}/leave`)).status, 409);
  t.is((await call(ann!.token).put(role(ann!.account._id), { role: 'member' })).status, 409);
  t.is((await call(bob!.token).put(role(bob!.account._id), { role: 'admin' })).status, 403);
  await call(ann!.token).put(role(bob!.account._id), { role: 'admin' });
  const [first, second] = await Promise.all([
    call(ann!.token).post(`/${group.id}/leave`),
    call(bob!.token).post(`/${group.id}/leave`),
  ]);
  t.true([first.status, second.status].includes(409));
  t.true(
    (await booted().kit.mongo.collection('memberships').countDocuments({
      group: group.id,
      role: 'admin',
      state: 'member',
    })) >= 1,
  );
});

test('a moderator removes members, but not those who run the group', async (t) => {
  const [ann, bob, cat] = await people('ann', 'bob', 'cat');
  const group = await makeGroup(ann!.token, 'open');
  for (const one of [bob!, cat!]) await call(one.token).post(`/${group.id}/join`);
  const role = `/${group.id}/members/${bob!.account._id}/role`;
  await call(ann!.token).put(role, { role: 'moderator' });
  const remove = (who: string) => call(bob!.token).remove(`/${group.id}/members/${who}`);
  t.is((await remove(ann!.account._id)).status, 403);
  t.is((await remove(cat!.account._id)).status, 200);
  t.is((await remove(cat!.account._id)).status, 404);
  t.is((await call(bob!.token).patch(`/${group.id}`, { name: 'Mine' })).status, 403);
});

test('settings are changed by admins: name, description, access, partners', async (t) => {
  const [ann, bob] = await people('ann', 'bob');
  const group = await makeGroup(ann!.token, 'open');
  const changed = await call(ann!.token).patch(`/${group.id}`, {
    name: 'Renamed',
    description: 'New',
    access: 'secret',
    partners: 'none',
    posting_restricted: true,
  });
  t.is(changed.status, 200);
  t.is(changed.json.name, 'Renamed');
  t.is(changed.json.access, 'secret');
  t.deepEqual(changed.json.partners, []);
  t.true(changed.json.posting_restricted);
  t.is((await call(bob!.token).get(`/${group.id}`)).status, 404);
});

test('restricted posting leaves members the comments', async (t) => {
  const [ann, bob, cat] = await people('ann', 'bob', 'cat');
  const group = await makeGroup(ann!.token, 'open', { posting_restricted: true });
  await call(bob!.token).post(`/${group.id}/join`);
  const { authorizePost } = booted().apis.groups;
  await t.notThrowsAsync(authorizePost(ann!.account, group.id));
  await t.throwsAsync(authorizePost(bob!.account, group.id), { message: /Only moderators/ });
  await t.notThrowsAsync(authorizePost(bob!.account, group.id, { comment: true }));
  await t.throwsAsync(authorizePost(cat!.account, group.id, { comment: true }), {
    message: /Only members/,
  });
});

test('posts come into the members’ home feed and nobody else’s', async (t) => {
  const [ann, bob, cat] = await people('ann', 'bob', 'cat');
  const group = await makeGroup(ann!.token, 'closed');
  await call(ann!.token).post(`/${group.id}/invitations`, { accounts: [bob!.account._id] });
  await call(bob!.token).post(`/${group.id}/join`);
  const { request, settled } = booted();
  const text = fresh('word');
  const posted = await request('POST', '/api/v1/statuses', {
    token: bob!.token,
    body: { status: text, visibility: 'group', group_id: group.id },
  });
  t.is(posted.status, 200);
  await settled();
  const home = async (token: string) =>
    (await request('GET', '/api/v1/timelines/home', { token })).text;
  t.true((await home(ann!.token)).includes(text));
  t.false((await home(cat!.token)).includes(text));
  t.is(
    (await request('GET', `/api/v1/statuses/${posted.json.id}`, { token: cat!.token })).status,
    404,
  );
  const refused = await request('POST', '/api/v1/statuses', {
    token: cat!.token,
    body: { status: 'me too', visibility: 'group', group_id: group.id },
  });
  t.is(refused.status, 403);
});

test('moderators pin posts of their group, and only those', async (t) => {
  const [ann, bob] = await people('ann', 'bob');
  const group = await makeGroup(ann!.token, 'open');
  await call(bob!.token).post(`/${group.id}/join`);
  const { request, settled } = booted();
  const post = async (body: object) =>
    (await request('POST', '/api/v1/statuses', { token: bob!.token, body })).json.id as string;
  const inside = await post({ status: 'in', visibility: 'group', group_id: group.id });
  const outside = await post({ status: 'out' });
  await settled();
  const pin = (token: string, id: string) => call(token).post(`/${group.id}/pins/${id}`);
  t.is((await pin(bob!.token, inside)).status, 403);
  t.is((await pin(ann!.token, outside)).status, 404);
  t.is((await pin(ann!.token, inside)).status, 200);
  t.is((await pin(ann!.token, inside)).status, 200);
  const pinned = await call(bob!.token).get(`/${group.id}/posts?pinned=true`);
  t.deepEqual(
    pinned.json.map((one: { id: string }) => one.id),
    [inside],
  );
  const featured = await request('GET', `/groups/${group.username}/featured`, {
    headers: { accept: 'application/activity+json' },
  });
  t.is(featured.json.orderedItems.length, 1);
  await call(ann!.token).remove(`/${group.id}/pins/${inside}`);
  t.is((await call(bob!.token).get(`/${group.id}/posts?pinned=true`)).json.length, 0);
});

test('an open group on the wire is a Group with moderators, members, posts and its access', async (t) => {
  const [ann] = await people('ann');
  const group = await makeGroup(ann!.token, 'open');
  const { request, baseUrl } = booted();
  const get = (part: string) =>
    request('GET', `/groups/${group.username}${part}`, {
      headers: { accept: 'application/activity+json' },
    });
  const actor = (await get('')).json;
  const iri = `${baseUrl}/groups/${group.username}`;
  t.is(actor.id, iri);
  t.is(actor.type, 'Group');
  t.is(actor.attributedTo, `${iri}/moderators`);
  t.is(actor.accessType, 'open');
  t.is(actor.manuallyApprovesFollowers, false);
  t.is(actor.postingRestrictedToMods, false);
  t.deepEqual((await get('/moderators')).json.orderedItems, [ann!.account.iri]);
  t.is((await get('/followers')).json.totalItems, 1);
  t.deepEqual((await get('/followers?page=true')).json.orderedItems, [ann!.account.iri]);
  t.is((await get('/outbox?page=true')).json.type, 'OrderedCollectionPage');
});

test('a closed group tells strangers its name, but neither members nor posts', async (t) => {
  const [ann] = await people('ann');
  const group = await makeGroup(ann!.token, 'closed');
  const get = (part: string) =>
    booted().request('GET', `/groups/${group.username}${part}`, {
      headers: { accept: 'application/activity+json' },
    });
  t.is((await get('')).json.accessType, 'closed');
  for (const part of [
    '/followers',
    '/followers?page=true',
    '/moderators',
    '/featured',
    '/outbox',
  ]) {
    t.is((await get(part)).status, 404, part);
  }
});

test('a deleted group is gone, with its posts and memberships', async (t) => {
  const [ann, bob] = await people('ann', 'bob');
  const group = await makeGroup(ann!.token, 'open');
  await call(bob!.token).post(`/${group.id}/join`);
  t.is((await call(bob!.token).remove(`/${group.id}`)).status, 403);
  t.is((await call(ann!.token).remove(`/${group.id}`)).status, 200);
  await booted().settled();
  t.is((await call(bob!.token).get(`/${group.id}`)).status, 404);
  t.false(await booted().apis.groups.isMember(bob!.account._id, group.id));
  const { status } = await booted().request('GET', `/groups/${group.username}`, {
    headers: { accept: 'application/activity+json' },
  });
  t.is(status, 410);
});

test.serial('lists are paged by cursor without gaps or repeats', async (t) => {
  const [ann] = await people('pagan');
  for (const access of ['open', 'secret', 'closed', 'secret', 'open']) {
    await makeGroup(ann!.token, access);
  }
  const all = (await call(ann!.token).get('?limit=80')).json.map((one: { id: string }) => one.id);
  const seen: string[] = [];
  let path: string | null = `${booted().baseUrl}${GROUPS}?limit=2`;
  while (path) {
    const { json, headers } = await booted().request('GET', path, { token: ann!.token });
    seen.push(...json.map((one: { id: string }) => one.id));
    path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? null;
  }
  t.deepEqual(seen, all);
});

test('to plain apps a group is an account with followers, posts and pins', async (t) => {
  const [ann, bob, guest] = (await people('anna', 'bert', 'cleo')) as [Person, Person, Person];
  const { request } = booted();
  const { id } = await makeGroup(ann.token, 'closed');
  await call(bob.token).post(`/${id}/join`);
  const [row] = (await call(ann.token).get(`/${id}/requests`)).json;
  await call(ann.token).post(`/${id}/requests/${row.account.id}/approve`);
  const body = { status: 'kept on top', group_id: id };
  const post = (await request('POST', '/api/v1/statuses', { token: ann.token, body })).json;
  await call(ann.token).post(`/${id}/pins/${post.id}`);
  const as = async (token: string, path = '') =>
    (await request('GET', `/api/v1/accounts/${id}${path}`, { token })).json;
  const seen = await as(bob.token);
  t.is(seen.followers_count, 2);
  t.is(seen.statuses_count, 1);
  const members: { id: string }[] = await as(bob.token, '/followers');
  t.deepEqual(
    members.map((one) => one.id).toSorted(),
    [ann.account._id, bob.account._id].toSorted(),
  );
  const pinned: { id: string }[] = await as(bob.token, '/statuses?pinned=true');
  t.deepEqual(
    pinned.map((one) => one.id),
    [post.id],
  );
  const outside = await as(guest.token);
  t.is(outside.followers_count, 0, 'who is in it is for members');
  t.is(outside.statuses_count, 0);
  t.deepEqual(await as(guest.token, '/followers'), []);
  t.deepEqual(await as(guest.token, '/statuses?pinned=true'), []);
});
