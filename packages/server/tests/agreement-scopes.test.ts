/** Each scope of an agreement, both ways: what leaves here, and what a partner sends all the same. */
import type { JsonObject } from '@mitoyen/federation';
import test from 'ava';
import sharp from 'sharp';
import type { Scope } from '../src/features/partners/partners.ts';
import type { AnyJson, Booted } from './support/boot.ts';
import { EVERYTHING, stored, until, withTwoPartners } from './support/two-partners.ts';

const partners = withTwoPartners(test);
type Person = Awaited<ReturnType<Booted['person']>>;
const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
const CONTEXT = 'https://www.w3.org/ns/activitystreams';

let counter = 0;
function fresh(name: string): string {
  counter += 1;
  return `${name}${counter}`;
}

/** Ann is at Acme and Bo at Northwind; they follow each other, and Bo is in Ann's group. */
let ann: Person;
let bo: Person;
let group: AnyJson;

test.serial('the people meet, and join a group', async (t) => {
  const { acme, north, agree, settled } = partners();
  await agree();
  [ann, bo] = [await acme.person('ann'), await north.person('bo')];
  await follow(acme, ann, bo.account.iri);
  await follow(north, bo, ann.account.iri);
  group = (
    await acme.request('POST', '/api/mitoyen/v1/groups', {
      token: ann.token,
      body: { name: 'project', access: 'open' },
    })
  ).json;
  await settled();
  await join();
  t.pass();
});

async function follow(app: Booted, person: Person, iri: string): Promise<number> {
  const target = await app.apis.accounts.resolveIri(iri);
  const path = `/api/v1/accounts/${target?._id}/follow`;
  return (await app.request('POST', path, { token: person.token })).status;
}

async function join(): Promise<void> {
  const { north, acme, settled } = partners();
  const handle = `project@${acme.kit.ownHost}`;
  const path = `/api/mitoyen/v1/groups/lookup?handle=${encodeURIComponent(handle)}`;
  const copy = await north.request('GET', path, { token: bo.token });
  await north.request('POST', `/api/mitoyen/v1/groups/${copy.json.id}/join`, { token: bo.token });
  await settled();
}

/** How many activities Acme's people sent to Northwind in the meantime. */
async function arrivals(act: () => Promise<unknown>): Promise<number> {
  const { acme, north, settled, hostOf } = partners();
  const received = async () => {
    const rows = await north.kit.mongo.collection('receipts').find({}).toArray();
    return rows.filter((row) => row.host === hostOf(acme)).length;
  };
  const before = await received();
  await act();
  await settled();
  return (await received()) - before;
}

async function post(status: string, more: object): Promise<void> {
  const { acme } = partners();
  await acme.request('POST', '/api/v1/statuses', { token: ann.token, body: { status, ...more } });
}

/** As a server of somebody who does not care for terms: signed by Bo, past Northwind's own outbox. */
async function force(type: string, object: unknown, by: Person = bo): Promise<void> {
  const { acme, north, settled } = partners();
  await north.kit.outbox.send({
    actor: by.account._id,
    activity: {
      '@context': CONTEXT,
      id: `${by.account.iri}#forced-${north.kit.nextId()}`,
      type,
      actor: by.account.iri,
      object,
    },
    recipients: { inboxes: [`${acme.baseUrl}/inbox`] },
    scope: 'agreement',
  });
  await settled();
}

function note(words: string, to: string[], more: JsonObject = {}): JsonObject {
  const { north } = partners();
  return {
    id: `${north.baseUrl}/notes/${north.kit.nextId()}`,
    type: 'Note',
    attributedTo: bo.account.iri,
    to,
    content: `<p>${words}</p>`,
    published: new Date().toISOString(),
    ...more,
  };
}

/** What Acme gives Northwind's server of a group when it asks, of all that there is to ask for. */
async function givenOf({ id, uri }: AnyJson): Promise<string[]> {
  const { acme, north } = partners();
  const body = { status: fresh('asked'), visibility: 'group', group_id: id };
  const made = await acme.request('POST', '/api/v1/statuses', { token: ann.token, body });
  const inside = ['followers', 'followers?page=true', 'moderators', 'featured', 'outbox?page=true'];
  const drift = `${uri}/followers_synchronization`;
  const posts = [made.json.uri, `${made.json.uri}/activity`, `${made.json.uri}/replies`];
  const given = [];
  for (const url of [uri, ...inside.map((part) => `${uri}/${part}`), drift, ...posts]) {
    const answer = await north.kit.remote.document(url);
    if (answer.kind === 'ok') given.push(url);
  }
  return given;
}

async function groupOf(settings: object): Promise<AnyJson> {
  const { acme } = partners();
  const body = { name: fresh('group'), access: 'open', ...settings };
  const options = { token: ann.token, body };
  return (await acme.request('POST', '/api/mitoyen/v1/groups', options)).json;
}

async function isFound({ handle }: AnyJson): Promise<boolean> {
  const resource = `acct:${handle.replace(/^@/, '')}`;
  const path = `/.well-known/webfinger?resource=${encodeURIComponent(resource)}`;
  return (await partners().acme.request('GET', path)).status === 200;
}

async function isStored(words: string): Promise<boolean> {
  return (await stored(partners().acme, words)) !== null;
}

async function crossesAsNote(to: string[], more: JsonObject = {}): Promise<boolean> {
  const words = fresh('forced');
  await force('Create', note(words, to, more));
  return isStored(words);
}

type Probe = { out: () => Promise<boolean>; in: () => Promise<boolean> };
const probes: Record<Scope, Probe> = {
  follow: {
    out: async () => {
      const { acme, north } = partners();
      const { account } = await north.person(fresh('someone'));
      return (await arrivals(() => follow(acme, ann, account.iri))) > 0;
    },
    in: async () => {
      const { acme, north } = partners();
      const stranger = await north.person(fresh('stranger'));
      await force('Follow', ann.account.iri, stranger);
      const account = await acme.apis.accounts.byIri(stranger.account.iri);
      const follows = acme.kit.mongo.collection('follows');
      return (await follows.countDocuments({ follower: account?._id ?? '' })) > 0;
    },
  },
  posts: {
    out: async () => (await arrivals(() => post(fresh('out'), { visibility: 'public' }))) > 0,
    in: () => crossesAsNote([PUBLIC], { cc: [`${bo.account.iri}/followers`, ann.account.iri] }),
  },
  messages: {
    out: async () => {
      const words = `@bo@${partners().hostOf(partners().north)} ${fresh('out')}`;
      return (await arrivals(() => post(words, { visibility: 'direct' }))) > 0;
    },
    in: () =>
      crossesAsNote([ann.account.iri], { tag: [{ type: 'Mention', href: ann.account.iri }] }),
  },
  groups: {
    out: async () => {
      const inside = { visibility: 'group', group_id: group.id };
      const told = await arrivals(() => post(fresh('out'), inside));
      const given = await givenOf(group);
      if (told > 0 !== given.length > 0) throw new Error(`told ${told} times, gives ${given}`);
      return told > 0;
    },
    in: async () => {
      // Whoever has left, or was put out by the terms, may ask again.
      await force('Follow', group.uri);
      return crossesAsNote([group.uri, PUBLIC], { audience: group.uri });
    },
  },
  directory: {
    out: async () => {
      const { acme, north } = partners();
      const body = { note: fresh('bio') };
      const told = await arrivals(() =>
        acme.request('PATCH', '/api/v1/accounts/update_credentials', { token: ann.token, body }),
      );
      const fetched = await north.kit.remote.document(ann.account.iri);
      const shown = fetched.kind === 'ok' && String(fetched.document.summary).includes(body.note);
      if (told > 0 !== shown) throw new Error('told and shown are to be the same');
      return shown;
    },
    in: async () => {
      const { acme, north } = partners();
      const bio = fresh('bio');
      const document = await north.apis.accounts.actorDocument(bo.account);
      await force('Update', { ...document, summary: bio });
      const known = await acme.apis.accounts.byIri(bo.account.iri);
      return known?.bio.includes(bio) ?? false;
    },
  },
};

test.serial('with every scope everything crosses, in both directions', async (t) => {
  for (const [scope, probe] of Object.entries(probes)) {
    t.true(await probe.out(), `${scope} out`);
    t.true(await probe.in(), `${scope} in`);
  }
});

for (const scope of Object.keys(probes) as Scope[]) {
  test.serial(
    `without the scope ${scope} nothing of it crosses, in either direction`,
    async (t) => {
      const { agree } = partners();
      const scopes = EVERYTHING.scopes.filter((one) => one !== scope);
      await agree({ ...EVERYTHING, scopes });
      t.false(await probes[scope].out(), 'out');
      t.false(await probes[scope].in(), 'in');
      await agree();
    },
  );
}

test.serial('only the groups that the agreement names cross', async (t) => {
  const { acme, agree } = partners();
  const other = (
    await acme.request('POST', '/api/mitoyen/v1/groups', {
      token: ann.token,
      body: { name: fresh('other'), access: 'open' },
    })
  ).json;
  await agree({ ...EVERYTHING, groups: [other.uri] });
  t.false(await probes.groups.out());
  t.false(await probes.groups.in());
  await agree({ ...EVERYTHING, groups: [group.uri] });
  await join();
  t.true(await probes.groups.out());
  t.true(await probes.groups.in());
  await agree();
});

test.serial('a post in a group that is not covered any more is not edited either', async (t) => {
  const { acme, north, agree, settled } = partners();
  const as = (app: Booted, by: Person, method: string, path: string, body?: object) =>
    app.request(method, path, { token: by.token, body });
  const groups = '/api/mitoyen/v1/groups';
  const theirs = (await as(north, bo, 'POST', groups, { name: fresh('theirs'), access: 'open' }))
    .json;
  const handle = encodeURIComponent(theirs.handle.replace(/^@/, ''));
  const copy = await as(acme, ann, 'GET', `${groups}/lookup?handle=${handle}`);
  await as(acme, ann, 'POST', `${groups}/${copy.json.id}/join`);
  await settled();
  const words = fresh('before');
  const status = { status: words, visibility: 'group', group_id: theirs.id };
  const made = (await as(north, bo, 'POST', '/api/v1/statuses', status)).json;
  await settled();
  t.true(await isStored(words));
  const edited = (content: string) =>
    note(content, [theirs.uri, PUBLIC], {
      ...{ id: made.uri, audience: theirs.uri, updated: new Date().toISOString() },
    });
  await agree({ ...EVERYTHING, groups: [group.uri] });
  const later = fresh('later');
  await force('Update', edited(later));
  t.false(await isStored(later));
  await agree();
  await force('Update', edited(later));
  t.true(await isStored(later));
});

test.serial(
  'a group for this company, or for others, is given to no server of theirs',
  async (t) => {
    const { north, hostOf } = partners();
    const all = await groupOf({ partners: 'all' });
    t.true((await givenOf(all)).length >= 8, 'there is something to give');
    t.true(await isFound(all));
    t.true((await givenOf(await groupOf({ partners: [hostOf(north)] }))).length >= 8);
    const closed = { partners: [], access: 'closed' };
    for (const settings of [{ partners: [] }, closed, { partners: ['other.example'] }]) {
      const one = await groupOf(settings);
      t.deepEqual(await givenOf(one), [], JSON.stringify(settings));
      t.is(await isFound(one), settings.partners.length > 0);
      // Nor is a request answered, which would tell that it is there.
      const answers = await north.kit.mongo.collection('receipts').countDocuments({});
      await force('Follow', one.uri);
      t.is(await north.kit.mongo.collection('receipts').countDocuments({}), answers);
    }
  },
);

test.serial('a group that is narrowed to this company is not given any more', async (t) => {
  const { acme, north } = partners();
  const one = await groupOf({ partners: 'all' });
  t.true((await givenOf(one)).length >= 8);
  await force('Follow', one.uri);
  t.true(await acme.apis.groups.hasMembersAt(one.id, north.kit.ownHost));
  const path = `/api/mitoyen/v1/groups/${one.id}`;
  await acme.request('PATCH', path, { token: ann.token, body: { partners: [] } });
  await partners().settled();
  t.deepEqual(await givenOf(one), []);
});

test.serial('terms that cover less end what they do not cover any more', async (t) => {
  const { acme, north, agree } = partners();
  for (const [app, person, iri] of [
    [acme, ann, bo.account.iri],
    [north, bo, ann.account.iri],
  ] as const)
    await follow(app, person, iri);
  await partners().settled();
  const follows = (app: Booted) => app.kit.mongo.collection('follows').countDocuments({});
  t.true((await follows(acme)) >= 2);
  await agree({ ...EVERYTHING, scopes: ['posts', 'messages'] });
  await until(async () => (await follows(acme)) === 0 && (await follows(north)) === 0);
  const members = acme.kit.mongo.collection('memberships');
  const host = north.kit.ownHost;
  await until(async () => (await members.find({}).toArray()).every((row) => row.host !== host));
  t.pass();
  await agree();
});

test.serial('what was queued under wider terms does not go out under narrower ones', async (t) => {
  const { acme, north, agree, hostOf } = partners();
  await agree({ ...EVERYTHING, scopes: ['follow'] });
  const words = fresh('queued');
  const activity = `${ann.account.iri}#${words}`;
  // As a crash or an outage leaves it: stored under the old terms, its job to be found by the sweep.
  await acme.kit.mongo.collection<{ _id: string }>('activities').insertOne({
    _id: activity,
    ...{ actor: ann.account._id, json: '{}', at: 1, expiresAt: new Date(Date.now() + 1e8) },
  });
  await acme.kit.mongo.collection<{ _id: string }>('deliveries').insertOne({
    _id: words,
    ...{ activity, actor: ann.account._id, inbox: `${north.baseUrl}/inbox`, host: hostOf(north) },
    ...{ state: 'waiting', urgent: false, scope: 'posts', attempts: 0, firstAt: 1, nextAt: 1 },
  });
  t.is(await arrivals(() => acme.app.sweep(0)), 0);
  const left = await acme.kit.mongo.collection('deliveries').countDocuments({ activity });
  t.is(left, 0, 'it is dropped');
  await agree();
});

test.serial('what is listed follows the scopes too', async (t) => {
  const { north, agree } = partners();
  const lists = ['outbox', 'outbox?page=true', 'followers', 'following'];
  const kinds = async () => {
    const all = lists.map((list) => north.kit.remote.document(`${ann.account.iri}/${list}`));
    return (await Promise.all(all)).map(({ kind }) => kind);
  };
  await agree({ ...EVERYTHING, scopes: ['messages'] });
  t.deepEqual(await kinds(), ['gone', 'gone', 'gone', 'gone']);
  await agree({ ...EVERYTHING, scopes: ['posts'] });
  t.deepEqual(await kinds(), ['ok', 'ok', 'gone', 'gone']);
  await agree();
  t.deepEqual(await kinds(), ['ok', 'ok', 'ok', 'ok']);
  const outbox = await north.kit.remote.document(`${ann.account.iri}/outbox`);
  t.true(outbox.kind === 'ok' && outbox.document.totalItems === undefined, 'nor how much there is');
});

test.serial('a picture with more bytes than was agreed is not fetched', async (t) => {
  const { acme, north, agree, hostOf } = partners();
  const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * 7919) % 251));
  const raw = { width: 64, height: 64, channels: 3 } as const;
  const png = await sharp(noise, { raw }).png().toBuffer();
  await agree({ ...EVERYTHING, limits: { media_bytes: 1024 } });
  t.is(acme.apis.policy.mediaBytes(hostOf(north)), 1024);
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'noise.png');
  const uploaded = await north.request('POST', '/api/v2/media', { token: bo.token, body: form });
  await north.settled();
  const shown = await north.request('GET', `/api/v1/media/${uploaded.json.id}`, {
    token: bo.token,
  });
  const url: string = shown.json.url;
  const refused = await acme.kit.remote.bytes(url, 10_000_000);
  t.is(refused.kind, 'failed');
  await agree({ ...EVERYTHING, limits: { media_bytes: 1_000_000 } });
  t.is((await acme.kit.remote.bytes(url, 10_000_000)).kind, 'ok');
  t.is((await acme.kit.remote.bytes(url, 1000)).kind, 'failed', 'never more than is configured');
});
