/**
 * What queries cost in a database that holds much else: the documents of a small company,
 * forty times over under other ids and names, and then every road that reads. The embedded
 * database notes each query that reads ten times what it returns, or that no index serves;
 * `withApp` fails every file of tests where it noted one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Document } from 'mongodb';
import { withApp } from './support/boot.ts';

const booted = withApp(test);
const UNIVERSES = 40;

/** Ids keep their time and order, names get a number: nothing here meets anything there. */
function elsewhere<V>(value: V, universe: number): V {
  if (typeof value === 'string') {
    return value
      .replace(
        /\b([0-9A-HJKMNP-TV-Z]{10})[0-9A-HJKMNP-TV-Z]{3}([0-9A-HJKMNP-TV-Z]{13})\b/g,
        (_, a, b) => `${a}${String(universe).padStart(3, '0')}${b}`,
      )
      .replace(/zz[a-z]+/g, (name) => `${name}${universe}`) as V;
  }
  if (Array.isArray(value)) return value.map((item) => elsewhere(item, universe)) as V;
  if (value && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, elsewhere(inner, universe)]),
    ) as V;
  }
  return value;
}

/** A number may make an id that is there already: that one copy is not needed. */
function refuseAllButDuplicates(error: { code?: number }): void {
  if (error.code !== 11000) throw error;
}

async function multiply(): Promise<Map<string, number>> {
  const { db } = booted().kit.mongo;
  const sizes = new Map<string, number>();
  for (const { name } of await db.listCollections().toArray()) {
    const docs = await db.collection<Document>(name).find().toArray();
    for (let universe = 1; universe <= UNIVERSES && docs.length > 0; universe += 1) {
      // Singletons and what holds a secret once stay what they are: a duplicate is refused.
      await db
        .collection<Document>(name)
        .insertMany(
          docs.map((doc) => elsewhere(doc, universe)),
          { ordered: false },
        )
        .catch(refuseAllButDuplicates);
    }
    sizes.set(name, await db.collection(name).countDocuments());
  }
  return sizes;
}

/** Of one follow and one membership, three hundred from a host that does not answer. */
async function manyElsewhere(ids: Ids): Promise<void> {
  const { db } = booted().kit.mongo;
  const away = 'http://127.0.0.1:9/inbox';
  const kinds = [
    ['follows', { target: ids.account }, { followerInbox: away, remoteHost: '127.0.0.1:9' }],
    ['memberships', { group: ids.group }, { memberInbox: away, memberHost: '127.0.0.1:9' }],
  ] as const;
  for (const [name, filter, set] of kinds) {
    const one = await db.collection<Document>(name).findOne(filter);
    const copies = Array.from({ length: 300 }, (_, n) => ({
      ...elsewhere(one, n + 100),
      ...filter,
      ...set,
    }));
    await db
      .collection<Document>(name)
      .insertMany(copies, { ordered: false })
      .catch(refuseAllButDuplicates);
  }
}

/** What the parameters of a path stand for, by where the path is. */
type Ids = Record<'account' | 'status' | 'group' | 'list' | 'notification' | 'tag', string>;

function filledPath(path: string, ids: Ids): string {
  const id = () => {
    if (/statuses|polls|events/.test(path)) return ids.status;
    if (/groups|timelines\/group/.test(path)) return ids.group;
    if (/lists|timelines\/list/.test(path)) return ids.list;
    return /notifications/.test(path) ? ids.notification : ids.account;
  };
  return path.replace(/:(\w+)/g, (_, name) => (name === 'tag' ? ids.tag : id()));
}

/** A small company that has done a bit of everything. */
async function smallCompany() {
  const { person, request, settled } = booted();
  const [ann, bob, cay] = await Promise.all([
    person('zzann', { role: 'admin' }),
    person('zzbob'),
    person('zzcay'),
  ]);
  const post = async (token: string, path: string, body: object = {}) => {
    const answer = await request('POST', path, { token, body });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  for (const one of [bob, cay]) await post(one.token, `/api/v1/accounts/${ann.account._id}/follow`);
  await post(ann.token, `/api/v1/accounts/${bob.account._id}/follow`);
  const group = await post(ann.token, '/api/mitoyen/v1/groups', {
    name: 'zzgroup',
    access: 'open',
  });
  await post(bob.token, `/api/mitoyen/v1/groups/${group.id}/join`);
  const list = await post(ann.token, '/api/v1/lists', { title: 'zzlist' });
  await post(ann.token, `/api/v1/lists/${list.id}/accounts`, { account_ids: [bob.account._id] });
  let status = { id: '' };
  for (let turn = 0; turn < 4; turn += 1) {
    status = await post(bob.token, '/api/v1/statuses', { status: `@zzann #zzwork ${turn}` });
    const inside = { visibility: 'group', group_id: group.id };
    await post(bob.token, '/api/v1/statuses', { status: `inside ${turn}`, ...inside });
    const reply = { status: 'a comment', in_reply_to_id: status.id };
    await post(cay.token, '/api/v1/statuses', reply);
    await post(ann.token, `/api/v1/statuses/${status.id}/favourite`);
    await post(ann.token, `/api/v1/statuses/${status.id}/bookmark`);
    await post(cay.token, `/api/v1/statuses/${status.id}/reblog`);
    await post(cay.token, '/api/v1/statuses', { status: '@zzann a word', visibility: 'direct' });
  }
  await settled();
  const notified = await request('GET', '/api/v1/notifications', { token: ann.token });
  const ids: Ids = {
    account: bob.account._id,
    status: status.id,
    group: group.id,
    list: list.id,
    notification: notified.json[0].id,
    tag: 'zzwork',
  };
  return { ann, bob, ids, post };
}

test.serial(
  'every road that reads is served by an index, whatever else the database holds',
  async (t) => {
    const { app, request, settled } = booted();
    const { ann, bob, ids, post } = await smallCompany();
    const sizes = await multiply();
    await manyElsewhere(ids);
    t.true((sizes.get('posts') ?? 0) > 300 && (sizes.get('follows') ?? 0) > 100);

    // Streams answer for as long as somebody listens.
    const roads = app.endpoints
      .map(({ spec }) => spec)
      .filter(({ method, path }) => method === 'get' && !/^\/api\/v1\/streaming\b/.test(path));
    t.true(roads.length > 60);
    for (const { path } of roads) {
      const found = await request('GET', filledPath(path, ids), { token: ann.token });
      t.true(found.status < 500, `${path} answers ${found.status}`);
    }
    const accept = { accept: 'application/activity+json' };
    for (const tail of ['', '/outbox?page=true', '/followers?page=true', '/following?page=true']) {
      t.true((await request('GET', `/users/zzbob${tail}`, { headers: accept })).status < 500);
    }
    await post(bob.token, '/api/v1/statuses', {
      status: 'to everybody once more',
      visibility: 'private',
    });
    await request('DELETE', `/api/v1/statuses/${ids.status}`, { token: bob.token });
    await request('DELETE', `/api/mitoyen/v1/groups/${ids.group}`, { token: ann.token });
    await settled();
  },
);

/** Documents that the database has looked at so far. */
async function examined(): Promise<number> {
  const { metrics } = await booted().kit.mongo.db.admin().command({ serverStatus: 1 });
  return Number(metrics.queryExecutor.scannedObjects);
}

test.serial('a post costs no more in a group of two thousand than in one of two', async (t) => {
  const { person, request, settled, kit } = booted();
  const [dora, eve] = await Promise.all([person('zzdora'), person('zzeve')]);
  const cost = async (token: string, group: string) => {
    await settled();
    const before = await examined();
    const body = { status: 'to the group', visibility: 'group', group_id: group };
    const answer = await request('POST', '/api/v1/statuses', { token, body });
    t.is(answer.status, 200);
    await settled();
    return (await examined()) - before;
  };
  const body = { name: 'zzcrowd', access: 'open' };
  const group = await request('POST', '/api/mitoyen/v1/groups', { token: dora.token, body });
  const join = `/api/mitoyen/v1/groups/${group.json.id}/join`;
  await request('POST', join, { token: eve.token });
  await cost(dora.token, group.json.id);
  const few = await cost(dora.token, group.json.id);
  const rows = kit.mongo.db.collection<Document>('memberships');
  const one = await rows.findOne({ account: eve.account._id });
  const crowd = Array.from({ length: 2000 }, (_, n) => {
    const id = kit.nextId();
    return { ...one, _id: `${id}${n}`, account: id, iri: `urn:uuid:${id}` };
  });
  await rows.insertMany(crowd as Document[]);
  const many = await cost(dora.token, group.json.id);
  t.true(many <= few + 10, `${few} documents for two members, ${many} for two thousand`);
});

test.serial('what is sent together shares its look-ups and its writes', async (t) => {
  const { person, settled, kit } = booted();
  const { account } = await person('zzfay');
  await settled();
  const asked = async () => {
    const { opcounters } = await kit.mongo.db.admin().command({ serverStatus: 1 });
    return Number(opcounters.insert) + Number(opcounters.find);
  };
  const send = (id: string) =>
    kit.outbox.send({
      actor: account._id,
      activity: { id, type: 'Like', actor: account.iri, object: 'http://127.0.0.1:9/note' },
      recipients: { inboxes: ['http://127.0.0.1:9/inbox'] },
      scope: 'agreement',
    });
  // From then on its keys are at hand.
  await send(`${kit.baseUrl}/zztogether/first`);
  const ids = Array.from({ length: 60 }, (_, n) => `${kit.baseUrl}/zztogether/${n}`);
  const before = await asked();
  // Every one twice, as after a crash: kept once.
  await Promise.all([...ids, ...ids].map(send));
  const cost = (await asked()) - before;
  const stored = kit.mongo.db.collection<Document>('activities');
  t.is(await stored.countDocuments({ _id: { $in: ids as never[] } }), 60);
  const deliveries = kit.mongo.db.collection('deliveries');
  t.is(await deliveries.countDocuments({ activity: { $in: ids } }), 60);
  t.true(cost < 60, `${cost} commands for 120 activities`);
});

test.serial(
  'the shard keys of docs/scaling.md begin every unique index, as MongoDB demands',
  async (t) => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/scaling.md'), 'utf8');
    const rows = [...page.matchAll(/^\s*\| `(\w+)`\s*\| `\{ (.+?) \}`/gm)];
    t.true(rows.length >= 8);
    for (const [, collection = '', text = ''] of rows) {
      const key = text.split(',').map((part) => part.split(':')[0]?.trim() ?? '');
      const indexes = await booted().kit.mongo.db.collection(collection).indexes();
      t.true(indexes.length > 0, collection);
      for (const { key: own, name } of indexes.filter((index) => index.unique))
        t.deepEqual(Object.keys(own).slice(0, key.length), key, `${collection}: ${name}`);
      // The index of `_id` is unique per shard alone, so something else must be what counts there.
      const isUnique = key[0] === '_id' || indexes.some((index) => index.unique);
      t.true(isUnique, collection);
    }
  },
);
