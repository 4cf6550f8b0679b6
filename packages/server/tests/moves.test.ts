/** People move in and out with their followers, and nobody moves somebody else. */
import test, { type ExecutionContext } from 'ava';
import type { AnyJson, Booted } from './support/boot.ts';
import { createPeer, type PeerPerson } from './support/peer.ts';
import { withTwoApps } from './support/two-apps.ts';

const apps = withTwoApps(test);
let count = 0;
const name = (word: string) => `${word}${++count}`;

async function call(app: Booted, token: string, method: string, path: string, body?: unknown) {
  const answer = await app.request(method, path, { token, body });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.json;
}

async function follow(app: Booted, token: string, iri: string): Promise<string> {
  const account = await app.apis.accounts.resolveIri(iri);
  if (!account) throw new Error(`${iri} cannot be found`);
  await call(app, token, 'POST', `/api/v1/accounts/${account._id}/follow`, {});
  return account._id;
}

async function isFollowing(app: Booted, token: string, id: string): Promise<boolean> {
  const [row] = await call(app, token, 'GET', `/api/v1/accounts/relationships?id[]=${id}`);
  return row.following;
}

async function movesTold(app: Booted, token: string): Promise<AnyJson[]> {
  const path = '/api/v1/notifications?types[]=mitoyen.moved';
  const headers = { authorization: `Bearer ${token}` };
  const { json } = await app.request('GET', path, { headers });
  return json.filter((one: AnyJson) => one.type === 'mitoyen.moved');
}

test.serial('followers here and elsewhere follow along when somebody moves out', async (t) => {
  const { acme, north, settled } = apps();
  const [old, leo] = [await acme.person(name('amina')), await acme.person(name('leo'))];
  const [now, marta] = [await north.person(name('amina')), await north.person(name('marta'))];
  await follow(acme, leo.token, old.account.iri);
  const oldAtNorth = await follow(north, marta.token, old.account.iri);
  await settled();
  t.true(await isFollowing(north, marta.token, oldAtNorth));

  const target = `${now.account.username}@${north.kit.ownHost}`;
  const early = await acme.request('POST', '/api/mitoyen/v1/move', {
    token: old.token,
    body: { target },
  });
  t.is(early.status, 422);
  t.regex(early.text, /does not name .* as its alias/);

  const acct = `${old.account.username}@${acme.kit.ownHost}`;
  const aliases = await call(north, now.token, 'POST', '/api/mitoyen/v1/aliases', { acct });
  t.is(aliases[0].uri, old.account.iri);
  const moved = await call(acme, old.token, 'POST', '/api/mitoyen/v1/move', { target });
  t.is(moved.moved.uri, now.account.iri);
  await settled();

  const nowAtAcme = await acme.apis.accounts.byIri(now.account.iri);
  t.true(await isFollowing(acme, leo.token, nowAtAcme?._id ?? ''), 'who followed here');
  t.false(await isFollowing(acme, leo.token, old.account._id));
  t.true(await isFollowing(north, marta.token, now.account._id), 'who followed elsewhere');
  t.false(await isFollowing(north, marta.token, oldAtNorth));
  const [told] = await movesTold(north, marta.token);
  t.is(told.account.uri, old.account.iri);
  t.is(told.account.moved.uri, now.account.iri);
  t.is((await movesTold(acme, leo.token)).length, 1);
  const followers = (await north.request('GET', `/api/v1/accounts/${now.account._id}`, now)).json;
  t.is(followers.followers_count, 2);

  await call(acme, old.token, 'DELETE', '/api/mitoyen/v1/move');
  const shown = await call(acme, leo.token, 'GET', `/api/v1/accounts/${old.account._id}`);
  t.is(shown.moved, undefined, 'the page points nowhere any more');
});

test.serial('an alias is an account, named once and taken back', async (t) => {
  const { acme, north } = apps();
  const [here, there] = [await acme.person(name('ann')), await north.person(name('ann'))];
  const path = '/api/mitoyen/v1/aliases';
  const acct = `${there.account.username}@${north.kit.ownHost}`;
  await call(acme, here.token, 'POST', path, { acct });
  t.is((await call(acme, here.token, 'POST', path, { acct })).length, 1);
  for (const wrong of ['', `nobody@${north.kit.ownHost}`, here.account.username]) {
    const answer = await acme.request('POST', path, { token: here.token, body: { acct: wrong } });
    t.is(answer.status, 422, wrong);
  }
  t.deepEqual(await call(acme, here.token, 'DELETE', `${path}?acct=${acct}`), []);
  const again = await acme.request('DELETE', `${path}?acct=${acct}`, { token: here.token });
  t.is(again.status, 404);
  t.is(
    (await acme.request('POST', '/api/mitoyen/v1/move', { body: { target: acct } })).status,
    401,
  );
});

type World = {
  old: PeerPerson;
  now: PeerPerson;
  move: (by: PeerPerson, object: string, target: string) => Promise<string>;
  said: (person: PeerPerson, more: AnyJson) => void;
  leo: { token: string };
  oldId: string;
};

async function foreign(t: ExecutionContext): Promise<World> {
  const { acme } = apps();
  const [home, other] = [await createPeer(), await createPeer()];
  t.teardown(() => Promise.all([home.stop(), other.stop()]));
  const peers = new Map([
    [new URL(home.base).host, home],
    [new URL(other.base).host, other],
  ]);
  const peerOf = (person: PeerPerson) => {
    const peer = peers.get(new URL(person.iri).host);
    if (!peer) throw new Error('nobody of these');
    return peer;
  };
  const [old, now] = [home.person('old'), other.person('now')];
  const leo = await acme.person(name('leo'));
  const oldId = await follow(acme, leo.token, old.iri);
  await acme.settled();
  const request = home.received.find((one) => one.type === 'Follow');
  await home.deliver(`${acme.baseUrl}/inbox`, old, home.activity('Accept', old, request));
  await acme.settled();
  t.true(await isFollowing(acme, leo.token, oldId));

  return {
    old,
    now,
    leo,
    oldId,
    said: (person, more) => {
      const peer = peerOf(person);
      peer.serve({ ...peer.actorOf(person), ...more });
    },
    move: async (by, object, target) => {
      const peer = peerOf(by);
      const activity = peer.activity('Move', by, object, { target });
      t.is(await peer.deliver(`${acme.baseUrl}/inbox`, by, activity), 202);
      await acme.settled();
      const receipts = acme.kit.mongo.collection<AnyJson>('receipts');
      const receipt = await receipts.findOne({ _id: `${new URL(by.iri).host} ${activity.id}` });
      return receipt?.outcome;
    },
  };
}

test.serial('a move counts when both accounts say so, and is told once', async (t) => {
  const { acme } = apps();
  const { old, now, leo, oldId, said, move } = await foreign(t);
  t.is(await move(old, old.iri, now.iri), 'rejected: the old account does not say so');
  said(old, { movedTo: now.iri });
  t.regex(await move(old, old.iri, now.iri), /^rejected: the new account does not name/);
  t.true(await isFollowing(acme, leo.token, oldId), 'nothing has changed');

  said(now, { alsoKnownAs: [old.iri] });
  t.is(await move(old, old.iri, now.iri), 'applied: moved');
  t.false(await isFollowing(acme, leo.token, oldId));
  const target = await acme.apis.accounts.byIri(now.iri);
  const [relationship] = await call(
    acme,
    leo.token,
    'GET',
    `/api/v1/accounts/relationships?id[]=${target?._id}`,
  );
  t.true(relationship.requested, 'the new account was asked');
  await move(old, old.iri, now.iri);
  t.is((await movesTold(acme, leo.token)).length, 1);
});

test.serial('nobody moves somebody else, to themselves or away from a block', async (t) => {
  const { acme } = apps();
  const { old, now, leo, oldId, said, move } = await foreign(t);
  said(now, { alsoKnownAs: [old.iri] });
  t.is(await move(now, old.iri, now.iri), 'rejected: moves somebody else');
  t.regex(await move(now, now.iri, old.iri), /^ignored: nobody here follows it/);
  said(old, { movedTo: old.iri, alsoKnownAs: [old.iri] });
  t.is(await move(old, old.iri, old.iri), 'rejected: the new account is the same account');
  t.true(await isFollowing(acme, leo.token, oldId));

  said(old, { movedTo: now.iri });
  const target = await acme.apis.accounts.resolveIri(now.iri);
  await call(acme, leo.token, 'POST', `/api/v1/accounts/${target?._id}/block`, {});
  t.is(await move(old, old.iri, now.iri), 'applied: moved');
  t.false(await isFollowing(acme, leo.token, target?._id ?? ''), 'who blocked does not follow');
  t.deepEqual(await movesTold(acme, leo.token), []);
});
