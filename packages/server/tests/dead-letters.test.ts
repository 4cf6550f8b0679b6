/** What does not get through, in both directions: kept with its reason, bounded, tried again at an admin's word. */
import test from 'ava';
import type { WithPending } from '../src/platform/pending.ts';
import { type Booted, bootApp } from './support/boot.ts';
import { createPeer, type Peer, type PeerPerson } from './support/peer.ts';

const MOST = 3;
const ADMIN = '/api/mitoyen/v1/admin/deliveries';

let app: Booted;
let hub: Peer;
let origin: Peer;
let bob: PeerPerson;
let carol: PeerPerson;
let token: string;
let ann: { _id: string; iri: string };

type Row = {
  _id: string;
  host: string;
  state: string;
  attempts: number;
  outcome?: string;
  expiresAt?: Date;
};
const receipts = () => app.kit.mongo.collection<Row & { body?: string }>('receipts');
const deliveries = () => app.kit.mongo.collection<Row>('deliveries');

test.before(async () => {
  const limits = { dead_letters_per_host: MOST, dead_letter_bytes_per_host: 1_048_576 };
  [app, hub, origin] = await Promise.all([bootApp({ limits }), createPeer(), createPeer()]);
  [bob, carol] = [hub.person('bob'), origin.person('carol')];
  const person = await app.person('ann', { role: 'admin' });
  [token, ann] = [person.token, person.account];
});
test.after.always(async () => {
  await app?.stop();
  await hub?.stop();
  await origin?.stop();
});

/** Relays a post of carol without a proof: her server must be asked, and has trouble. One try is left. */
async function failing(content: string): Promise<string> {
  const note = origin.note(carol, { content });
  const create = origin.activity('Create', carol, note, { to: note.to, cc: note.cc });
  const row = {
    _id: `${hub.host} ${create.id}`,
    state: 'new',
    host: hub.host,
    signer: bob.iri,
    body: JSON.stringify(create),
    attempts: 11,
    at: app.kit.clock.now(),
  };
  await receipts().insertOne(row);
  return row._id;
}

async function untilFailed(ids: string[]): Promise<void> {
  await app.app.sweep(0);
  for (const end = Date.now() + 15_000; ; ) {
    const open = await receipts().countDocuments({ _id: { $in: ids }, state: 'new' });
    const failed = await receipts().countDocuments({ host: hub.host, state: 'failed' });
    if (open === 0 && failed <= MOST) return;
    if (Date.now() > end) throw new Error('they do not fail');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test.serial(
  'what cannot be processed is kept for some days, so many of a host, and processed again at an admin’s word',
  async (t) => {
    await app.apis.accounts.resolveIri(bob.iri);
    await app.apis.accounts.resolveIri(carol.iri);
    origin.refused.set('cavage', 500);
    const ids: string[] = [];
    for (let turn = 0; turn < MOST + 2; turn += 1) {
      ids.push(await failing(`in trouble ${turn}`));
      await untilFailed(ids);
    }
    const left = await receipts().find({ host: hub.host, state: 'failed' }).toArray();
    t.deepEqual(left.map((one) => one._id).toSorted(), ids.slice(-MOST).toSorted(), 'the newest');
    for (const { expiresAt } of left) {
      const days = ((expiresAt?.getTime() ?? 0) - Date.now()) / (24 * 3600_000);
      t.true(days > 29 && days <= 30);
    }
    const listed = await app.request('GET', `${ADMIN}/inbound?host=${hub.host}`, { token });
    t.is(listed.json.length, MOST);
    t.like(listed.json[0], { host: hub.host, signer: bob.iri, attempts: 12 });
    t.is(listed.json[0].activity, ids.at(-1)?.slice(hub.host.length + 1));
    t.regex(listed.json[0].reason, /status 500/);
    const older = `before=${encodeURIComponent(listed.json[0].at)}`;
    const rest = await app.request('GET', `${ADMIN}/inbound?${older}`, { token });
    t.is(rest.json.length, MOST - 1, 'paged by time');

    origin.refused.clear();
    const other = await app.request('POST', `${ADMIN}/inbound/retry`, {
      token,
      body: { host: 'other.example' },
    });
    t.is(other.json.queued, 0);
    const retried = await app.request('POST', `${ADMIN}/inbound/retry`, {
      token,
      body: { host: hub.host },
    });
    t.is(retried.json.queued, MOST);
    await app.settled();
    const after = await receipts()
      .find({ _id: { $in: ids } })
      .toArray();
    t.is(after.length, MOST);
    t.true(after.every((one) => one.state === 'done' && one.body === undefined));
    t.deepEqual((await app.request('GET', `${ADMIN}/inbound`, { token })).json, []);
    const member = (await app.person('bea')).token;
    t.is((await app.request('GET', `${ADMIN}/inbound`, { token: member })).status, 403);
    t.is(
      (await app.request('POST', `${ADMIN}/inbound/retry`, { token: member, body: {} })).status,
      403,
    );
  },
);

test.serial('what is given up takes so many bytes of a host, the newest', async (t) => {
  origin.refused.set('cavage', 500);
  await receipts().deleteMany({ host: hub.host, state: 'failed' });
  const ids: string[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    ids.push(await failing('x'.repeat(turn === 2 ? 10 : 600_000)));
    await untilFailed(ids);
  }
  const left = await receipts().find({ host: hub.host, state: 'failed' }).toArray();
  t.deepEqual(left.map((one) => one._id).toSorted(), ids.slice(1).toSorted());
  origin.refused.clear();
});

test.serial('what is relayed waits for an author whose server has trouble', async (t) => {
  const dora = origin.person('dora');
  const note = origin.note(dora, { content: 'worth waiting for', cc: [ann.iri] });
  const create = origin.proved(origin.activity('Create', dora, note, { to: note.to, cc: note.cc }));
  origin.refused.set('cavage', 500);
  t.is(await hub.deliver(`${app.baseUrl}/inbox`, bob, create), 202);
  const row = () => receipts().findOne({ _id: `${hub.host} ${create.id}` });
  for (const end = Date.now() + 15_000; (await row())?.attempts === 0; )
    if (Date.now() > end) throw new Error('it is not tried');
  t.like(await row(), { state: 'new', outcome: 'the author’s server did not answer' });
  origin.refused.clear();
  for (const end = Date.now() + 15_000; (await row())?.state === 'new'; ) {
    await app.app.sweep(0);
    await app.settled();
    if (Date.now() > end) throw new Error('it is not tried again');
  }
  t.regex(String((await row())?.outcome), /^applied/);
  t.truthy(await app.apis.posts.byIri(note.id));
  // Who is not there at all is not waited for.
  const nobody = { ...origin.activity('Like', dora, note.id), actor: `${origin.base}/users/none` };
  t.is(await hub.deliver(`${app.baseUrl}/inbox`, bob, nobody), 202);
  await app.settled();
  const answer = await receipts().findOne({ _id: `${hub.host} ${nobody.id}` });
  t.like(answer, { state: 'done', outcome: 'ignored: the actor cannot be found' });
});

async function like(by: PeerPerson): Promise<void> {
  const target = await app.apis.accounts.byIri(by.iri);
  await app.kit.outbox.send({
    actor: ann._id,
    activity: {
      id: `${app.baseUrl}/activities/${app.kit.nextId()}`,
      type: 'Like',
      actor: ann.iri,
      object: by.iri,
    },
    recipients: { inboxes: [target?.inbox ?? ''] },
    scope: 'posts',
  });
  await app.settled();
}

test.serial('what was given up is kept for some days, and so many of a host', async (t) => {
  origin.refused.set('cavage', 400);
  for (let turn = 0; turn < MOST + 2; turn += 1) await like(carol);
  const dead = await deliveries().find({ host: origin.host, state: 'dead' }).toArray();
  t.is(dead.length, MOST);
  t.true(dead.every(({ expiresAt }) => (expiresAt?.getTime() ?? 0) > Date.now() + 29 * 86_400_000));
  origin.refused.clear();
  const before = origin.received.length;
  const retried = await app.request('POST', `${ADMIN}/retry`, {
    token,
    body: { host: origin.host },
  });
  t.is(retried.json.queued, MOST);
  await app.settled();
  t.is(origin.received.length, before + MOST);
  t.is(await deliveries().countDocuments({ host: origin.host }), 0);
});

test.serial(
  'an inbox that answers 410 while its owner lives keeps the follow, and the letter',
  async (t) => {
    const dora = origin.person('dora');
    await origin.deliver(`${app.baseUrl}/inbox`, dora, origin.activity('Follow', dora, ann.iri));
    await app.settled();
    origin.gone(`${dora.iri}/inbox`);
    await like(dora);
    t.is(await deliveries().countDocuments({ host: origin.host, state: 'dead' }), 1);
    t.is((await app.apis.accounts.byIri(dora.iri))?.state, 'active');
    t.deepEqual(await app.apis.relations.followerInboxes(ann._id), [`${origin.base}/inbox`]);
    await app.kit.outbox.dropHost(origin.host);
  },
);

test.serial(
  'when an inbox and its owners are gone, so they are here: no follow, no letter, nothing sent again',
  async (t) => {
    const [eve, finn] = [hub.person('eve'), hub.person('finn')];
    for (const one of [eve, finn])
      await hub.deliver(`${app.baseUrl}/inbox`, one, hub.activity('Follow', one, ann.iri));
    await app.settled();
    for (const one of [bob, eve, finn]) hub.gone(one.iri);
    hub.gone(`${hub.base}/inbox`);
    const say = () =>
      app.request('POST', '/api/v1/statuses', { token, body: { status: 'to my followers' } });
    await say();
    await app.settled();
    for (const one of [eve, finn])
      t.is((await app.apis.accounts.byIri(one.iri))?.state, 'gone', one.name);
    t.false((await app.apis.relations.followerInboxes(ann._id)).includes(`${hub.base}/inbox`));
    t.is(await deliveries().countDocuments({ host: hub.host }), 0);
    const from = hub.seen.length;
    await say();
    await app.settled();
    t.deepEqual(hub.seen.slice(from), []);
  },
);

test.serial('what is added while the same work is done twice is not taken for done', async (t) => {
  const { mongo, events, pending } = app.kit;
  const work = mongo.collection<WithPending & { _id: string }>('twice');
  const entry = (what: string) => pending.entry('filters.changed', { what });
  const told: (string | undefined)[] = [];
  await work.insertOne({ _id: 'one', pending: [entry('first')] });
  events.on('filters.changed', async ({ id, data }) => {
    if (id !== 'one') return;
    told.push(data.what);
    if (told.length > 1) return;
    // Another worker was given the same, and ends before this one; then the document changes again.
    await pending.run('twice', ['one']);
    await work.updateOne({ _id: 'one' }, { $push: { pending: entry('second') } });
  });
  await pending.run('twice', ['one']);
  await app.settled();
  t.deepEqual(told, ['first', 'first', 'second']);
  t.is((await work.findOne({ _id: 'one' }))?.pending, undefined);
});
