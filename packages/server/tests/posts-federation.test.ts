/** Posts between two instances: what moderators take out, comments, reactions and shares, and the end of it. */
import test from 'ava';
import type { AnyJson, Booted } from './support/boot.ts';
import { withTwoApps } from './support/two-apps.ts';

const apps = withTwoApps(test);
type Person = Awaited<ReturnType<Booted['person']>> & { at: Booted };
let counter = 0;

async function person(at: Booted, name: string): Promise<Person> {
  counter += 1;
  return { ...(await at.person(`${name}${counter}`)), at };
}
const call = (by: Person, method: string, path: string, body?: unknown) =>
  by.at.request(method, path, { token: by.token, body });
async function say(by: Person, status: string, more: object = {}): Promise<AnyJson> {
  const made = await call(by, 'POST', '/api/v1/statuses', { status, ...more });
  if (made.status !== 200) throw new Error(made.text);
  await apps().settled();
  return made.json;
}
/** The copy of a post at somebody's server, as they see it. */
async function copy(by: Person, uri: string): Promise<AnyJson | undefined> {
  const post = await by.at.apis.posts.byIri(uri);
  if (!post) return undefined;
  const shown = await call(by, 'GET', `/api/v1/statuses/${post._id}`);
  return shown.status === 200 ? shown.json : undefined;
}
async function follow(by: Person, target: Person): Promise<void> {
  const handle = `${target.account.username}@${target.at.kit.ownHost}`;
  const found = await by.at.apis.accounts.resolveHandle(handle);
  await call(by, 'POST', `/api/v1/accounts/${found?._id}/follow`);
  await apps().settled();
}
/** A closed group at Acme with a member at Northwind; ids at both. */
async function sharedGroup(ann: Person, bo: Person): Promise<{ home: string; copy: string }> {
  counter += 1;
  const name = `works${counter}`;
  const made = await call(ann, 'POST', '/api/mitoyen/v1/groups', { name, access: 'closed' });
  const handle = `${bo.account.username}@${bo.at.kit.ownHost}`;
  const path = `/api/mitoyen/v1/groups/${made.json.id}/invitations`;
  await call(ann, 'POST', path, { accounts: [handle] });
  await apps().settled();
  const [invitation] = (await call(bo, 'GET', '/api/mitoyen/v1/group_invitations')).json;
  await call(bo, 'POST', `/api/mitoyen/v1/groups/${invitation.group.id}/invitation/accept`);
  await apps().settled();
  return { home: made.json.id, copy: invitation.group.id };
}

test.serial('a post, its comments, reactions and shares are the same on both sides', async (t) => {
  const { acme, north, settled } = apps();
  const [ann, bo] = [await person(acme, 'ann'), await person(north, 'bo')];
  await follow(bo, ann);
  const post = await say(ann, 'hello **north** #wall');
  const there = (await copy(bo, post.uri)) as AnyJson;
  t.is(there.content, post.content);
  await say(bo, 'well said', { in_reply_to_id: there.id });
  await call(bo, 'POST', `/api/v1/statuses/${there.id}/favourite`);
  await call(
    bo,
    'PUT',
    `/api/mitoyen/v1/statuses/${there.id}/reactions/${encodeURIComponent('🎉')}`,
  );
  await call(bo, 'POST', `/api/v1/statuses/${there.id}/reblog`);
  await settled();
  const here = (await copy(ann, post.uri)) as AnyJson;
  t.deepEqual([here.replies_count, here.favourites_count, here.reblogs_count], [1, 2, 1]);
  const told = (await call(ann, 'GET', '/api/v1/notifications?mitoyen=1')).json;
  t.deepEqual(told.map((one: AnyJson) => one.type).toSorted(), [
    'favourite',
    'follow',
    'mention',
    'mitoyen.reaction',
    'reblog',
  ]);
  await call(bo, 'POST', `/api/v1/statuses/${there.id}/unfavourite`);
  await call(bo, 'POST', `/api/v1/statuses/${there.id}/unreblog`);
  await settled();
  const after = (await copy(ann, post.uri)) as AnyJson;
  t.deepEqual([after.favourites_count, after.reblogs_count], [1, 0]);
  await call(ann, 'PUT', `/api/v1/statuses/${post.id}`, { status: 'hello again' });
  await settled();
  t.is((await copy(bo, post.uri))?.content, '<p>hello again</p>');
  await call(ann, 'DELETE', `/api/v1/statuses/${post.id}`);
  await settled();
  t.is(await copy(bo, post.uri), undefined);
});

test.serial('what a moderator takes out of a group is gone everywhere', async (t) => {
  const { acme, north, settled } = apps();
  const [ann, bo] = [await person(acme, 'ann'), await person(north, 'bo')];
  const bea = await person(north, 'bea');
  const group = await sharedGroup(ann, bo);
  const post = await say(bo, 'unwanted', { visibility: 'group', group_id: group.copy });
  const here = (await copy(ann, post.uri)) as AnyJson;
  t.is((await call(ann, 'DELETE', `/api/v1/statuses/${here.id}`)).status, 200);
  await settled();
  t.is(await copy(ann, post.uri), undefined);
  const row = await north.apis.posts.byIri(post.uri);
  t.deepEqual(row?.readers, [`account:${bo.account._id}`], 'its author keeps it');
  t.truthy(await copy(bo, post.uri));
  t.is(await copy(bea, post.uri), undefined);
  const feed = await call(bo, 'GET', `/api/mitoyen/v1/groups/${group.copy}/posts`);
  t.deepEqual(feed.json, []);
});

test.serial('a moderator at a partner takes out what somebody here posted', async (t) => {
  const { acme, north, settled } = apps();
  const [ann, al, bo] = [
    await person(acme, 'ann'),
    await person(acme, 'al'),
    await person(north, 'bo'),
  ];
  const group = await sharedGroup(ann, bo);
  await call(ann, 'POST', `/api/mitoyen/v1/groups/${group.home}/invitations`, {
    accounts: [al.account.username],
  });
  await call(al, 'POST', `/api/mitoyen/v1/groups/${group.home}/invitation/accept`);
  const post = await say(al, 'rude', { visibility: 'group', group_id: group.home });
  const there = (await copy(bo, post.uri)) as AnyJson;
  t.is((await call(bo, 'DELETE', `/api/v1/statuses/${there.id}`)).status, 403);
  const boHere = await acme.apis.accounts.byIri(bo.account.iri);
  const role = `/api/mitoyen/v1/groups/${group.home}/members/${boHere?._id}/role`;
  await call(ann, 'PUT', role, { role: 'moderator' });
  await settled();
  t.is((await call(bo, 'DELETE', `/api/v1/statuses/${there.id}`)).status, 200);
  await settled();
  t.is(await copy(al, post.uri), undefined);
  t.is(await copy(ann, post.uri), undefined);
});

test.serial('a comment on a followers post reaches the followers at other servers', async (t) => {
  const { acme, north } = apps();
  const [ann, al] = [await person(acme, 'ann'), await person(acme, 'al')];
  const [bo, bea] = [await person(north, 'bo'), await person(north, 'bea')];
  for (const one of [bo, bea]) await follow(one, ann);
  const post = await say(ann, 'for followers', { visibility: 'private' });
  const there = (await copy(bo, post.uri)) as AnyJson;
  const comment = await say(bo, 'among us', { in_reply_to_id: there.id });
  t.is(comment.visibility, 'private');
  t.truthy(await copy(ann, comment.uri));
  t.truthy(await copy(bea, comment.uri));
  t.is(await copy(al, comment.uri), undefined);
});

test.serial('who left a group changes nothing in it any more', async (t) => {
  const { acme, north, settled } = apps();
  const [ann, bo] = [await person(acme, 'ann'), await person(north, 'bo')];
  const group = await sharedGroup(ann, bo);
  const post = await say(bo, 'as a member', { visibility: 'group', group_id: group.copy });
  await call(bo, 'POST', `/api/mitoyen/v1/groups/${group.copy}/leave`);
  await settled();
  await call(bo, 'PUT', `/api/v1/statuses/${post.id}`, { status: 'as a stranger' });
  await settled();
  t.is((await copy(ann, post.uri))?.content, '<p>as a member</p>');
});

test.serial('a purge takes a host’s posts with what hangs on them', async (t) => {
  const { acme, north } = apps();
  const [ann, bo] = [await person(acme, 'ann'), await person(north, 'bo')];
  await follow(bo, ann);
  const post = await say(ann, 'to be answered');
  const there = (await copy(bo, post.uri)) as AnyJson;
  const comment = await say(bo, 'an answer', { in_reply_to_id: there.id });
  await call(bo, 'POST', `/api/v1/statuses/${there.id}/reblog`);
  await apps().settled();
  t.is((await copy(ann, post.uri))?.replies_count, 1);
  t.true((await acme.apis.posts.purgeFrom({ host: north.kit.ownHost })) >= 2);
  t.is(await acme.apis.posts.purgeFrom({ host: north.kit.ownHost }), 0);
  t.is(await acme.apis.posts.byIri(comment.uri), null);
  const left = (await copy(ann, post.uri)) as AnyJson;
  t.deepEqual([left.replies_count, left.reblogs_count], [0, 0]);
});
