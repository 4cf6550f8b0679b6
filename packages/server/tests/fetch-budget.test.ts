/** Nobody can aim us at somebody, and nobody is flooded by us: requests and deliveries are bounded. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { createDeliveryRate } from '../src/outbox/delivery-rate.ts';
import { type Booted, bootApp } from './support/boot.ts';
import { createPeer, type Peer, type PeerPerson } from './support/peer.ts';

const FOR_OTHERS = 30;
const PER_HOST = 60;
const DELIVERIES = 5;

let app: Booted;
let hub: Peer;
let mallory: PeerPerson;
let ann: { _id: string; iri: string };
const peers: Peer[] = [];

async function newPeer(): Promise<Peer> {
  const peer = await createPeer();
  peers.push(peer);
  return peer;
}

test.before(async () => {
  const limits = {
    remote_gets_for_others_per_minute_per_host: FOR_OTHERS,
    remote_gets_per_minute_per_host: PER_HOST,
  };
  [app, hub] = await Promise.all([
    bootApp({ limits, federation: { delivery_per_minute_per_host: DELIVERIES } }),
    newPeer(),
  ]);
  mallory = hub.person('mallory');
  ann = (await app.person('ann')).account;
});
test.after.always(async () => {
  await app?.stop();
  for (const peer of peers) await peer.stop();
});

const inbox = () => `${app.baseUrl}/inbox`;
const gets = (peer: Peer) => peer.seen.filter(({ method }) => method === 'GET').length;
const outcomeOf = async (peer: Peer, id: string) =>
  app.kit.mongo
    .collection<{ _id: string; state: string; attempts: number; outcome?: string }>('receipts')
    .findOne({ _id: `${peer.host} ${id}` });

/** A message to ann that names these as well; resolves to the id of its Create. */
async function message(by: Peer, person: PeerPerson, strangers: string[]): Promise<string> {
  const to = [ann.iri, ...strangers];
  const note = by.note(person, { to, cc: [] });
  const create = by.activity('Create', person, note, { to, cc: [] });
  const status = await by.deliver(inbox(), person, create);
  if (status !== 202) throw new Error(`not accepted: ${status}`);
  return create.id;
}

test.serial(
  'a hundred messages that name a thousand people of a victim make a bounded number of requests to it',
  async (t) => {
    const victim = await newPeer();
    const ids = await Promise.all(
      Array.from({ length: 100 }, (_, turn) =>
        message(
          hub,
          mallory,
          Array.from({ length: 10 }, (__, one) => `${victim.base}/users/v${turn}-${one}`),
        ),
      ),
    );
    await app.settled();
    // Twice: the minute may change meanwhile.
    t.true(gets(victim) <= 2 * FOR_OTHERS, `${gets(victim)} requests`);
    t.true(gets(victim) >= 10);
    const all = await Promise.all(ids.map((id) => outcomeOf(hub, id)));
    const waiting = all.filter((one) => one?.state === 'new' && one.attempts === 0);
    t.true(waiting.length > 60, 'the others wait for their turn, they are not lost');
  },
);

test.serial('others are not held up by who spends his budget', async (t) => {
  const [good, third] = [await newPeer(), await newPeer()];
  const zoe = third.person('zoe');
  const id = await message(good, good.person('greta'), [zoe.iri]);
  await app.settled();
  t.is((await outcomeOf(good, id))?.state, 'done');
  t.is((await app.apis.accounts.byIri(zoe.iri))?.username, 'zoe');
});

test.serial('forged key ids of a victim make a bounded number of requests to it', async (t) => {
  const victim = await newPeer();
  const statuses = await Promise.all(
    Array.from({ length: 150 }, (_, turn) => {
      const somebody = { ...mallory, iri: `${victim.base}/users/k${turn}` };
      return hub.deliver(inbox(), somebody, hub.activity('Like', somebody, ann.iri));
    }),
  );
  t.true(statuses.every((status) => status === 401));
  t.true(gets(victim) >= 10 && gets(victim) <= 2 * PER_HOST, `${gets(victim)} requests`);
});

test.serial('redirects are counted where they lead', async (t) => {
  const victim = await newPeer();
  const doors = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const door = createServer((_, response) =>
        response.writeHead(302, { location: `${victim.base}/x` }).end(),
      );
      await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
      return door;
    }),
  );
  const ask = async (door: Server) => {
    const { port } = door.address() as AddressInfo;
    for (let turn = 0; turn < PER_HOST; turn += 1)
      await app.kit.remote.document(`http://127.0.0.1:${port}/${turn}`);
  };
  await Promise.all(doors.map(ask));
  t.true(gets(victim) > 10 && gets(victim) <= 2 * PER_HOST, `${gets(victim)} requests`);
  for (const door of doors) door.close();
});

test.serial('who cannot be found is not asked for again by whoever names them', async (t) => {
  const [good, third] = [await newPeer(), await newPeer()];
  const greta = good.person('greta');
  for (let turn = 0; turn < 4; turn += 1) {
    await message(good, greta, [`${third.base}/users/nobody`]);
    await app.settled();
  }
  t.is(third.asked.get('/users/nobody'), 1);
  const late = third.person('nobody');
  t.truthy(
    await app.apis.accounts.resolveIri(late.iri, { asked: true }),
    'a person of ours may look at any time',
  );
});

test.serial('a relayed Like without a proof is not looked up anywhere', async (t) => {
  const [relay, third] = [await newPeer(), await newPeer()];
  const zoe = third.person('zoe');
  await app.apis.accounts.resolveIri(zoe.iri);
  const note = third.note(zoe);
  const like = third.activity('Like', zoe, note.id);
  await relay.deliver(inbox(), relay.person('rita'), like);
  await app.settled();
  t.is((await outcomeOf(relay, like.id))?.outcome, 'rejected: relayed without proof');
  t.is(third.asked.get(new URL(note.id).pathname), undefined);
});

test.serial('two workers together give one host no more than its minute holds', async (t) => {
  const { redis, log } = app.kit;
  const clock = { at: 60_000_000, now: () => clock.at };
  const other = redis.duplicate();
  await other.ping();
  const workers = [redis, other].map((connection) =>
    createDeliveryRate({ perMinute: 10, redis: connection, prefix: 'two', clock, log }),
  );
  const take = (host: string) =>
    Promise.all(Array.from({ length: 20 }, (_, turn) => workers[turn % 2]?.take(host)));
  const times = await take('a.example');
  t.is(times.filter((at) => at === 0).length, 10);
  t.true(times.every((at) => at === 0 || at === 60_060_000));
  t.is((await take('b.example')).filter((at) => at === 0).length, 10);
  clock.at += 60_000;
  t.is((await take('a.example')).filter((at) => at === 0).length, 10);
  const keys = await redis.keys('{two}:*');
  for (const key of keys) t.true((await redis.ttl(key)) <= 65);
  other.disconnect();
});

test.serial('what is too much for a minute waits for the next; a message does not', async (t) => {
  const peer = await newPeer();
  const person = peer.person('flo');
  const target = await app.apis.accounts.resolveIri(person.iri);
  const send = (urgent: boolean) =>
    app.kit.outbox.send({
      actor: ann._id,
      activity: {
        id: `${app.baseUrl}/activities/${app.kit.nextId()}`,
        type: urgent ? 'Create' : 'Like',
        actor: ann.iri,
        object: person.iri,
      },
      recipients: { accounts: [target?._id ?? ''] },
      scope: 'posts',
      urgent,
    });
  for (let turn = 0; turn < 3 * DELIVERIES; turn += 1) await send(false);
  await app.settled();
  const arrived = peer.received.length;
  // Twice: the minute may change meanwhile.
  t.true(arrived >= DELIVERIES && arrived <= 2 * DELIVERIES, String(arrived));
  const [held] = await app.kit.outbox.held({ state: 'waiting', host: peer.host, limit: 1 });
  t.is(held?.reason, 'it gets no more a minute');
  t.is(held?.attempts, 0, 'that is no failure');
  await send(true);
  await app.settled();
  t.true(peer.received.some(({ type }) => type === 'Create'));
});
