/**
 * Thousands of broken and hostile variants of what other servers really send, signed as they sign,
 * to a server with little memory: it answers each, goes on, and nothing of ours has changed.
 * FUZZ_EACH sends so many of each software (148), FUZZ_SEED starts elsewhere.
 */
import { readFileSync } from 'node:fs';
import type { JsonObject } from '@mitoyen/federation';
import test, { type ExecutionContext } from 'ava';
import { type Db, MongoClient } from 'mongodb';
import {
  type Client,
  createRandom,
  createReplayingPeer,
  eventually,
  fixtureFiles,
  hasFixtures,
  type Instance,
  type Json,
  type MutationPool,
  mutate,
  type Random,
  type ReplayingPeer,
  startInstance,
} from '../../src/index.ts';
import { activityOf } from './story.ts';

const SOFTWARE = ['lemmy', 'mastodon', 'friendica', 'mobilizon', 'gnusocial', 'lotide', 'peertube'];
const EACH = Number(process.env.FUZZ_EACH ?? 148);
const SEED = Number(process.env.FUZZ_SEED ?? 20261123);
const AT_ONCE = 8;
const MOST_FOLLOWED = 15;
const MOST_MEMORY_MIB = 640;
const HEAP_MIB = 256;
/** An answer that takes so many times the median, and no less than this, has cost us too much. */
const SLOWEST = 60;
const NOT_SLOW_MS = 2_000;
const MOST_SENT_AGAIN = 3;
const PUBLIC = /https:\/\/www\.w3\.org\/ns\/activitystreams#Public|as:Public|"Public"/;
const DANGEROUS =
  /<(script|iframe|object|embed|form|input|style|svg|math|base|meta|link)\b|\son\w+\s*=|(javascript|data|vbscript):/i;

let instance: Instance;
let mongo: MongoClient;
let db: Db;
let amina: Client;
let before: Ours;
const peers: ReplayingPeer[] = [];
const followed = new Set<string>();
const sent: { software: string; activity: JsonObject; signer: string }[] = [];
type Answered = { ms: number; peer: ReplayingPeer; activity: JsonObject; signer: string };
const answers: Answered[] = [];

type Ours = { accounts: Json[]; posts: Json[]; members: number; partners: number };

test.before(async () => {
  if (!hasFixtures) return;
  instance = await startInstance({
    name: 'Acme',
    env: { MITOYEN_FEDERATION__MODE: 'open', MITOYEN_LOG__LEVEL: 'fatal' },
    nodeArguments: [`--max-old-space-size=${HEAP_MIB}`],
  });
  mongo = await MongoClient.connect(
    `mongodb://${encodeURIComponent(`${instance.dataDir}/run/mongo.sock`)}`,
  );
  db = mongo.db('mitoyen');
  amina = await instance.person('amina', { role: 'admin' });
  const leo = await instance.person('leo');
  const group = await amina.post('/api/mitoyen/v1/groups', { name: 'Secrets', access: 'closed' });
  await amina.post('/api/v1/statuses', { status: 'ours', visibility: 'public' });
  await leo.post('/api/v1/statuses', { status: '@amina between us', visibility: 'direct' });
  await amina.post('/api/v1/statuses', {
    status: 'inside',
    visibility: 'group',
    group_id: group.id,
  });
  before = await ours();
});

test.after.always(async () => {
  for (const peer of peers) peer.stop();
  await mongo?.close();
  await instance?.stop();
});

/** What is ours and no other server may change. */
async function ours(): Promise<Ours> {
  const own = ['username', 'displayName', 'role', 'state', 'iri', 'kind', 'followersCount'];
  const accounts = await db
    .collection('accounts')
    .find({ domain: null }, { projection: Object.fromEntries(own.map((name) => [name, 1])) })
    .sort({ _id: 1 })
    .toArray();
  const posts = await db
    .collection('posts')
    .find({ local: true }, { projection: { iri: 1, html: 1, readers: 1, author: 1, deletedAt: 1 } })
    .sort({ _id: 1 })
    .toArray();
  const groups = await db.collection('groups').find({ local: true }).toArray();
  const members = await db
    .collection('memberships')
    .countDocuments({ group: { $in: ids(groups) }, state: 'member' });
  const partners = await db.collection('agreements').countDocuments({});
  return { accounts, posts, members, partners };
}

for (const software of SOFTWARE) {
  const run = hasFixtures ? test.serial : test.serial.skip;
  run(`${software}: each variant gets a 2xx or 4xx, and soon`, async (t) => {
    const inbox = `${instance.baseUrl}/inbox`;
    const peer = await createReplayingPeer({ software, inbox, proofs: true });
    peers.push(peer);
    await followAll(peer);
    const recorded = fixtureFiles(software).map((file) => activityOf(peer.file(file)));
    const documents = [...recorded, ...unrecorded(peer)];
    const random = createRandom(SEED + SOFTWARE.indexOf(software));
    t.log(`seed ${SEED}, ${EACH} variants of ${documents.length} documents`);
    const pool = await poolOf(peer, documents);
    const queue = Array.from({ length: EACH }, (_, index) => variant(random, pool, peer, index));
    let count = 0;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let next = queue.pop(); next; next = queue.pop()) {
          const started = performance.now();
          sent.push({ software, ...next });
          const status = await peer.deliver(next.activity, next.signer);
          answers.push({ ms: performance.now() - started, peer, ...next });
          count += 1;
          if (status >= 200 && status < 300) continue;
          if (status < 400 || status >= 500)
            t.fail(`${status} for ${JSON.stringify(next.activity).slice(0, 2000)}`);
        }
      }),
    );
    t.is(count, EACH);
    await processed();
    t.is((await instance.request('GET', '/health/ready')).status, 200);
  });
}

/** Amina follows who posts: what nobody here follows is not kept. */
async function followAll(peer: ReplayingPeer): Promise<void> {
  for (const iri of peer.actors.slice(0, MOST_FOLLOWED)) {
    const q = encodeURIComponent(iri);
    const [found] = await amina.get(`/api/v1/accounts/search?resolve=true&limit=1&q=${q}`);
    if (!found) continue;
    if (found.group)
      await amina.get(`/api/mitoyen/v1/groups/lookup?handle=${encodeURIComponent(found.acct)}`);
    await amina.post(`/api/v1/accounts/${found.id}/follow`);
    followed.add(found.id);
  }
}

async function poolOf(peer: ReplayingPeer, documents: JsonObject[]): Promise<MutationPool> {
  const own = [...before.accounts, ...(await db.collection('posts').find().limit(5).toArray())];
  const elsewhere = peers.flatMap((one) => one.actors.slice(0, 5));
  return {
    documents,
    ids: [
      ...own.flatMap((one) =>
        typeof one.iri === 'string' ? [one.iri, `${one.iri}/followers`] : [],
      ),
      `${instance.baseUrl}/actor`,
      `${instance.baseUrl}/inbox`,
      ...peer.actors.slice(0, 20),
      ...elsewhere,
      ...documents.flatMap((one) => (typeof one.id === 'string' ? [one.id] : [])),
      'https://nobody.invalid/users/x',
    ],
  };
}

function variant(random: Random, pool: MutationPool, peer: ReplayingPeer, index: number) {
  const document = random.pick(pool.documents);
  const { actor } = document;
  const isKnown = typeof actor === 'string' && peer.actors.includes(actor);
  const signer = isKnown && random.below(4) > 0 ? actor : random.pick(peer.actors);
  const activity = mutate(document, random, pool);
  // Most are new to the receiver: otherwise all variants of one are the same delivery.
  if (typeof activity.id === 'string' && random.below(8) > 0) activity.id += `?variant=${index}`;
  if (random.below(4) > 0) return { activity, signer };
  // A proof that holds: what is strange is its actor's own word, whoever brings it.
  const by = isKnown ? actor : random.pick(peer.actors);
  return { activity: provedWherePossible(peer, activity, by), signer: random.pick(peer.actors) };
}

function provedWherePossible(peer: ReplayingPeer, activity: JsonObject, by: string): JsonObject {
  const { id } = activity;
  if (typeof id !== 'string') return activity;
  try {
    return peer.proved({ ...activity, id }, by);
  } catch {
    // Not everything that JSON can say has a canonical form.
    return activity;
  }
}

/** Verbs that nobody has recorded, about what is ours and what is theirs. */
function unrecorded(peer: ReplayingPeer): JsonObject[] {
  const [one = '', another = one] = peer.actors;
  const group = peer.actors.find((iri) => peer.actor(iri)?.type === 'Group') ?? another;
  const [account] = before.accounts;
  const [post] = before.posts;
  const said = (type: string, actor: string, more: JsonObject): JsonObject => ({
    '@context': 'https://www.w3.org/ns/activitystreams',
    ...{ id: `${one}/unrecorded/${type}`, type, actor, to: [account?.iri], ...more },
  });
  return [
    said('EmojiReact', one, { object: post?.iri, content: '🎉' }),
    said('Undo', one, { object: said('EmojiReact', one, { object: post?.iri, content: '🎉' }) }),
    said('Read', one, { object: post?.iri }),
    said('Invite', group, { object: group, target: account?.iri }),
    said('Undo', group, { object: said('Invite', group, { object: group, target: account?.iri }) }),
    said('Offer', one, {
      object: {
        ...{ id: `${one}/agreements/1`, type: 'Agreement', attributedTo: one },
        'mitoyen:version': 1,
        'mitoyen:scopes': ['posts'],
        'mitoyen:groups': 'all',
        'mitoyen:parties': [{ 'mitoyen:host': new URL(one).host, 'mitoyen:actor': one }],
      },
    }),
    said('Move', one, { object: one, target: another }),
    said('Flag', one, { object: [account?.iri, post?.iri], content: 'look at this' }),
    said('Block', one, { object: account?.iri }),
    said('Announce', group, { object: said('EmojiReact', one, { object: post?.iri }) }),
  ];
}

/** Nothing waits any more: done, refused, or kept with its reason to be tried later. */
async function processed(): Promise<void> {
  await eventually(
    'all are processed',
    async () =>
      (await db.collection('receipts').countDocuments({ state: 'new', attempts: 0 })) === 0,
    { within: 60_000 },
  );
}

const judged = hasFixtures ? test.serial : test.serial.skip;

/** Alone, and the better of two: what was loaded for the first time, or waited for others, is not its fault. */
async function alone({ peer, activity, signer }: Answered, turn: number): Promise<number> {
  const times: number[] = [];
  for (const again of [1, 2]) {
    const id = typeof activity.id === 'string' && `${activity.id}?alone=${turn}.${again}`;
    const started = performance.now();
    await peer.deliver({ ...activity, ...(id && { id }) }, signer);
    times.push(performance.now() - started);
  }
  return Math.min(...times);
}

judged('no variant takes us far longer to answer than the others', async (t) => {
  const ordered = answers.toSorted((a, b) => b.ms - a.ms);
  const median = ordered[Math.floor(ordered.length / 2)]?.ms ?? 0;
  const most = Math.max(SLOWEST * median, NOT_SLOW_MS);
  for (const [turn, slow] of ordered.slice(0, MOST_SENT_AGAIN).entries()) {
    const ms = await alone(slow, turn);
    t.log(`${slow.ms.toFixed(0)} ms, alone ${ms.toFixed(0)}; the median is ${median.toFixed(0)}`);
    t.true(ms < most, JSON.stringify(slow.activity).slice(0, 1500));
  }
  await processed();
});

judged('nothing came to grief inside', async (t) => {
  const failed = await db
    .collection('receipts')
    .find({ attempts: { $gt: 0 } })
    .toArray();
  // Another server that does not answer is tried again; our own mistakes are never that.
  const mistakes = failed.filter(
    ({ outcome }) => !/cannot be reached|did not answer|timed out|fetch/i.test(String(outcome)),
  );
  t.log(`${failed.length} are to be tried again`);
  t.deepEqual(
    mistakes.map(({ outcome, body }) => `${outcome}: ${String(body).slice(0, 1500)}`),
    [],
  );
});

judged('what is ours is as it was', async (t) => {
  t.deepEqual(await ours(), before);
  const follows = await db
    .collection('follows')
    .find({ follower: { $in: ids(before.accounts) } })
    .toArray();
  for (const { target } of follows) t.true(followed.has(target), 'nobody follows by force');
});

judged('everything that was kept belongs to who sent it, and is safe to show', async (t) => {
  const posts = await db.collection('posts').find({ local: false }).toArray();
  t.log(`${posts.length} posts kept, ${await db.collection('receipts').countDocuments()} receipts`);
  t.true(posts.length >= SOFTWARE.length, 'some variants are good enough to be kept');
  const authors = await db
    .collection('accounts')
    .find({ _id: { $in: posts.map((post) => post.author) } })
    .toArray();
  const authorOf = new Map(authors.map((account) => [String(account._id), account]));
  const mentionsPublic = audiences();
  for (const post of posts) {
    const author = authorOf.get(post.author);
    t.truthy(author?.domain, `${post.iri} is by somebody elsewhere`);
    if (URL.canParse(post.iri) && author)
      t.is(new URL(post.iri).host, new URL(author.iri).host, `${post.iri} is its author’s`);
    notDangerous(t, post, post.iri);
    if (mentionsPublic.get(post.iri) === false)
      t.false(post.readers.includes('public'), `${post.iri} is for nobody but whom it was sent to`);
  }
  for (const account of await db
    .collection('accounts')
    .find({ domain: { $ne: null } })
    .toArray())
    notDangerous(t, account, account.iri);
});

judged('memory stayed within bounds', (t) => {
  const pid = instance.pid() ?? 0;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  t.log(`peak ${peak.toFixed(0)} MiB after ${sent.length} variants`);
  t.true(peak > 0 && peak < MOST_MEMORY_MIB, `${peak} MiB`);
});

function ids(rows: Json[]): never[] {
  return rows.map((row) => row._id as never);
}

/** For each id that was sent: whether anything that named it was for everybody. */
function audiences(): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const { activity } of sent) {
    const { object } = activity;
    const id = typeof object === 'string' ? object : (object as JsonObject | null)?.id;
    if (typeof id !== 'string') continue;
    // What is asked for at its origin is recorded, and nearly all of that is public.
    const isPublic = typeof object === 'string' || PUBLIC.test(JSON.stringify(activity));
    found.set(id, (found.get(id) ?? false) || isPublic);
  }
  return found;
}

function notDangerous(t: ExecutionContext, row: Json, name: string): void {
  const fields: Json[] = row.fields ?? [];
  for (const html of [row.html, row.bio, ...fields.map((one) => one.value)]) {
    if (typeof html === 'string') t.notRegex(html.replace(/&lt;[^<]*/g, ''), DANGEROUS, name);
  }
  for (const field of ['url', 'avatarUrl', 'headerUrl'] as const) {
    const url = row[field];
    if (typeof url === 'string' && url !== '') t.regex(url, /^https?:\/\//, name);
  }
}
