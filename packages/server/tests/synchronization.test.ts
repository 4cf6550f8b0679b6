/** Followers and members that two servers count differently are found and mended (FEP-8fcf). */
import { collectionDigest, writeSynchronization } from '@mitoyen/federation';
import test from 'ava';
import type { Booted } from './support/boot.ts';
import { createPeer, type Peer } from './support/peer.ts';
import { withTwoApps } from './support/two-apps.ts';

const apps = withTwoApps(test);
type Person = Awaited<ReturnType<Booted['person']>>;
let peer: Peer;
let ann: Person;
let bo: Person;
let bea: Person;

test.before(async () => {
  peer = await createPeer();
});
test.after.always(() => peer?.stop());

const follows = (app: Booted) =>
  app.kit.mongo.collection<{ _id: string; follower: string; target: string }>('follows');
const ACTIVITY = { accept: 'application/activity+json' };

/** The look that a drift is worth comes once in ten minutes. */
async function forgetLooks(): Promise<void> {
  const { redis } = apps().north.kit;
  for (const key of await redis.keys('*:drift:*')) await redis.del(key);
}

async function follow(person: Person): Promise<string> {
  const { north, settled } = apps();
  const target = await north.apis.accounts.resolveIri(ann.account.iri);
  const path = `/api/v1/accounts/${target?._id}/follow`;
  await north.request('POST', path, { token: person.token });
  await settled();
  return target?._id ?? '';
}

async function says(status: string, more: object = { visibility: 'private' }): Promise<void> {
  const { acme, settled } = apps();
  await forgetLooks();
  const body = { status, ...more };
  const made = await acme.request('POST', '/api/v1/statuses', { token: ann.token, body });
  if (made.status !== 200) throw new Error(made.text);
  await settled();
}

const isFollowing = (person: Person, target: string) =>
  apps().north.apis.relations.isFollowing(person.account._id, target);

test.serial('where both agree nothing is asked and nothing changes', async (t) => {
  const { acme, north } = apps();
  [ann, bo, bea] = await Promise.all([acme.person('ann'), north.person('bo'), north.person('bea')]);
  const target = await follow(bo);
  await follow(bea);
  await says('to both');
  t.deepEqual(await north.kit.redis.keys('*:drift:*'), []);
  t.true(await isFollowing(bo, target));
});

test.serial('a follow that the other side has lost is dropped', async (t) => {
  const { acme, north } = apps();
  const target = await follow(bo);
  const boThere = await acme.apis.accounts.byIri(bo.account.iri);
  await follows(acme).deleteOne({ follower: boThere?._id });
  await says('a public post says nothing of followers', { visibility: 'public' });
  t.true(await isFollowing(bo, target));
  await says('to followers');
  t.false(await isFollowing(bo, target));
  t.true(await isFollowing(bea, target), 'the others stay');
  t.is((await north.apis.accounts.get(bo.account._id))?.counts.following, 0);
});

test.serial('a follow that only the other side still counts is taken back', async (t) => {
  const { acme, north } = apps();
  const target = await follow(bo);
  t.true(await isFollowing(bo, target));
  await follows(north).deleteOne({ follower: bo.account._id });
  await says('to followers, one of whom is none');
  const boThere = await acme.apis.accounts.byIri(bo.account.iri);
  t.is(await follows(acme).countDocuments({ follower: boThere?._id, state: 'accepted' }), 0);
  const beaThere = await acme.apis.accounts.byIri(bea.account.iri);
  t.is(await follows(acme).countDocuments({ follower: beaThere?._id, state: 'accepted' }), 1);
});

test.serial(
  'each server reads its own part of the followers, and nobody without signing',
  async (t) => {
    const { acme } = apps();
    const url = `${ann.account.iri}/followers_synchronization`;
    t.is((await acme.request('GET', url, { headers: ACTIVITY })).status, 404);
    const eve = peer.person('eve');
    const { status, json } = await peer.get(url, eve);
    t.is(status, 200);
    t.deepEqual(json.orderedItems, []);
  },
);

test.serial(
  'a digest that the signature does not cover is not heard, nor one of another collection',
  async (t) => {
    const { north } = apps();
    const bob = peer.person('bob');
    const target = await north.apis.accounts.resolveIri(bob.iri);
    await north.request('POST', `/api/v1/accounts/${target?._id}/follow`, { token: bo.token });
    await north.settled();
    const asked = peer.received.findLast((one) => one.type === 'Follow' && one.object === bob.iri);
    await peer.deliver(`${north.baseUrl}/inbox`, bob, peer.activity('Accept', bob, asked));
    await north.settled();
    const list = `${bob.followers}_synchronization`;
    peer.serve({ id: list, type: 'OrderedCollection', orderedItems: [] });
    const header = (collectionId: string) =>
      writeSynchronization({ collectionId, url: list, digest: collectionDigest([]) });
    const send = async (headers: Record<string, string>, signed: boolean) => {
      const body = peer.activity('Create', bob, peer.note(bob));
      const post = peer.signed('POST', `${north.baseUrl}/inbox`, bob, { body, headers, signed });
      t.is((await post()).status, 202);
      await north.settled();
    };
    const path = new URL(list).pathname;
    await send({ 'collection-synchronization': header(bob.followers) }, false);
    const eve = peer.person('eve');
    await send({ 'collection-synchronization': header(eve.followers) }, true);
    t.is(peer.asked.get(path), undefined);
    t.true(await isFollowing(bo, target?._id ?? ''));
    await send({ 'collection-synchronization': header(bob.followers) }, true);
    t.is(peer.asked.get(path), 1);
    t.false(await isFollowing(bo, target?._id ?? ''));
    await follows(north).updateOne({ follower: bo.account._id, target: target?._id }, { $set: {} });
    await send({ 'collection-synchronization': header(bob.followers) }, true);
    t.is(peer.asked.get(path), 1, 'nothing to look for any more');
  },
);

test.serial(
  'members of a closed group are compared the same way, in both directions',
  async (t) => {
    const { acme, north, settled } = apps();
    const groups = '/api/mitoyen/v1/groups';
    const body = { name: 'inner', access: 'closed' };
    const group = (await acme.request('POST', groups, { token: ann.token, body })).json;
    const handle = encodeURIComponent(`inner@${acme.kit.ownHost}`);
    const copy = (
      await north.request('GET', `${groups}/lookup?handle=${handle}`, { token: bo.token })
    ).json;
    for (const person of [bo, bea]) {
      await north.request('POST', `${groups}/${copy.id}/join`, { token: person.token });
      await settled();
      const there = await acme.apis.accounts.byIri(person.account.iri);
      await acme.request('POST', `${groups}/${group.id}/requests/${there?._id}/approve`, {
        token: ann.token,
      });
      await settled();
    }
    const rows = (app: Booted) =>
      app.kit.mongo.collection<{ _id: string; account: string; state: string }>('memberships');
    const state = async (app: Booted, person: Person) => {
      const account = await app.apis.accounts.byIri(person.account.iri);
      return (await rows(app).findOne({ account: account?._id }))?.state;
    };
    t.deepEqual([await state(north, bo), await state(north, bea)], ['member', 'member']);

    const boThere = await acme.apis.accounts.byIri(bo.account.iri);
    await rows(acme).updateOne({ account: boThere?._id }, { $set: { state: 'ended' } });
    await says('in the group', { visibility: 'group', group_id: group.id });
    t.is(await state(north, bo), 'rejected', 'its home does not count him');
    t.is(await state(north, bea), 'member');

    await rows(acme).updateOne({ account: boThere?._id }, { $set: { state: 'member' } });
    await says('again in the group', { visibility: 'group', group_id: group.id });
    t.is(await state(acme, bo), 'ended', 'his own server does not count him');
    t.is(await state(acme, bea), 'member');

    const eve = peer.person('eve');
    const url = `${acme.baseUrl}/groups/inner/followers_synchronization`;
    t.is((await peer.get(url, eve)).status, 404, 'no members there');
  },
);
