import type { JsonObject } from '@mitoyen/federation';
import test from 'ava';
import { buildAnswer } from '../src/features/partners/agreement-activity.ts';
import { createHeldPolicy } from '../src/features/partners/held-policy-store.ts';
import type { Agreement } from '../src/features/partners/partners.ts';
import type { PolicyFacts } from '../src/features/partners/policy.ts';
import { createSignAgreement } from '../src/features/partners/sign-agreement.ts';
import type { AnyJson, Booted } from './support/boot.ts';
import { withTwoApps } from './support/two-apps.ts';

const apps = withTwoApps(test, { federation: { mode: 'partners' }, limits: { pending_hosts: 3 } });
const PARTNERS = '/api/mitoyen/v1/partners';
const TERMS = { purpose: 'One project', scopes: ['follow', 'posts', 'groups'], groups: 'all' };

const hostOf = (app: Booted) => app.kit.ownHost;
const tokens = new Map<Booted, string>();

async function admin(app: Booted, method: string, path: string, body?: unknown) {
  let token = tokens.get(app);
  if (!token) {
    ({ token } = await app.person('boss', { role: 'admin' }));
    tokens.set(app, token);
  }
  return app.request(method, `${PARTNERS}${path}`, { token, ...(body !== undefined && { body }) });
}

/** Waits until it is so, ten seconds at most; the assertion after it says what was not. */
async function until(check: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !check() && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const offer = (from: Booted, to: Booted, terms: object = TERMS) =>
  admin(from, 'POST', '/offer', { host: hostOf(to), ...terms });
const answer = (app: Booted, other: Booted, verb: string) =>
  admin(app, 'POST', `/${encodeURIComponent(hostOf(other))}/${verb}`);

async function states(app: Booted): Promise<string[]> {
  const { json } = await admin(app, 'GET', '');
  return json.agreements.map((one: AnyJson) => `${one.state} ${one.version}`);
}

async function rows(app: Booted): Promise<Agreement[]> {
  return app.kit.mongo.collection<Agreement>('agreements').find({}).sort({ _id: -1 }).toArray();
}

async function newest(app: Booted): Promise<Agreement> {
  const [row] = await rows(app);
  if (!row) throw new Error('there is no agreement');
  return row;
}

/** Sends any activity, signed by one of the sender's own actors: also what is forged. */
async function send(from: Booted, to: Booted, activity: JsonObject, by?: string) {
  const actor = by
    ? await from.apis.accounts.byHandle(by)
    : await from.apis.accounts.instanceActor();
  const id = `${from.baseUrl}/forged/${from.kit.nextId()}`;
  await from.kit.outbox.send({
    actor: actor?._id ?? '',
    activity: { id, ...activity, actor: actor?.iri },
    recipients: { inboxes: [`${to.baseUrl}/inbox`] },
    scope: 'agreement',
  });
  await apps().settled();
}

async function reset(): Promise<void> {
  const { acme, north, settled } = apps();
  await settled();
  for (const app of [acme, north]) {
    for (const name of ['agreements', 'pending_hosts', 'domain_blocks', 'deliveries']) {
      await app.kit.mongo.collection(name).deleteMany({});
    }
    // Any change has every process read the policy anew.
    await app.apis.partners.unblock('none').catch(() => {});
    const block = await app.apis.partners.block('reset.example', {
      privateComment: '',
      publicComment: '',
    });
    await app.apis.partners.unblock(block._id);
  }
}

async function agree(): Promise<void> {
  const { acme, north, settled } = apps();
  await offer(acme, north);
  await settled();
  await answer(north, acme, 'accept');
  await settled();
}

test.serial.beforeEach(reset);

test.serial(
  'two admins agree: one offers, the other is told of a knock, looks and accepts',
  async (t) => {
    const { acme, north, settled } = apps();
    const offered = await offer(acme, north);
    t.is(offered.status, 200, offered.text);
    t.is(offered.json.state, 'offered');
    t.is(offered.json.name, 'Northwind');
    await settled();

    const before = await admin(north, 'GET', '');
    t.deepEqual(before.json.agreements, [], 'nothing but the name is kept');
    t.deepEqual(
      before.json.pending.map((one: AnyJson) => one.host),
      [hostOf(acme)],
    );
    t.false(north.apis.policy.allows(hostOf(acme)));
    t.false(acme.apis.policy.allows(hostOf(north)));

    const accepted = await answer(north, acme, 'accept');
    t.is(accepted.status, 200, accepted.text);
    t.is(accepted.json.state, 'active');
    t.is(accepted.json.purpose, 'One project');
    await settled();
    for (const [app, other, name] of [
      [acme, north, 'Northwind'],
      [north, acme, 'Acme'],
    ] as const) {
      t.deepEqual(await states(app), ['active 1']);
      t.true(app.apis.policy.allows(hostOf(other), 'posts'));
      t.false(app.apis.policy.allows(hostOf(other), 'messages'), 'not in the terms');
      t.is(app.apis.policy.partnerName(hostOf(other)), name);
    }
    t.deepEqual((await admin(north, 'GET', '')).json.pending, []);
  },
);

test.serial('names of partners are for all members, everything else for admins', async (t) => {
  const { acme, north } = apps();
  await agree();
  const { token } = await acme.person(`member${acme.kit.nextId().slice(-8).toLowerCase()}`);
  const names = await acme.request('GET', `${PARTNERS}/names`, { token });
  t.deepEqual(names.json, { [hostOf(north)]: 'Northwind' });
  const host = encodeURIComponent(hostOf(north));
  for (const [method, path] of [
    ['GET', ''],
    ['POST', `/${host}/revoke`],
    ['POST', `/${host}/accept`],
    ['POST', `/${host}/reject`],
    ['POST', `/${host}/review`],
    ['GET', `/${host}/report`],
    ['DELETE', `/pending/${host}`],
  ] as const) {
    const { status } = await acme.request(method, `${PARTNERS}${path}`, { token });
    t.is(status, 403, `${method} ${path}`);
  }
  const body = { host: hostOf(north), ...TERMS };
  t.is((await acme.request('POST', `${PARTNERS}/offer`, { token, body })).status, 403);
  t.is((await acme.request('GET', PARTNERS)).status, 401);
});

test.serial('what cannot be offered is refused with every reason', async (t) => {
  const { acme, north } = apps();
  const host = hostOf(north);
  const cases: [object, RegExp][] = [
    [{ host: hostOf(acme) }, /is this server itself/],
    [{ host: 'no host' }, /not a host name/],
    [{ host, scopes: ['everything'] }, /is not one of follow/],
    [{ host, scopes: [] }, /at least one scope/],
    [{ host, expires_at: '2001-01-01' }, /has expired/],
    [{ host, expires_at: 'soon' }, /not a date/],
    [{ host, groups: ['no-such-group'] }, /is not a group/],
  ];
  for (const [body, reason] of cases) {
    const { status, json } = await admin(acme, 'POST', '/offer', body);
    t.is(status, 422, JSON.stringify(json));
    t.regex(json.error, reason);
  }
  const nobody = await admin(acme, 'POST', '/offer', { host: '127.0.0.1:1' });
  t.is(nobody.status, 502);
  t.regex(nobody.json.error, /does not answer as a server that can be a partner/);
  const inside = await admin(acme, 'POST', '/offer', { host: '10.0.0.1' });
  t.is(inside.status, 502);
  t.regex(inside.json.error, /in a private network: see federation.allow_private_networks/);
  t.deepEqual(await states(acme), []);
});

test.serial('agreements are shown to the other party alone', async (t) => {
  const { acme, north } = apps();
  await agree();
  const { iri } = await newest(acme);
  const headers = { accept: 'application/activity+json' };
  t.is((await north.request('GET', iri, { headers })).status, 401, 'unsigned');
  const shown = await north.kit.remote.document(iri);
  t.is(shown.kind, 'ok');
  const list = await north.kit.remote.document(`${acme.baseUrl}/actor/agreements`);
  t.is(list.kind === 'ok' && list.document.totalItems, 1);
  const missing = await north.kit.remote.document(`${acme.baseUrl}/agreements/nothing`);
  t.is(missing.kind, 'gone');
});

test.serial(
  'an offer that is rejected allows nothing, and can be followed by a better one',
  async (t) => {
    const { acme, north, settled } = apps();
    await offer(acme, north);
    await settled();
    const rejected = await answer(north, acme, 'reject');
    t.is(rejected.json.state, 'rejected');
    await settled();
    t.deepEqual(await states(acme), ['rejected 1']);
    t.false(acme.apis.policy.allows(hostOf(north)));

    // Known hosts reach the inbox: this offer waits there, without anybody fetching it.
    await offer(acme, north, { ...TERMS, scopes: ['messages'] });
    await settled();
    t.deepEqual(await states(north), ['waiting_for_us 2', 'rejected 1']);
    await answer(north, acme, 'accept');
    await settled();
    t.true(acme.apis.policy.allows(hostOf(north), 'messages'));
    t.false(acme.apis.policy.allows(hostOf(north), 'posts'));
  },
);

test.serial(
  'a change is a new version; the old one holds until the new one is accepted',
  async (t) => {
    const { acme, north, settled } = apps();
    await agree();
    await offer(north, acme, { ...TERMS, scopes: ['follow'] });
    await settled();
    t.true(acme.apis.policy.allows(hostOf(north), 'posts'));
    await answer(acme, north, 'accept');
    await settled();
    for (const [app, other] of [
      [acme, north],
      [north, acme],
    ] as const) {
      t.deepEqual(await states(app), ['active 2']);
      t.false(app.apis.policy.allows(hostOf(other), 'posts'));
      t.true(app.apis.policy.allows(hostOf(other), 'follow'));
    }
  },
);

test.serial(
  'offers that cross and say the same are as good as accepted, on both sides',
  async (t) => {
    const { acme, north, settled } = apps();
    await Promise.all([offer(acme, north), offer(north, acme)]);
    await settled();
    const [ours, theirs] = [await rows(acme), await rows(north)];
    const active = (all: Agreement[]) =>
      all.filter(({ state }) => state === 'active').map(({ iri }) => iri);
    t.is(active(ours).length, 1);
    t.deepEqual(active(ours), active(theirs), 'both hold the same one');
    t.true(acme.apis.policy.allows(hostOf(north), 'posts'));
    t.true(north.apis.policy.allows(hostOf(acme), 'posts'));
  },
);

test.serial('an answering offer with the same terms is as good as accepting', async (t) => {
  const { acme, north, settled } = apps();
  await offer(acme, north);
  await settled();
  await offer(north, acme);
  // The Accept may have to be delivered a second time on a busy machine, which settled() does not wait for.
  await until(
    () => acme.apis.policy.allows(hostOf(north)) && north.apis.policy.allows(hostOf(acme)),
  );
  t.true(acme.apis.policy.allows(hostOf(north)));
  t.true(north.apis.policy.allows(hostOf(acme)));
});

test.serial('offers that cross and differ wait for the admins', async (t) => {
  const { acme, north, settled } = apps();
  await Promise.all([offer(acme, north), offer(north, acme, { ...TERMS, scopes: ['follow'] })]);
  await settled();
  t.false(acme.apis.policy.allows(hostOf(north)));
  t.false(north.apis.policy.allows(hostOf(acme)));
  const all = [...(await states(acme)), ...(await states(north))];
  t.false(all.some((one) => one.startsWith('active')));
});

test.serial('an Accept that got lost is made good by offering the same again', async (t) => {
  const { acme, north, settled } = apps();
  await agree();
  const lost = acme.kit.mongo.collection<Agreement>('agreements');
  await lost.updateOne({ state: 'active' }, { $set: { state: 'offered' } });
  await offer(acme, north);
  await settled();
  t.deepEqual(await states(acme), ['active 2']);
  t.deepEqual(await states(north), ['active 2']);
});

test.serial('a crash in the middle of a revocation is made good by the sweep', async (t) => {
  const { acme, north, settled } = apps();
  await agree();
  const { _id } = await newest(acme);
  // As the one write of the command leaves it.
  await acme.kit.mongo.collection<Agreement>('agreements').updateOne(
    { _id },
    {
      $set: { state: 'revoked', endedBy: 'us' },
      $push: { pending: { ...acme.kit.pending.entry('agreement.ended'), at: 1 } },
    },
  );
  await acme.app.sweep(0);
  await settled();
  t.truthy((await newest(acme)).report?.finishedAt);
  t.deepEqual(await states(north), ['revoked 1']);
});

test.serial('when a change is done, every process refuses: not a moment later', async (t) => {
  const { acme } = apps();
  const { kit, apis } = acme;
  let read = 0;
  const other = createHeldPolicy({
    ...{ redis: kit.redis, clock: kit.clock, log: kit.log, nextId: kit.nextId },
    channel: `mitoyen:${kit.config.database.name}:policy`,
    empty: emptyFacts(hostOf(acme)),
    readFacts: async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      read += 1;
      return emptyFacts(hostOf(acme));
    },
    knock: async () => {},
  });
  await other.start();
  for (let change = 1; change <= 3; change += 1) {
    const before = read;
    const block = await apis.partners.block(`evil${change}.example`, {
      privateComment: '',
      publicComment: '',
    });
    t.true(read > before, 'the other process had read it when the command came back');
    await apis.partners.unblock(block._id);
  }
});

function emptyFacts(ownHost: string): PolicyFacts {
  const nothing = {
    active: new Map(),
    paused: new Map(),
    restricted: new Map(),
    known: new Set<string>(),
  };
  return { mode: 'open', ownHost, ...nothing, revoked: new Set(), blocked: new Set() };
}

test.serial('revoking ends everything at once on both sides, with a report', async (t) => {
  const { acme, north, settled } = apps();
  await agree();
  const revoked = await answer(acme, north, 'revoke');
  t.is(revoked.status, 200, revoked.text);
  t.is(revoked.json.state, 'revoked');
  t.truthy(revoked.json.report.finished_at);
  t.regex(revoked.json.report.note, /attested .* not be enforced/);
  t.false(acme.apis.policy.allows(hostOf(north)), 'at once');
  await settled();
  t.false(north.apis.policy.allows(hostOf(acme)));
  t.deepEqual(await states(north), ['revoked 1']);
  const theirs = await admin(north, 'GET', `/${encodeURIComponent(hostOf(acme))}/report`);
  t.truthy(theirs.json.finished_at);
  const ours = await admin(acme, 'GET', `/${encodeURIComponent(hostOf(north))}/report`);
  t.truthy(ours.json.deletion_attested_at, 'the other side said that it deleted its copies');
  t.is((await answer(acme, north, 'revoke')).status, 404);
  t.is((await admin(acme, 'GET', '/nobody.example/revoke')).status, 404);
});

test.serial('revoking ends follows and removes copies, here and there', async (t) => {
  const { acme, north, settled } = apps();
  await agree();
  const suffix = acme.kit.nextId().slice(-8).toLowerCase();
  const ann = await acme.person(`ann${suffix}`);
  const bob = await north.person(`bob${suffix}`);
  const remote = await acme.apis.accounts.resolveIri(bob.account.iri);
  const follow = `/api/v1/accounts/${remote?._id}/follow`;
  t.is((await acme.request('POST', follow, { token: ann.token })).status, 200);
  await settled();
  const body = { status: 'across the wall', visibility: 'public' };
  await north.request('POST', '/api/v1/statuses', { token: bob.token, body });
  await settled();
  const home = async () =>
    (await acme.request('GET', '/api/v1/timelines/home', { token: ann.token })).json.length;
  t.is(await home(), 1);
  t.is((await north.apis.relations.followerInboxes(bob.account._id)).length, 1);

  const foreseen = await admin(acme, 'GET', `/${encodeURIComponent(hostOf(north))}/revoke`);
  t.like(foreseen.json, { follows_ended: 1, posts: 1, memberships_ended: 0, copies: 'purge' });
  t.is(await home(), 1, 'looking changes nothing');
  const revoked = await answer(acme, north, 'revoke');
  t.is(revoked.json.report.follows_ended, 1);
  t.is(revoked.json.report.posts_purged, 1);
  t.is(await home(), 0);
  await settled();
  t.deepEqual(await north.apis.relations.followerInboxes(bob.account._id), []);
  const theirs = await admin(north, 'GET', `/${encodeURIComponent(hostOf(acme))}/report`);
  t.is(theirs.json.follows_ended, 1);
});

test.serial('after a revocation nothing but a new agreement comes in', async (t) => {
  const { acme, north, settled } = apps();
  await agree();
  const actor = (await north.apis.accounts.instanceActor()).iri;
  await answer(acme, north, 'revoke');
  await settled();
  const before = await acme.kit.mongo.collection('posts').countDocuments({});
  const note = { id: `${north.baseUrl}/posts/x`, type: 'Note', attributedTo: actor };
  await send(north, acme, {
    type: 'Create',
    object: { ...note, content: 'hello', to: ['https://www.w3.org/ns/activitystreams#Public'] },
  });
  t.is(await acme.kit.mongo.collection('posts').countDocuments({}), before);
  const fetched = await acme.kit.remote.document(`${north.baseUrl}/users/boss`);
  t.deepEqual(fetched, { kind: 'refused', reason: 'policy' });

  await offer(north, acme);
  await settled();
  await answer(acme, north, 'accept');
  await settled();
  t.true(acme.apis.policy.allows(hostOf(north)));
  t.true(north.apis.policy.allows(hostOf(acme)));
});

test.serial('an offer that is withdrawn cannot be accepted any more', async (t) => {
  const { acme, north, settled } = apps();
  await offer(acme, north);
  await settled();
  await admin(north, 'POST', `/${encodeURIComponent(hostOf(acme))}/review`);
  t.deepEqual(await states(north), ['waiting_for_us 1']);
  const withdrawn = await answer(acme, north, 'revoke');
  t.is(withdrawn.json.state, 'rejected');
  await settled();
  t.deepEqual(await states(north), ['rejected 1']);
  t.is((await answer(north, acme, 'accept')).status, 404);
  t.false(acme.apis.policy.allows(hostOf(north)));
});

test.serial('an Accept that comes after the offer was withdrawn is of no effect', async (t) => {
  const { acme, north, settled } = apps();
  await offer(acme, north);
  await settled();
  await admin(north, 'POST', `/${encodeURIComponent(hostOf(acme))}/review`);
  const waiting = await newest(north);
  await answer(acme, north, 'revoke');
  await settled();
  await send(north, acme, { ...buildAnswer(north.baseUrl, waiting, 'accept') });
  t.deepEqual(await states(acme), ['rejected 1']);
  t.false(acme.apis.policy.allows(hostOf(north)));
});

test.serial(
  'an Accept of another version, or by somebody else of the host, is refused',
  async (t) => {
    const { acme, north, settled } = apps();
    const eve = `eve${north.kit.nextId().slice(-8).toLowerCase()}`;
    await north.person(eve);
    await offer(acme, north);
    await settled();
    await admin(north, 'POST', `/${encodeURIComponent(hostOf(acme))}/review`);
    const waiting = await newest(north);
    const accept: JsonObject = { ...buildAnswer(north.baseUrl, waiting, 'accept') };
    delete accept.id;
    for (const forged of [
      { ...accept, 'mitoyen:digest': 'something else' },
      { ...accept, 'mitoyen:digest': undefined },
      { ...accept, 'mitoyen:version': 2 },
      { ...accept, object: `${acme.baseUrl}/agreements/nothing` },
    ]) {
      await send(north, acme, JSON.parse(JSON.stringify(forged)));
      t.deepEqual(await states(acme), ['offered 1']);
    }
    await send(north, acme, accept, eve);
    t.deepEqual(await states(acme), ['offered 1']);
    t.false(acme.apis.policy.allows(hostOf(north)));
  },
);

test.serial('nobody but the instance actor can end an agreement', async (t) => {
  const { acme, north } = apps();
  await agree();
  const eve = `eve${north.kit.nextId().slice(-8).toLowerCase()}`;
  await north.person(eve);
  const undo: JsonObject = { ...buildAnswer(north.baseUrl, await newest(north), 'undo') };
  delete undo.id;
  await send(north, acme, undo, eve);
  t.deepEqual(await states(acme), ['active 1']);
  await send(north, acme, undo);
  t.deepEqual(await states(acme), ['revoked 1']);
  // Once more is nothing more.
  const report = (await newest(acme)).report;
  await send(north, acme, undo);
  t.deepEqual((await newest(acme)).report, report);
});

test.serial('an offer that is not what both sides are is refused', async (t) => {
  const { acme, north, settled } = apps();
  await agree();
  await answer(acme, north, 'revoke');
  await settled();
  await offer(north, acme);
  await settled();
  const real = await newest(north);
  await answer(north, acme, 'revoke');
  await settled();
  const count = (await rows(acme)).length;
  const sign = createSignAgreement({ apis: north.apis, clock: north.kit.clock });
  // Signed as it should be: what is refused is what it says.
  const forge = async (change: Partial<Agreement>) => {
    const id = north.kit.nextId();
    const iri = `${north.baseUrl}/agreements/${id}`;
    const drafted = await sign.draft({ ...real, _id: id, iri, version: 9, ...change });
    return buildAnswer(north.baseUrl, drafted, 'offer');
  };
  const key = '-----BEGIN PUBLIC KEY-----\n'.padEnd(300, 'A');
  for (const change of [
    { us: { ...real.us, publicKeyPem: key } },
    { us: { ...real.us, proofKey: real.them.proofKey } },
    { them: { ...real.them, host: 'other.example' } },
    { iri: `${acme.baseUrl}/agreements/mine` },
    { expiresAt: 1000 },
    { purpose: 'x'.repeat(70_000) },
    { groups: ['https://third.example/groups/x'] },
  ] as Partial<Agreement>[]) {
    await send(north, acme, { ...(await forge(change)) });
    t.is((await rows(acme)).length, count, JSON.stringify(change).slice(0, 60));
  }
  const unsigned = (await forge({})) as JsonObject;
  const { proof: _, ...document } = unsigned.object as JsonObject;
  await send(north, acme, { ...unsigned, object: document });
  t.is((await rows(acme)).length, count, 'without a signature');
  await send(north, acme, { ...(await forge({})) });
  t.is((await newest(acme)).state, 'waiting_for_us', 'the same, unforged, waits');
  await send(north, acme, { ...(await forge({ version: 10 })) });
  const waiting = (await rows(acme)).filter(({ state }) => state === 'waiting_for_us');
  t.deepEqual(
    waiting.map(({ version }) => version),
    [10],
    'one offer waits for each host, the newest',
  );
});

test.serial('a blocked host neither knocks nor offers, and its agreement is dead', async (t) => {
  const { acme, north, settled } = apps();
  await agree();
  // By its address without the port, as by a domain that it is a subdomain of.
  const { token } = await acme.person('reader');
  const { account: read } = await north.person('read');
  const q = encodeURIComponent(read.iri);
  const search = `/api/v1/accounts/search?resolve=true&q=${q}`;
  const [found] = (await acme.request('GET', search, { token })).json;
  await acme.request('POST', `/api/v1/accounts/${found.id}/follow`, { token });
  const follows = async () => {
    const path = `/api/v1/accounts/relationships?id[]=${found.id}`;
    const [{ following, requested }] = (await acme.request('GET', path, { token })).json;
    return following || requested;
  };
  t.true(await follows());
  const block = await acme.apis.partners.block('127.0.0.1', {
    privateComment: 'test',
    publicComment: '',
  });
  t.false(await follows());
  t.false(acme.apis.policy.allows(hostOf(north)));
  t.false(acme.apis.policy.allowsAgreement(hostOf(north)));
  const offered = await offer(acme, north);
  t.is(offered.status, 502);
  const before = (await rows(acme)).length;
  await offer(north, acme, { ...TERMS, purpose: 'again' }).catch(() => {});
  await settled();
  t.is((await rows(acme)).length, before);
  await acme.apis.partners.unblock(block._id);
});

test.serial('unknown hosts are kept by name, and only so many of them', async (t) => {
  const { acme } = apps();
  for (const host of ['a.example', 'B.Example.', 'c.example', 'd.example', 'not a host', '']) {
    await acme.apis.policy.knock(host);
  }
  await acme.apis.policy.knock(hostOf(acme));
  const { json } = await admin(acme, 'GET', '');
  t.deepEqual(json.pending.map((one: AnyJson) => one.host).toSorted(), [
    'a.example',
    'b.example',
    'c.example',
  ]);
  await admin(acme, 'DELETE', '/pending/a.example');
  await acme.apis.policy.knock('e.example');
  const after = (await admin(acme, 'GET', '')).json.pending.map((one: AnyJson) => one.host);
  t.deepEqual(after.toSorted(), ['b.example', 'c.example', 'e.example']);
});

test.serial('an agreement ends at its expiry by itself', async (t) => {
  const { acme, north, settled } = apps();
  // Time enough to offer and accept on a busy machine.
  const expiresAt = Date.now() + 6000;
  await offer(acme, north, { ...TERMS, expires_at: new Date(expiresAt).toISOString() });
  await settled();
  await answer(north, acme, 'accept');
  await settled();
  t.true(acme.apis.policy.allows(hostOf(north)));
  while (Date.now() < expiresAt) await new Promise((resolve) => setTimeout(resolve, 50));
  t.false(acme.apis.policy.allows(hostOf(north)));
  t.false(north.apis.policy.allows(hostOf(acme)));
});
