/** Mutes with an end, mutes that leave notifications on, muted threads, hidden hosts, requests to follow, recommendations. */
import test from 'ava';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { membersOf, type Person } from './support/members.ts';
import { createPeer, type Peer } from './support/peer.ts';

let booted: Booted;
let peer: Peer;
test.before(async () => {
  [booted, peer] = await Promise.all([bootApp(), createPeer()]);
});
test.after.always(async () => {
  await Promise.all([booted?.stop(), peer?.stop()]);
});
const { people, ok, get, status, say, group, settled, handle } = membersOf(() => booted);
const told = async (by: Person) => {
  await settled();
  return (await get(by, '/api/v1/notifications')).map((one: AnyJson) => one.type);
};
const act = (by: Person, verb: string, on: Person | string, body?: object) =>
  ok(by, 'POST', `/api/v1/accounts/${typeof on === 'string' ? on : on.account._id}/${verb}`, body);

test('a mute ends by itself, and says when', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  await say(bob, 'loud');
  const seen = async () =>
    (await get(ann, '/api/v1/timelines/public')).some(
      (post: AnyJson) => post.account.id === bob.account._id,
    );
  t.true((await act(ann, 'mute', bob, { duration: 3600 })).muting);
  const [muted] = await get(ann, '/api/v1/mutes');
  t.true(Date.parse(muted.mute_expires_at) > Date.now());
  t.false(await seen());
  await act(ann, 'mute', bob, { duration: 1 });
  const deadline = Date.now() + 20_000;
  while (!(await seen()) && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 100));
  t.true(await seen());
  t.deepEqual(await get(ann, '/api/v1/mutes'), []);
  t.false((await get(ann, `/api/v1/accounts/relationships?id=${bob.account._id}`))[0].muting);
});

test('a mute may leave notifications on', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  await act(ann, 'mute', bob, { notifications: false });
  await act(ann, 'mute', cal);
  await say(bob, `${handle(ann)} hello`);
  await say(cal, `${handle(ann)} hello`);
  t.deepEqual(await told(ann), ['mention']);
});

test('a muted thread tells nothing more', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const post = await say(ann, 'a long thread');
  t.true((await ok(ann, 'POST', `/api/v1/statuses/${post.id}/mute`)).muted);
  await say(bob, 'one more', { in_reply_to_id: post.id });
  t.deepEqual(await told(ann), []);
  await ok(ann, 'POST', `/api/v1/statuses/${post.id}/unmute`);
  await say(bob, 'and more', { in_reply_to_id: post.id });
  t.deepEqual(await told(ann), ['mention']);
});

test('a hidden host is not seen, not told of and not followed; for one person alone', async (t) => {
  const [ann, cal] = (await people('ann', 'cal')) as [Person, Person];
  const bob = peer.person('bob');
  const id = (await booted.apis.accounts.resolveIri(bob.iri))?._id ?? '';
  await act(ann, 'follow', id);
  const note = peer.note(bob);
  await peer.deliver(`${booted.baseUrl}/inbox`, bob, peer.activity('Create', bob, note));
  await settled();
  await booted.apis.posts.resolveIri(note.id);
  const sees = async (by: Person) =>
    (await get(by, '/api/v1/timelines/public')).some((post: AnyJson) => post.uri === note.id);
  t.true(await sees(ann));
  await ok(ann, 'POST', '/api/v1/domain_blocks', { domain: peer.host });
  await settled();
  t.deepEqual(await get(ann, '/api/v1/domain_blocks'), [peer.host]);
  const [relation] = await get(ann, `/api/v1/accounts/relationships?id=${id}`);
  t.true(relation.domain_blocking);
  t.false(relation.following || relation.requested);
  t.false(await sees(ann));
  t.true(await sees(cal));
  await ok(ann, 'DELETE', `/api/v1/domain_blocks?domain=${peer.host}`);
  t.true(await sees(ann));
  const refuse = (domain: string) => status(ann, 'POST', '/api/v1/domain_blocks', { domain });
  t.is(await refuse('no domain'), 422);
  t.is(await refuse(booted.kit.ownHost), 422);
});

test('who approves followers is asked, and answers', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  await ok(ann, 'PATCH', '/api/v1/accounts/update_credentials', { locked: true });
  t.true((await act(bob, 'follow', ann)).requested);
  await act(cal, 'follow', ann);
  t.deepEqual(await told(ann), ['follow_request', 'follow_request']);
  t.is((await get(ann, '/api/v1/follow_requests')).length, 2);
  t.true(
    (await ok(ann, 'POST', `/api/v1/follow_requests/${bob.account._id}/authorize`)).followed_by,
  );
  await ok(ann, 'POST', `/api/v1/follow_requests/${cal.account._id}/reject`);
  await settled();
  t.deepEqual(await get(ann, '/api/v1/follow_requests'), []);
  t.is(await status(ann, 'POST', `/api/v1/follow_requests/${cal.account._id}/authorize`), 404);
  const [to] = await get(bob, `/api/v1/accounts/relationships?id=${ann.account._id}`);
  t.true(to.following);
  t.false((await get(cal, `/api/v1/accounts/relationships?id=${ann.account._id}`))[0].requested);
});

test('notes are private, and familiar followers are those one follows', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  t.is((await act(ann, 'note', bob, { comment: 'met in Lyon' })).note, 'met in Lyon');
  t.is((await get(cal, `/api/v1/accounts/relationships?id=${bob.account._id}`))[0].note, '');
  await act(cal, 'follow', bob);
  await act(ann, 'follow', cal);
  await settled();
  const path = `/api/v1/accounts/familiar_followers?id[]=${bob.account._id}`;
  const [familiar] = await get(ann, path);
  t.deepEqual(
    familiar.accounts.map((one: AnyJson) => one.id),
    [cal.account._id],
  );
  await ok(bob, 'PATCH', '/api/v1/accounts/update_credentials', { hide_collections: true });
  t.deepEqual((await get(ann, path))[0].accounts, [], 'bob keeps to himself who follows him');
});

test('people recommend whom they follow', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  t.is(await status(ann, 'POST', `/api/v1/accounts/${bob.account._id}/pin`), 422);
  await act(ann, 'follow', bob);
  await settled();
  t.true((await act(ann, 'pin', bob)).endorsed);
  t.is((await get(ann, '/api/v1/endorsements'))[0].id, bob.account._id);
  t.is((await get(bob, `/api/v1/accounts/${ann.account._id}/endorsements`)).length, 1);
  t.false((await act(ann, 'unpin', bob)).endorsed);
});

test('colleagues of the same groups are suggested until they are followed or dismissed', async (t) => {
  const [ann, bob, cal, dan] = (await people('ann', 'bob', 'cal', 'dan')) as [
    Person,
    Person,
    Person,
    Person,
  ];
  const works = await group(ann, 'works');
  for (const by of [bob, cal]) await act(by, 'follow', works);
  await settled();
  const suggested = async () =>
    (await get(ann, '/api/v2/suggestions')).map((one: AnyJson) => one.account.id);
  t.deepEqual((await suggested()).toSorted(), [bob.account._id, cal.account._id].toSorted());
  t.false((await suggested()).includes(dan.account._id));
  await act(ann, 'follow', bob);
  await settled();
  t.deepEqual(await suggested(), [cal.account._id]);
  await ok(ann, 'DELETE', `/api/v1/suggestions/${cal.account._id}`);
  t.deepEqual(await get(ann, '/api/v1/suggestions'), []);
});
