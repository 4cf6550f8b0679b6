/** One person of another server, silenced or suspended by moderators: they come back by no road. */
import type { JsonObject } from '@mitoyen/federation';
import test from 'ava';
import sharp from 'sharp';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { createPeer, type Note, type Peer, type PeerPerson, PUBLIC } from './support/peer.ts';

type Person = Awaited<ReturnType<Booted['person']>>;
const ADMIN = '/api/mitoyen/v1/admin/accounts';

let app: Booted;
let peer: Peer;
let ann: Person;
let moderator: Person;
let mallory: PeerPerson;
let friend: PeerPerson;

test.before(async () => {
  [app, peer] = await Promise.all([bootApp(), createPeer()]);
  [ann, moderator] = [await app.person('ann'), await app.person('mod', { role: 'moderator' })];
  [mallory, friend] = [peer.person('mallory'), peer.person('friend')];
  for (const one of [mallory, friend]) await follow(ann, one);
  await send(mallory, peer.activity('Follow', mallory, ann.account.iri));
});
test.after.always(async () => {
  await app?.stop();
  await peer?.stop();
});

async function follow(follower: Person, target: PeerPerson): Promise<string> {
  const id = await idOf(target);
  await call('POST', `/api/v1/accounts/${id}/follow`, follower);
  await app.settled();
  const asked = peer.received.findLast((one) => one.type === 'Follow' && one.object === target.iri);
  await send(target, peer.activity('Accept', target, asked));
  return id;
}

async function idOf(one: PeerPerson): Promise<string> {
  return (await app.apis.accounts.resolveIri(one.iri))?._id ?? '';
}

async function send(by: PeerPerson, ...activities: JsonObject[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const activity of activities) {
    statuses.push(await peer.deliver(`${app.baseUrl}/inbox`, by, activity));
    await app.settled();
  }
  return statuses;
}

const call = (method: string, path: string, by: Person, body?: unknown) =>
  app.request(method, path, { token: by.token, ...(body !== undefined && { body }) });
const get = async (path: string, by = ann): Promise<AnyJson> => (await call('GET', path, by)).json;
const create = (by: PeerPerson, note: Note) =>
  peer.activity('Create', by, note, { to: note.to, cc: note.cc });
const moderate = async (action: string, one: PeerPerson, by = moderator) => {
  const answer = await call('POST', `${ADMIN}/${await idOf(one)}/${action}`, by);
  await app.settled();
  return answer;
};
const home = async (by = ann) => JSON.stringify(await get('/api/v1/timelines/home', by));
const outcomeOf = async (activity: JsonObject) =>
  (
    await app.kit.mongo
      .collection<{ _id: string; outcome: string }>('receipts')
      .findOne({ _id: `${peer.host} ${activity.id}` })
  )?.outcome ?? '';

test.serial('only moderators restrict, only people, and nobody themselves', async (t) => {
  t.is((await moderate('suspend', mallory, ann)).status, 403);
  t.is((await call('POST', `${ADMIN}/${moderator.account._id}/silence`, moderator)).status, 403);
  t.is((await call('POST', `${ADMIN}/${ann.account._id}/suspend`, moderator)).status, 403);
  t.is((await moderate('suspend', peer.person('club', 'Group'))).status, 422);
  t.is((await call('POST', `${ADMIN}/nobody/suspend`, moderator)).status, 404);
  const unknown = { type: 'banish' };
  const path = `/api/v1/admin/accounts/${await idOf(mallory)}/action`;
  t.is((await call('POST', path, moderator, unknown)).status, 422);
});

test.serial('who is silenced is heard by followers alone', async (t) => {
  const loud = peer.person('loud');
  const id = await follow(ann, loud);
  const bea = await app.person('bea');
  t.like((await moderate('silence', loud)).json, { id, limited: true });
  const listed = JSON.stringify(await get(ADMIN, moderator));
  t.true(listed.includes(id));
  const mention = [ann, bea].map(({ account }) => ({
    type: 'Mention',
    href: account.iri,
    name: `@${account.username}`,
  }));
  const note = peer.note(loud, { content: '<p>buy this</p>', tag: mention });
  await send(loud, create(loud, note), peer.activity('Follow', loud, bea.account.iri));
  t.true((await home()).includes(note.id), 'a follower reads it');
  t.false(JSON.stringify(await get('/api/v1/timelines/public')).includes(note.id));
  const told = async (who: Person) => JSON.stringify(await get('/api/v1/notifications', who));
  t.true((await told(ann)).includes(note.id));
  t.false((await told(bea)).includes(note.id));
  const waiting: AnyJson[] = await get('/api/v1/follow_requests', bea);
  t.deepEqual(
    waiting.map((one) => one.id),
    [id],
    'the follow waits for her word',
  );
  const found = async (q: string) =>
    (await get(`/api/v1/accounts/search?q=${q}`, bea)).map((one: AnyJson) => one.id);
  t.deepEqual([await found('loud'), await found(`loud@${peer.host}`)], [[], [id]]);
  t.is((await moderate('unsilence', loud)).json.limited, undefined);
  t.deepEqual(await found('loud'), [id]);
});

test.serial(
  'who is suspended comes back by no share, relay of a group, fetch, search, picture or notification',
  async (t) => {
    const id = await idOf(mallory);
    const picture = await sharp({
      create: { width: 8, height: 8, channels: 3, background: '#840' },
    })
      .png()
      .toBuffer();
    const url = peer.file('/files/one.png', 'image/png', picture);
    const attachment = [{ type: 'Image', mediaType: 'image/png', url }];
    const mention = [{ type: 'Mention', href: ann.account.iri, name: '@ann' }];
    const before = peer.note(mallory, { content: '<p>poison</p>', attachment, tag: mention });
    await send(mallory, create(mallory, before));
    const shared = peer.activity('Announce', friend, before.id, { to: [PUBLIC] });
    await send(friend, shared);
    const post = (await app.apis.posts.byIri(before.id))?._id ?? '';
    const [file] = (await get(`/api/v1/statuses/${post}`)).media_attachments;
    t.is((await app.request('GET', file.url)).status, 200);

    const action = `/api/v1/admin/accounts/${id}/action`;
    t.deepEqual((await call('POST', action, moderator, { type: 'suspend' })).json, {});
    await app.settled();

    // What was there is hidden, with its files; moderators can look.
    t.false((await home()).includes(before.id));
    for (const path of [`/api/v1/statuses/${post}`, `/api/v1/statuses/${post}/context`])
      t.is((await call('GET', path, ann)).status, 404, path);
    t.is((await call('POST', `/api/v1/statuses/${post}/favourite`, ann)).status, 404);
    t.is((await call('GET', `/api/v1/statuses/${post}`, moderator)).status, 200);
    t.is((await app.request('GET', file.url)).status, 404);
    t.false(JSON.stringify(await get('/api/v1/notifications')).includes(id));
    t.deepEqual(await get(`/api/v1/accounts/${id}/statuses`), []);

    // Follows are over, both ways, and their server knows.
    const ends = peer.received.slice(-4).map((one) => one.type);
    t.true(ends.includes('Undo') && ends.includes('Reject'), ends.join());
    t.false(await app.apis.relations.isFollowing(ann.account._id, id));
    t.false(await app.apis.relations.isFollowing(id, ann.account._id));
    t.is((await call('POST', `/api/v1/accounts/${id}/follow`, ann)).status, 404);

    // Nothing of theirs is taken: not from them, not from those who pass it on.
    const fresh = peer.note(mallory, { content: '<p>more poison</p>', tag: mention });
    const sent = create(mallory, fresh);
    await send(mallory, sent);
    t.regex(await outcomeOf(sent), /suspended here/);
    const answer = peer.note(mallory, { inReplyTo: before.id });
    const again = peer.activity('Announce', friend, before.id, { to: [PUBLIC] });
    const unseen = peer.activity('Announce', friend, fresh.id, { to: [PUBLIC] });
    await send(friend, again, unseen);
    t.regex(await outcomeOf(again), /suspended here/);
    const club = peer.person('circle', 'Group');
    await follow(ann, club);
    const relayed = peer.activity('Announce', club, peer.proved(create(mallory, answer)));
    const plain = peer.activity('Announce', club, fresh.id, { to: [club.followers] });
    await send(club, relayed, plain);
    for (const note of [fresh, answer]) t.is(await app.apis.posts.byIri(note.id), null);
    t.false((await home()).includes('poison'));

    // Nor looked up.
    for (const q of [fresh.id, before.id, 'poison', mallory.iri, `mallory@${peer.host}`]) {
      const path = `/api/v2/search?resolve=true&q=${encodeURIComponent(q)}`;
      const found = await get(path);
      t.deepEqual([found.accounts, found.statuses], [[], []], q);
    }
    // Nothing is sent to them.
    const count = peer.received.length;
    const status_ = { status: `hi @mallory@${peer.host}`, visibility: 'direct' };
    await call('POST', '/api/v1/statuses', ann, status_);
    await app.settled();
    t.is(peer.received.length, count);

    // Their server cannot lift it: neither by a deletion and a return, nor by an update.
    await app.apis.accounts.markGone(id);
    await app.apis.accounts.resolveIri(mallory.iri, { refresh: true });
    t.is((await app.apis.accounts.get(id))?.state, 'suspended');

    t.is((await moderate('unsuspend', mallory)).json.suspended, undefined);
    const heard = create(mallory, peer.note(mallory, { to: [ann.account.iri], tag: mention }));
    await send(mallory, heard);
    t.regex(await outcomeOf(heard), /stored/);
  },
);

test.serial(
  'a suspension takes a person out of the groups here, and their posts come back with them',
  async (t) => {
    const group = (
      await call('POST', '/api/mitoyen/v1/groups', ann, { name: 'open house', access: 'open' })
    ).json;
    const { iri } = (await app.apis.accounts.get(group.id)) ?? { iri: '' };
    const carl = peer.person('carl');
    await send(carl, peer.activity('Follow', carl, iri));
    const note = peer.note(carl, {
      content: '<p>in the group</p>',
      audience: iri,
      to: [PUBLIC, iri],
      cc: [],
    });
    await send(carl, create(carl, note));
    const id = await idOf(carl);
    const timeline = async () =>
      JSON.stringify(await get(`/api/v1/timelines/group/${group.id}`, ann));
    t.true((await timeline()).includes(note.id));
    await moderate('suspend', carl);
    t.false(await app.apis.groups.isMember(id, group.id));
    t.false((await timeline()).includes(note.id));
    const told = peer.received.findLast((one) => one.type === 'Reject');
    t.like(told, { actor: iri });
    await moderate('unsuspend', carl);
    t.true((await timeline()).includes(note.id));
    t.false(await app.apis.groups.isMember(id, group.id), 'who wants to come back joins again');
  },
);
