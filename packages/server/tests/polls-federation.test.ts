/** Polls between two instances, and with a foreign server. */
import test from 'ava';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { membersOf, type Person } from './support/members.ts';
import { createPeer, type Peer, PUBLIC } from './support/peer.ts';

let acme: Booted;
let north: Booted;
let peer: Peer;
test.before(async () => {
  [acme, north, peer] = await Promise.all([bootApp(), bootApp(), createPeer()]);
});
test.after.always(async () => {
  await Promise.all([acme?.stop(), north?.stop(), peer?.stop()]);
});
const [here, there] = [membersOf(() => acme), membersOf(() => north)];
const question = { poll: { options: ['tea', 'coffee'], expires_in: 3600 } };
const counts = (of: AnyJson) => of.poll.options.map((option: AnyJson) => option.votes_count);
async function eventually(what: string, done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
const copyOf = async (at: Booted, by: Person, uri: string): Promise<AnyJson> => {
  const post = await at.apis.posts.byIri(uri);
  return (
    post && (await at.request('GET', `/api/v1/statuses/${post._id}`, { token: by.token })).json
  );
};

test('a poll crosses the wall, a vote comes back, and the numbers go to everybody', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const [bo, cy] = (await there.people('bo', 'cy')) as [Person, Person];
  const target = await north.apis.accounts.resolveHandle(
    `${ann.account.username}@${acme.kit.ownHost}`,
  );
  for (const by of [bo, cy]) await there.ok(by, 'POST', `/api/v1/accounts/${target?._id}/follow`);
  await eventually('the follow', async () =>
    acme.apis.relations.hasFollowersAt(ann.account._id, north.kit.ownHost),
  );
  const post = await here.say(ann, 'Tea?', question);
  await eventually('the arrival', async () => (await copyOf(north, bo, post.uri)) !== null);
  const copy = await copyOf(north, bo, post.uri);
  t.deepEqual(
    copy.poll.options.map((option: AnyJson) => option.title),
    ['tea', 'coffee'],
  );
  const voted = await there.ok(bo, 'POST', `/api/v1/polls/${copy.id}/votes`, { choices: [1] });
  t.deepEqual(voted.own_votes, [1]);
  await eventually('the vote', async () => counts(await copyOf(acme, ann, post.uri))[1] === 1);
  // A vote is no comment.
  t.is((await here.get(ann, `/api/v1/statuses/${post.id}/context`)).descendants.length, 0);
  const [ben] = (await here.people('ben')) as [Person];
  await here.ok(ben, 'POST', `/api/v1/polls/${post.id}/votes`, { choices: [0] });
  await eventually('the numbers', async () => {
    const seen = await copyOf(north, cy, post.uri);
    return counts(seen).join() === '1,1' && seen.poll.voters_count === 2;
  });
  t.is((await copyOf(north, cy, post.uri)).edited_at, null);
});

test('a foreign vote counts once: duplicate, second, unknown, forged and late ones do not', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const [bob, eve] = [peer.person('bob'), peer.person('eve')];
  const post = await here.say(ann, 'Tea?', question);
  const inbox = `${acme.baseUrl}/inbox`;
  const ballot = (by: typeof bob, name: string) => ({
    id: `${by.iri}#votes/${name}`,
    type: 'Note',
    name,
    attributedTo: by.iri,
    inReplyTo: post.uri,
    to: [`${acme.baseUrl}/users/${ann.account.username}`],
  });
  const send = async (object: AnyJson, by = bob, id?: string) => {
    const activity = peer.activity('Create', by, object, { to: object.to });
    await peer.deliver(inbox, by, id ? { ...activity, id } : activity);
    await acme.settled();
    return counts(await copyOf(acme, ann, post.uri));
  };
  t.deepEqual(await send(ballot(bob, 'water')), [0, 0]);
  t.deepEqual(await send(ballot(bob, 'tea')), [1, 0]);
  t.deepEqual(await send(ballot(bob, 'tea')), [1, 0]);
  t.deepEqual(await send(ballot(bob, 'coffee')), [1, 0]);
  t.deepEqual(await send(ballot(eve, 'coffee'), bob), [1, 0]);
  await here.ok(
    ann,
    'POST',
    `/api/v1/accounts/${(await acme.apis.accounts.resolveIri(eve.iri))?._id}/block`,
  );
  await acme.settled();
  t.deepEqual(await send(ballot(eve, 'coffee'), eve), [1, 0]);
  t.is((await here.get(ann, '/api/v1/notifications')).length, 0);
});

test('a foreign poll is voted in by a Note with the name, and its Update brings the numbers', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const dora = peer.person('dora');
  const asked = peer.note(dora, {
    type: 'Question',
    to: [PUBLIC],
    content: '<p>Which?</p>',
    anyOf: ['red', 'blue'].map((name) => ({
      type: 'Note',
      name,
      replies: { type: 'Collection', totalItems: 1 },
    })),
    votersCount: 2,
    endTime: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const post = await acme.apis.posts.resolveIri(asked.id);
  const path = `/api/v1/polls/${post?._id}`;
  await here.ok(ann, 'POST', `${path}/votes`, { choices: [0, 1] });
  await acme.settled();
  const votes = peer.received.filter((one) => (one.object as AnyJson)?.inReplyTo === asked.id);
  t.deepEqual(votes.map((one) => (one.object as AnyJson).name).toSorted(), ['blue', 'red']);
  t.true(votes.every((one) => (one.to as string[]).join() === dora.iri));
  const updated = {
    ...asked,
    anyOf: ['red', 'blue'].map((name, index) => ({
      type: 'Note',
      name,
      replies: { type: 'Collection', totalItems: 4 + index },
    })),
    votersCount: 7,
    closed: new Date().toISOString(),
  };
  await peer.deliver(`${acme.baseUrl}/inbox`, dora, peer.activity('Update', dora, updated));
  await acme.settled();
  const seen = await here.get(ann, path);
  t.deepEqual(
    seen.options.map((option: AnyJson) => option.votes_count),
    [4, 5],
  );
  t.is(seen.voters_count, 7);
});

test('in a group of two companies each votes in the other’s polls, and everybody sees the numbers', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const [bo] = (await there.people('bo')) as [Person];
  const works = await here.group(ann, 'works', 'closed');
  await here.ok(ann, 'POST', `/api/mitoyen/v1/groups/${works}/invitations`, {
    accounts: [`${bo.account.username}@${north.kit.ownHost}`],
  });
  const invitations = async () =>
    (await there.get(bo, '/api/mitoyen/v1/group_invitations')) as AnyJson[];
  await eventually('the invitation', async () => (await invitations()).length > 0);
  const copy = (await invitations())[0]?.group.id;
  await there.ok(bo, 'POST', `/api/mitoyen/v1/groups/${copy}/invitation/accept`);
  await eventually('the membership', async () =>
    acme.apis.groups.hasMembersAt(works, north.kit.ownHost),
  );

  const byAnn = await here.say(ann, 'Tea?', { ...question, group_id: works });
  await eventually('the first poll', async () => (await copyOf(north, bo, byAnn.uri)) !== null);
  const atNorth = await copyOf(north, bo, byAnn.uri);
  await there.ok(bo, 'POST', `/api/v1/polls/${atNorth.id}/votes`, { choices: [0] });
  await eventually('their vote', async () => counts(await copyOf(acme, ann, byAnn.uri))[0] === 1);

  const byBo = await there.say(bo, 'Coffee?', { ...question, group_id: copy });
  await eventually('the second poll', async () => (await copyOf(acme, ann, byBo.uri)) !== null);
  const atAcme = await copyOf(acme, ann, byBo.uri);
  const [cal] = (await here.people('cal')) as [Person];
  t.is(await here.status(cal, 'POST', `/api/v1/polls/${atAcme.id}/votes`, { choices: [1] }), 404);
  await here.ok(ann, 'POST', `/api/v1/polls/${atAcme.id}/votes`, { choices: [1] });
  await eventually('our vote', async () => counts(await copyOf(north, bo, byBo.uri))[1] === 1);
});
