/** Signatures on the wire: played back, under two schemes, and with either kind of key. */
import { type JsonObject, SIGNATURE_PAST_MS } from '@mitoyen/federation';
import test from 'ava';
import { type Booted, bootApp } from './support/boot.ts';
import { createPeer, type Peer, type PeerPerson } from './support/peer.ts';

let app: Booted;
let peer: Peer;
let bob: PeerPerson;

test.before(async () => {
  const limits = { inbox_per_minute_per_host: 60, inbox_unsigned_per_minute_per_address: 30 };
  const http = { trusted_proxies: ['127.0.0.1/32'] };
  [app, peer] = await Promise.all([bootApp({ limits, http }), createPeer()]);
  bob = peer.person('bob');
});
test.after.always(async () => {
  await app?.stop();
  await peer?.stop();
});

const inbox = () => `${app.baseUrl}/inbox`;
const receipts = () =>
  app.kit.mongo.collection<{ _id: string; state: string; host: string }>('receipts');
const create = (by: PeerPerson, more: JsonObject = {}) => {
  const note = peer.note(by, more);
  return peer.activity('Create', by, note, { to: note.to, cc: note.cc });
};

test.serial(
  'a delivery sent twice under one signature is accepted twice and kept once',
  async (t) => {
    const activity = create(bob);
    const send = peer.signed('POST', inbox(), bob, { body: activity });
    t.is((await send()).status, 202);
    await app.settled();
    t.is((await send()).status, 202);
    await app.settled();
    t.is(await receipts().countDocuments({ _id: `${peer.host} ${activity.id}` }), 1);
  },
);

test.serial('a retry that is signed anew is accepted as well', async (t) => {
  const activity = create(bob);
  for (const now of [Date.now() - 5000, Date.now()]) {
    const send = peer.signed('POST', inbox(), bob, { body: activity, now });
    t.is((await send()).status, 202);
  }
  await app.settled();
  t.is(await receipts().countDocuments({ _id: `${peer.host} ${activity.id}` }), 1);
});

test.serial('what was dropped since does not come back by playing the request again', async (t) => {
  const activity = create(bob);
  const send = peer.signed('POST', inbox(), bob, { body: activity });
  t.is((await send()).status, 202);
  await app.settled();
  await receipts().deleteOne({ _id: `${peer.host} ${activity.id}` });
  t.is((await send()).status, 401);
  t.is(await receipts().countDocuments({ _id: `${peer.host} ${activity.id}` }), 0);
  const anew = peer.signed('POST', inbox(), bob, { body: activity, now: Date.now() - 2000 });
  t.is((await anew()).status, 202, 'its sender may say it again');
});

test.serial(
  'a delivery that was refused is not remembered: its retry is judged afresh',
  async (t) => {
    const body = create(bob);
    const late = peer.signed('POST', inbox(), bob, {
      body,
      now: Date.now() - SIGNATURE_PAST_MS - 60_000,
    });
    t.is((await late()).status, 401);
    t.is((await peer.signed('POST', inbox(), bob, { body })()).status, 202);
  },
);

test.serial(
  'a signed GET answers again at once, and no more when its moment is over',
  async (t) => {
    await app.person('ann');
    const read = peer.signed('GET', `${app.baseUrl}/users/ann`, bob);
    t.is((await read()).status, 200);
    t.is((await read()).status, 200);
    const [key = ''] = await app.kit.redis.keys('*:read:*');
    await app.kit.redis.set(key, String(Date.now() - 61_000), 'KEEPTTL');
    t.is((await read()).status, 401);
    const later = { now: Date.now() + 2000 };
    t.is((await peer.signed('GET', `${app.baseUrl}/users/ann`, bob, later)()).status, 200);
  },
);

test.serial('used signatures are forgotten when their date no longer counts', async (t) => {
  const keys = [
    ...(await app.kit.redis.keys('*:sent:*')),
    ...(await app.kit.redis.keys('*:read:*')),
  ];
  t.true(keys.length > 2);
  for (const key of keys) {
    const left = await app.kit.redis.ttl(key);
    t.true(left > 3500 && left <= 3900, key);
  }
});

test.serial(
  'an Ed25519 assertion key of the actor signs requests too (RFC 9421, FEP-521a)',
  async (t) => {
    const activity = create(bob);
    const send = peer.signed('POST', inbox(), bob, {
      body: activity,
      scheme: 'rfc9421',
      ed25519: true,
    });
    t.is((await send()).status, 202);
    const read = { scheme: 'rfc9421', ed25519: true } as const;
    t.is((await peer.signed('GET', `${app.baseUrl}/users/ann`, bob, read)()).status, 200);
  },
);

test.serial(
  'who forges the name of a partner does not use up what the partner may send',
  async (t) => {
    const forger = await createPeer();
    const forge = (address: string, now: number) =>
      forger.signed('POST', inbox(), bob, {
        body: create(bob),
        now,
        headers: { 'x-forwarded-for': address },
        signed: false,
      })();
    const statuses: number[] = [];
    // More than twice the limit: the minute may change meanwhile.
    for (let turn = 0; turn < 70; turn += 1)
      statuses.push((await forge('203.0.113.9', Date.now() - turn * 1000)).status);
    t.is(statuses[0], 401);
    t.true(statuses.includes(429), 'the forger is told to stop');
    t.true(statuses.every((status) => [401, 429].includes(status)));
    t.is((await forge('203.0.113.10', Date.now())).status, 401, 'by its address');
    t.is(await peer.deliver(inbox(), bob, create(bob)), 202);
    await forger.stop();
  },
);

test.serial(
  'a partner that sends too much by its own signature is told to come back',
  async (t) => {
    const eager = await createPeer();
    const eve = eager.person('eve');
    const statuses = await Promise.all(
      Array.from({ length: 130 }, () =>
        eager.deliver(inbox(), eve, eager.activity('Like', eve, bob.iri)),
      ),
    );
    t.true(statuses.filter((status) => status === 202).length >= 60);
    t.true(statuses.includes(429));
    t.is(await peer.deliver(inbox(), bob, create(bob)), 202, 'others send on');
    await eager.stop();
  },
);

/** What the peer saw of us since, by method. */
const since = (from: number, method: string) =>
  peer.seen.slice(from).filter((one) => one.method === method);

async function deliverSomething(): Promise<void> {
  const ann = await app.apis.accounts.byHandle('ann');
  const target = await app.apis.accounts.resolveIri(bob.iri);
  await app.kit.outbox.send({
    actor: ann?._id ?? '',
    activity: {
      id: `${app.baseUrl}/activities/${app.kit.nextId()}`,
      type: 'Like',
      actor: ann?.iri,
      object: bob.iri,
    },
    recipients: { accounts: [target?._id ?? ''] },
    scope: 'posts',
  });
  await app.settled();
}

test.serial('a server error says nothing about the scheme', async (t) => {
  peer.refused.set('cavage', 503);
  const from = peer.seen.length;
  await deliverSomething();
  t.deepEqual(
    since(from, 'POST').map((one) => one.scheme),
    ['cavage'],
  );
  const got = await app.kit.remote.document(bob.iri);
  t.is(got.kind, 'failed');
  t.true(since(from, 'GET').every((one) => one.scheme === 'cavage'));
  // Its retry must not turn up in what follows.
  await app.kit.outbox.dropHost(peer.host);
  peer.refused.clear();
});

test.serial(
  'a host that refuses draft-cavage is asked under RFC 9421, by POST and by GET, and remembered by every process',
  async (t) => {
    peer.refused.set('cavage', 401);
    let from = peer.seen.length;
    const got = await app.kit.remote.document(bob.iri);
    t.is(got.kind, 'ok');
    t.deepEqual(
      since(from, 'GET').map((one) => one.scheme),
      ['cavage', 'rfc9421'],
    );
    from = peer.seen.length;
    await deliverSomething();
    t.deepEqual(
      since(from, 'POST').map((one) => one.scheme),
      ['rfc9421'],
      'what a GET taught holds for a POST',
    );
    const { createSchemeMemory } = await import('../src/outbox/scheme-memory.ts');
    const { redis, log, config } = app.kit;
    const elsewhere = createSchemeMemory({ redis, log, prefix: `mitoyen:${config.database.name}` });
    t.is(
      await elsewhere.of(peer.host),
      'rfc9421',
      'as another process, or this one after a restart',
    );
    t.is(await elsewhere.of('other.example'), 'cavage');

    peer.refused.set('rfc9421', 403);
    peer.refused.delete('cavage');
    from = peer.seen.length;
    await deliverSomething();
    await deliverSomething();
    t.deepEqual(
      since(from, 'POST').map((one) => one.scheme),
      ['rfc9421', 'cavage', 'cavage'],
      'it may change its mind',
    );
    peer.refused.clear();
  },
);

test.serial('a host that refuses both is not remembered for either', async (t) => {
  peer.refused.set('cavage', 403).set('rfc9421', 403);
  const got = await app.kit.remote.document(bob.iri);
  t.is(got.kind, 'refused');
  peer.refused.clear();
  const from = peer.seen.length;
  await deliverSomething();
  t.deepEqual(
    since(from, 'POST').map((one) => one.scheme),
    ['cavage'],
  );
});

test.serial('who signs is who is judged, whatever other host the headers name', async (t) => {
  const { account } = await app.person('zoe');
  const how = { scheme: 'rfc9421', signed: false } as const;
  t.is((await peer.signed('GET', account.iri, bob, how)()).status, 200);
  const Signature = 'keyId="http://elsewhere.example/users/x#main-key"';
  const now = Date.now() + 1000;
  const get = peer.signed('GET', account.iri, bob, { ...how, now, headers: { Signature } });
  t.is((await get()).status, 401);
  const body = create(bob);
  const post = peer.signed('POST', inbox(), bob, { ...how, body, headers: { Signature } });
  t.is((await post()).status, 401);
});

test.serial('without Redis nothing is refused for being played back', async (t) => {
  const { createReplayCache } = await import('../src/inbox/replay-cache.ts');
  const { kit } = app;
  const redis = kit.redis.duplicate({ lazyConnect: true });
  const cache = createReplayCache({ redis, clock: kit.clock, log: kit.log, prefix: 'mitoyen:x' });
  const signature = Buffer.from('bytes');
  cache.markUsed(peer.host, signature);
  t.false(await cache.wasUsed(peer.host, signature));
  t.true(await cache.mayRead(peer.host, signature));
  redis.disconnect();
});
