/** FEP-8b32 proofs: on what we serve, and judged before others are told by us. */
import { type JsonObject, verifyProof } from '@mitoyen/federation';
import test from 'ava';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { createPeer, type Peer, type PeerPerson, PUBLIC } from './support/peer.ts';

let app: Booted;
let peer: Peer;
let hub: Peer;
let bob: PeerPerson;
let ann: { token: string; account: { _id: string; iri: string } };

test.before(async () => {
  [app, peer, hub] = await Promise.all([bootApp(), createPeer(), createPeer()]);
  bob = peer.person('bob');
  ann = await app.person('ann');
});
test.after.always(async () => {
  await app?.stop();
  await peer?.stop();
  await hub?.stop();
});

const inbox = () => `${app.baseUrl}/inbox`;
const serve = async (iri: string): Promise<AnyJson> =>
  (await app.request('GET', iri, { headers: { accept: 'application/activity+json' } })).json;
const outcomeOf = async (host: string, id: string) =>
  (
    await app.kit.mongo
      .collection<{ _id: string; outcome: string }>('receipts')
      .findOne({ _id: `${host} ${id}` })
  )?.outcome;

/** With the keys that the actor's own document shows. */
async function holds(document: JsonObject, actor: AnyJson): Promise<boolean> {
  const verdict = await verifyProof(document, {
    now: Date.now(),
    findKey: async (method) => {
      const key = actor.assertionMethod.find((one: AnyJson) => one.id === method);
      return key && { controller: key.controller, multibase: key.publicKeyMultibase };
    },
  });
  return verdict.ok;
}

test.serial(
  'posts, their activities, shares, people, groups and the server are served with proofs',
  async (t) => {
    const say = async (body: object) =>
      (await app.request('POST', '/api/v1/statuses', { token: ann.token, body })).json;
    const post = await say({ status: 'proven words' });
    const share = await app.request('POST', `/api/v1/statuses/${post.id}/reblog`, {
      token: ann.token,
    });
    const group = await app.request('POST', '/api/mitoyen/v1/groups', {
      token: ann.token,
      body: { name: 'proofs', access: 'open' },
    });
    const actor = await serve(ann.account.iri);
    for (const iri of [ann.account.iri, post.uri, `${post.uri}/activity`, share.json.uri]) {
      const document = await serve(iri);
      t.is(document.id, iri);
      t.true(await holds(document, actor), iri);
      t.false(await holds({ ...document, summary: 'changed' }, actor), iri);
    }
    for (const iri of [group.json.uri, `${app.baseUrl}/actor`]) {
      const document = await serve(iri);
      t.true(await holds(document, document), iri);
    }
    const [first, second] = [await serve(post.uri), await serve(post.uri)];
    t.deepEqual(first.proof, second.proof);
    await app.request('PUT', `/api/v1/statuses/${post.id}`, {
      token: ann.token,
      body: { status: 'other words' },
    });
    const edited = await serve(post.uri);
    t.regex(edited.content, /other words/);
    t.not(edited.proof.proofValue, first.proof.proofValue);
    t.true(await holds(edited, actor), 'the proof is of what is served now');
  },
);

test.serial('a relayed activity whose proof has ended is looked up at its origin', async (t) => {
  await app.apis.accounts.resolveIri(bob.iri);
  const rita = hub.person('rita');
  const relay = async (expires: string): Promise<string | undefined> => {
    const note = peer.note(bob, { to: [PUBLIC, ann.account.iri] });
    peer.missing(note.id);
    const create = peer.activity('Create', bob, note, { to: note.to, cc: note.cc });
    const activity = peer.proved(create, { expires });
    t.is(await hub.deliver(inbox(), rita, activity), 202);
    await app.settled();
    return outcomeOf(hub.host, create.id);
  };
  const iso = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  t.regex((await relay(iso(Date.now() + 3600_000))) ?? '', /^applied/);
  t.is(await relay(iso(Date.now() - 3600_000)), 'ignored: the origin does not have it');
});

test.serial('a group’s home passes a proof on only where it holds', async (t) => {
  const made = await app.request('POST', '/api/mitoyen/v1/groups', {
    token: ann.token,
    body: { name: 'relay', access: 'open' },
  });
  const group = made.json.uri;
  for (const [at, who] of [
    [peer, bob],
    [hub, hub.person('carol')],
  ] as const)
    await at.deliver(inbox(), who, at.activity('Follow', who, group));
  await app.settled();

  const announced = async (spoil: (activity: JsonObject) => JsonObject) => {
    const note = peer.note(bob, { to: [group, PUBLIC], cc: [], audience: group });
    const create = peer.activity('Create', bob, note, { to: note.to, cc: [], audience: group });
    t.is(await peer.deliver(inbox(), bob, spoil(peer.proved(create))), 202);
    await app.settled();
    const found = hub.received.find(
      (one) => one.type === 'Announce' && (one.object as JsonObject).id === create.id,
    );
    t.truthy(found, 'the group relays it in any case: its sender has signed the request');
    return found?.object as JsonObject;
  };
  const good = await announced((activity) => activity);
  t.true(await holds(good, peer.actorOf(bob)));
  const changed = await announced((activity) => ({ ...activity, summary: 'added later' }));
  t.is(changed.proof, undefined);
});
