/** Groups across two instances: real HTTP, real signatures. */
import test, { type ExecutionContext } from 'ava';
import { type Booted, bootApp } from './support/boot.ts';

let acme: Booted;
let north: Booted;

test.before(async () => {
  [acme, north] = await Promise.all([bootApp(), bootApp({ instance: { name: 'Northwind' } })]);
});
test.after.always(async () => {
  await Promise.all([acme?.stop(), north?.stop()]);
});

const GROUPS = '/api/mitoyen/v1/groups';
type Person = Awaited<ReturnType<Booted['person']>>;
let counter = 0;
function fresh(name: string): string {
  counter += 1;
  return `${name}${counter}`;
}

/** Deliveries go back and forth: each side is waited for in turn. */
async function settled(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await acme.settled();
    await north.settled();
  }
}

function as(home: Booted, { token }: Person) {
  return {
    get: (path: string) => home.request('GET', `${GROUPS}${path}`, { token }),
    post: (path: string, body?: unknown) =>
      home.request('POST', `${GROUPS}${path}`, { token, body }),
    put: (path: string, body: unknown) => home.request('PUT', `${GROUPS}${path}`, { token, body }),
    remove: (path: string) => home.request('DELETE', `${GROUPS}${path}`, { token }),
    say: async (group: string, status: string) => {
      const body = { status, visibility: 'group', group_id: group };
      return (await home.request('POST', '/api/v1/statuses', { token, body })).json;
    },
    home: async () =>
      (await home.request('GET', '/api/v1/timelines/home?limit=40', { token })).text,
  };
}

let cast: [Person, Person, Person] | undefined;

/** Ann at Acme runs the group; Bo and Bea are at Northwind. */
async function scene(access: 'open' | 'closed' | 'secret') {
  cast ??= await Promise.all([acme.person('ann'), north.person('bo'), north.person('bea')]);
  const [ann, bo, bea] = cast;
  const name = fresh(access);
  const group = (await as(acme, ann).post('', { name, access })).json;
  return { ann, bo, bea, group, handle: `${name}@${acme.kit.ownHost}` };
}

async function lookUp(person: Person, handle: string) {
  return as(north, person).get(`/lookup?handle=${encodeURIComponent(handle)}`);
}

async function joinOpen() {
  const all = await scene('open');
  const copy = (await lookUp(all.bo, all.handle)).json;
  await as(north, all.bo).post(`/${copy.id}/join`);
  await settled();
  return { ...all, copy };
}

async function joinClosed() {
  const all = await scene('closed');
  const copy = (await lookUp(all.bo, all.handle)).json;
  await as(north, all.bo).post(`/${copy.id}/join`);
  await settled();
  const boAtAcme = await acme.apis.accounts.byIri(all.bo.account.iri);
  const approve = `/${all.group.id}/requests/${boAtAcme?._id}/approve`;
  const approved = await as(acme, all.ann).post(approve);
  await settled();
  return { ...all, copy, approved, boAtAcme: boAtAcme! };
}

async function membershipOf(person: Person, copy: string) {
  return north.kit.mongo
    .collection('memberships')
    .findOne({ group: copy, account: person.account._id });
}

test.serial(
  'a partner’s people find an open group, join at once, and see who is in it',
  async (t) => {
    const { ann, bo, group, copy, handle } = await joinOpen();
    t.is(copy.handle, handle);
    t.is(copy.home.host, acme.kit.ownHost);
    const seen = (await as(north, bo).get(`/${copy.id}`)).json;
    t.is(seen.membership.state, 'member');
    const members = (await as(north, bo).get(`/${copy.id}/members`)).json;
    t.deepEqual(
      new Set(members.map((one: { account: { uri: string } }) => one.account.uri)),
      new Set([ann.account.iri, bo.account.iri]),
    );
    const home = (await as(acme, ann).get(`/${group.id}`)).json;
    t.is(home.members_count, 2);
    t.deepEqual(
      home.companies.map((one: { host: string }) => one.host),
      [acme.kit.ownHost, north.kit.ownHost],
    );
  },
);

test.serial('posts and comments cross the wall in both directions', async (t) => {
  const { ann, bo, group, copy } = await joinOpen();
  const [fromAnn, fromBo] = [fresh('fromann'), fresh('frombo')];
  await as(acme, ann).say(group.id, fromAnn);
  await as(north, bo).say(copy.id, fromBo);
  await settled();
  t.true((await as(north, bo).home()).includes(fromAnn));
  t.true((await as(acme, ann).home()).includes(fromBo));
  const here = (await as(acme, ann).get(`/${group.id}/posts`)).json;
  const there = (await as(north, bo).get(`/${copy.id}/posts`)).json;
  t.is(here.length, 2);
  t.is(there.length, 2);
});

test.serial('a closed group waits for approval, and shows the copy to members only', async (t) => {
  const { ann, bo, bea, group, copy, approved } = await joinClosed();
  t.is(approved.status, 200);
  t.is((await membershipOf(bo, copy.id))?.state, 'member');
  const word = fresh('hush');
  await as(acme, ann).say(group.id, word);
  await settled();
  t.true((await as(north, bo).home()).includes(word));
  t.false((await as(north, bea).home()).includes(word));
  t.is((await as(north, bea).get(`/${copy.id}/posts`)).status, 403);
  t.is((await as(north, bea).get(`/${copy.id}`)).json.members_count, null);
});

test.serial('a removed person loses the group at the partner too', async (t) => {
  const { ann, bo, group, copy, boAtAcme } = await joinClosed();
  await as(acme, ann).remove(`/${group.id}/members/${boAtAcme._id}`);
  await settled();
  t.is((await membershipOf(bo, copy.id))?.state, 'rejected');
  t.is((await as(north, bo).get(`/${copy.id}/posts`)).status, 403);
  t.deepEqual(await acme.apis.groups.memberInboxes(group.id), []);
});

test.serial(
  'a secret group is not there for a partner until one of its people is invited',
  async (t) => {
    const { ann, bo, bea, group, handle } = await scene('secret');
    t.is((await lookUp(bo, handle)).status, 404);
    const invited = await as(acme, ann).post(`/${group.id}/invitations`, {
      accounts: [`${bo.account.username}@${north.kit.ownHost}`],
    });
    t.is(invited.status, 200);
    await settled();
    const waiting = await north.request('GET', '/api/mitoyen/v1/group_invitations', {
      token: bo.token,
    });
    const copy = waiting.json[0].group;
    t.is(copy.access, 'secret');
    t.is((await as(north, bea).get(`/${copy.id}`)).status, 404);
    t.is((await lookUp(bea, handle)).status, 404);
    await as(north, bo).post(`/${copy.id}/invitation/accept`);
    await settled();
    t.is((await as(north, bo).get(`/${copy.id}`)).json.membership.state, 'member');
    const word = fresh('secretword');
    await as(acme, ann).say(group.id, word);
    await settled();
    t.true((await as(north, bo).home()).includes(word));
    t.is((await as(north, bea).get(`/${copy.id}/posts`)).status, 404);
  },
);

test.serial('declining an invitation is told to the group’s home', async (t) => {
  const { ann, bo, group } = await scene('secret');
  await as(acme, ann).post(`/${group.id}/invitations`, {
    accounts: [`${bo.account.username}@${north.kit.ownHost}`],
  });
  await settled();
  const { json } = await north.request('GET', '/api/mitoyen/v1/group_invitations', {
    token: bo.token,
  });
  await as(north, bo).post(`/${json[0].group.id}/invitation/decline`);
  await settled();
  t.is((await as(north, bo).get(`/${json[0].group.id}`)).status, 404);
  const rows = await acme.kit.mongo.collection('memberships').find({ group: group.id }).toArray();
  t.deepEqual(rows.map((row) => row.state).sort(), ['ended', 'member']);
});

test.serial('roles reach the copy', async (t) => {
  const { ann, bo, group, copy } = await joinOpen();
  const boAtAcme = await acme.apis.accounts.byIri(bo.account.iri);
  const path = `/${group.id}/members/${boAtAcme?._id}/role`;
  await as(acme, ann).put(path, { role: 'moderator' });
  await settled();
  t.is((await membershipOf(bo, copy.id))?.role, 'moderator');
  await as(acme, ann).put(path, { role: 'member' });
  await settled();
  t.is((await membershipOf(bo, copy.id))?.role, 'member');
});

test.serial('who leaves gets nothing more', async (t) => {
  const { ann, bo, group, copy } = await joinOpen();
  await as(north, bo).post(`/${copy.id}/leave`);
  await settled();
  t.is((await as(acme, ann).get(`/${group.id}`)).json.members_count, 1);
  t.deepEqual(await acme.apis.groups.memberInboxes(group.id), []);
});

test.serial('a group for this company only is not there for people from outside', async (t) => {
  const { ann, bo, group, handle } = await scene('open');
  const { copy, ...joined } = await joinOpen();
  for (const id of [group.id, joined.group.id])
    await acme.request('PATCH', `${GROUPS}/${id}`, {
      token: ann.token,
      body: { partners: 'none' },
    });
  t.is((await lookUp(bo, handle)).status, 404);
  // Whoever knew it before is told no, and not left waiting.
  await settled();
  await as(north, bo).post(`/${copy.id}/join`);
  await settled();
  t.is((await membershipOf(bo, copy.id))?.state, 'rejected');
  t.is((await as(acme, ann).get(`/${joined.group.id}`)).json.members_count, 1);
});

test.serial('narrowing the companies ends the memberships of those left out', async (t) => {
  const { ann, bo, group, copy } = await joinOpen();
  await acme.request('PATCH', `${GROUPS}/${group.id}`, {
    token: ann.token,
    body: { partners: 'none' },
  });
  await settled();
  t.is((await membershipOf(bo, copy.id))?.state, 'rejected');
  t.is((await as(acme, ann).get(`/${group.id}`)).json.members_count, 1);
});

test.serial('a deleted group disappears from the copies', async (t) => {
  const { ann, bo, group, copy } = await joinOpen();
  await as(acme, ann).remove(`/${group.id}`);
  await settled();
  t.is((await as(north, bo).get(`/${copy.id}`)).status, 404);
  t.false(await north.apis.groups.isMember(bo.account._id, copy.id));
});

test.serial('an ended agreement ends memberships on both sides', async (t) => {
  const { group, bo, copy } = await joinOpen();
  t.true((await acme.apis.groups.endHost(north.kit.ownHost)) >= 1);
  t.is(await acme.apis.groups.endHost(north.kit.ownHost), 0);
  t.deepEqual(await acme.apis.groups.memberInboxes(group.id), []);
  t.true((await north.apis.groups.endHost(acme.kit.ownHost)) >= 1);
  t.false(await north.apis.groups.isMember(bo.account._id, copy.id));
});

/** Sends what a person at Northwind would never send through the API. */
async function forge(from: Booted, by: Person, to: Booted, activity: Record<string, unknown>) {
  await from.kit.outbox.send({
    actor: by.account._id,
    activity: {
      '@context': 'https://www.w3.org/ns/activitystreams',
      id: `${from.baseUrl}/activities/${fresh('forged')}`,
      actor: by.account.iri,
      ...activity,
    },
    recipients: { inboxes: [`${to.baseUrl}/inbox`] },
    scope: 'groups',
  });
  await settled();
}

async function count(group: { id: string }, state: string): Promise<number> {
  return acme.kit.mongo.collection('memberships').countDocuments({ group: group.id, state });
}

test.serial('a duplicate Follow is one member', async (t) => {
  const { bo, group } = await joinOpen();
  await forge(north, bo, acme, { type: 'Follow', object: group.uri });
  await forge(north, bo, acme, { type: 'Join', object: group.uri });
  t.is(await count(group, 'member'), 2);
});

test.serial('an Undo that overtakes its Follow keeps the person out', async (t) => {
  const { bo, group } = await scene('open');
  const id = `${north.baseUrl}/activities/${fresh('early')}`;
  const follow = { type: 'Follow', id, actor: bo.account.iri, object: group.uri };
  await forge(north, bo, acme, { type: 'Undo', object: follow });
  await forge(north, bo, acme, follow);
  t.is(await count(group, 'member'), 1);
});

test.serial('nobody leaves for somebody else', async (t) => {
  const { bo, bea, group, copy } = await joinOpen();
  const mine = await membershipOf(bo, copy.id);
  const follow = { type: 'Follow', id: mine?.iri, actor: bo.account.iri, object: group.uri };
  await forge(north, bea, acme, { type: 'Undo', object: follow });
  await forge(north, bea, acme, { type: 'Undo', object: mine?.iri });
  await forge(north, bea, acme, { type: 'Leave', object: group.uri });
  t.is(await count(group, 'member'), 2);
});

test.serial('an Accept counts only from the group that was asked', async (t) => {
  const { ann, bo, handle } = await scene('closed');
  const copy = (await lookUp(bo, handle)).json;
  await as(north, bo).post(`/${copy.id}/join`);
  await settled();
  const asked = await membershipOf(bo, copy.id);
  const follow = { type: 'Follow', id: asked?.iri, actor: bo.account.iri, object: copy.uri };
  await forge(acme, ann, north, { type: 'Accept', object: follow });
  await forge(acme, ann, north, { type: 'Accept', object: asked?.iri });
  const other = (await as(acme, ann).post('', { name: fresh('other') })).json;
  await acme.kit.outbox.send({
    actor: other.id,
    activity: {
      '@context': 'https://www.w3.org/ns/activitystreams',
      id: `${acme.baseUrl}/activities/${fresh('forged')}`,
      type: 'Accept',
      actor: other.uri,
      object: follow,
    },
    recipients: { inboxes: [`${north.baseUrl}/inbox`] },
    scope: 'groups',
  });
  await settled();
  t.is((await membershipOf(bo, copy.id))?.state, 'requested');
});

test.serial('an Accept of a request that was never made makes nobody a member', async (t) => {
  const { bea, bo, group, copy } = await joinOpen();
  await acme.kit.outbox.send({
    actor: group.id,
    activity: {
      '@context': 'https://www.w3.org/ns/activitystreams',
      id: `${acme.baseUrl}/activities/${fresh('forged')}`,
      type: 'Accept',
      actor: group.uri,
      object: {
        type: 'Follow',
        id: `${north.baseUrl}/activities/never`,
        actor: bea.account.iri,
        object: group.uri,
      },
    },
    recipients: { inboxes: [`${north.baseUrl}/inbox`] },
    scope: 'groups',
  });
  await settled();
  t.is(await membershipOf(bea, copy.id), null);
  t.is((await membershipOf(bo, copy.id))?.state, 'member');
});

test.serial('only the group itself changes its moderators', async (t) => {
  const { ann, bo, group, copy } = await joinOpen();
  const target = `${group.uri}/moderators`;
  await forge(acme, ann, north, { type: 'Add', object: bo.account.iri, target });
  t.is((await membershipOf(bo, copy.id))?.role, 'member');
  await forge(north, bo, acme, { type: 'Add', object: bo.account.iri, target });
  const admins = await acme.kit.mongo
    .collection('memberships')
    .countDocuments({ group: group.id, role: { $ne: 'member' } });
  t.is(admins, 1);
});

test.serial('asking for a secret group without an invitation is answered by silence', async (t) => {
  const { bo, group } = await scene('secret');
  await forge(north, bo, acme, { type: 'Follow', object: group.uri });
  t.is(await count(group, 'member'), 1);
  t.is(await count(group, 'requested'), 0);
  t.is(await answersTo(north, group.uri), 0);
});

/** How many activities of this actor arrived. */
async function answersTo(home: Booted, actor: string): Promise<number> {
  const receipts = await home.kit.mongo.collection('receipts').find().toArray();
  return receipts.filter((receipt) => receipt.signer === actor).length;
}

test.serial('whom the group blocks does not come in', async (t) => {
  const { bo, group } = await scene('open');
  const stranger = await acme.apis.accounts.resolveIri(bo.account.iri);
  await block(t, group.id, stranger?._id ?? '');
  await forge(north, bo, acme, { type: 'Follow', object: group.uri });
  t.is(await count(group, 'member'), 1);
});

async function block(t: ExecutionContext, from: string, target: string): Promise<void> {
  await acme.kit.mongo.collection<{ _id: string }>('blocks').insertOne({
    _id: acme.kit.nextId(),
    account: from,
    target,
    iri: `${acme.baseUrl}/blocks/${fresh('block')}`,
    createdAt: Date.now(),
  } as never);
  t.true(await acme.apis.relations.blockedEither(from, target));
}

/** Documents that Acme's database has looked at so far. */
async function examined(): Promise<number> {
  const { metrics } = await acme.kit.mongo.db.admin().command({ serverStatus: 1 });
  return Number(metrics.queryExecutor.scannedObjects);
}

test.serial(
  'a partner’s post costs no more in a group of two thousand here than in one of two',
  async (t) => {
    const { ann, bo, copy, group } = await joinOpen();
    const cost = async (text: string) => {
      await settled();
      const before = await examined();
      await as(north, bo).say(copy.id, text);
      await settled();
      const posted = { group: group.id, html: new RegExp(text) };
      t.is(await acme.kit.mongo.collection('posts').countDocuments(posted), 1);
      return (await examined()) - before;
    };
    await cost('the first one');
    const few = await cost('among few');
    const memberships = acme.kit.mongo.collection('memberships');
    const one = await memberships.findOne({ group: group.id, account: ann.account._id });
    const crowd = Array.from({ length: 2000 }, () => {
      const id = acme.kit.nextId();
      return { ...one, _id: acme.kit.nextId(), account: id, iri: `urn:x:${id}`, role: 'member' };
    });
    await memberships.insertMany(crowd as never);
    const many = await cost('among many');
    t.true(many <= few + 20, `${few} documents for two members, ${many} for two thousand`);
  },
);
