/**
 * What the server does on this machine, end to end, on its real parts: `node scripts/bench/server.ts`.
 * Everything runs on the same cores, the load generator too. Options: BENCH_NOTES (2000),
 * BENCH_HOSTS (200), BENCH_POSTS (100000), BENCH_ONLY (of actor, inbound, fedify, fanout, feed, separated by commas).
 */
import { setTimeout as wait } from 'node:timers/promises';
import { createIds } from '@mitoyen/protocol';
import { MongoClient } from 'mongodb';
import { request as undici } from 'undici';
import { type Client, eventually, type Instance, startInstance } from '../src/index.ts';
import { inboundOfFedify } from './fedify.ts';
import { agent, noteBodies, post, sendNotes, signNotes } from './load.ts';
import { concurrently, cpuSeconds, memory, percentile } from './measure.ts';
import { type BenchPeer, startPeer } from './peer.ts';

const NOTES = Number(process.env.BENCH_NOTES ?? 2000);
const HOSTS = Number(process.env.BENCH_HOSTS ?? 200);
const POSTS = Number(process.env.BENCH_POSTS ?? 100_000);
const ONLY = process.env.BENCH_ONLY?.split(',');
const GROUPS = 200;

const row = (name: string, value: string) => process.stdout.write(`${name.padEnd(34)} ${value}\n`);
const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

type Part = { pid: number; name: string };

async function partsOf(instance: Instance): Promise<Part[]> {
  return (await instance.processes()).map(({ pid, command }) => ({
    pid,
    name:
      command.includes('redis') || command.includes('valkey')
        ? 'redis'
        : command.includes('embedded-mongo')
          ? 'database'
          : 'server',
  }));
}

function usage(parts: Part[]) {
  return new Map(parts.map(({ pid }) => [pid, cpuSeconds(pid)]));
}

function cpuText(parts: Part[], before: Map<number, number>): string {
  const used = parts.map(({ pid, name }) => ({
    name,
    seconds: cpuSeconds(pid) - (before.get(pid) ?? 0),
  }));
  const total = used.reduce((sum, one) => sum + one.seconds, 0);
  return `${total.toFixed(2)} CPU-s (${used.map((one) => `${one.name} ${one.seconds.toFixed(2)}`).join(', ')})`;
}

function memoryText(parts: Part[], which: 'now' | 'peak'): string {
  const used = parts.map(({ pid, name }) => ({ name, mib: memory(pid)[which] }));
  const total = used.reduce((sum, one) => sum + one.mib, 0);
  return `${total.toFixed(0)} MiB (${used.map((one) => `${one.name} ${one.mib.toFixed(0)}`).join(', ')})`;
}

/** What all take together: what several of them map is there once. */
function onceMib(parts: Part[]): number {
  const all = parts.map(({ pid }) => memory(pid));
  const own = all.reduce((sum, { now, shared }) => sum + now - shared, 0);
  return own + Math.max(...all.map(({ shared }) => shared));
}

async function followRemote(client: Client, peer: BenchPeer, actor: string): Promise<void> {
  const [found] = await client.get(
    `/api/v1/accounts/search?resolve=true&q=${encodeURIComponent(actor)}`,
  );
  await client.post(`/api/v1/accounts/${found.id}/follow`);
  const me = await client.get('/api/v1/accounts/verify_credentials');
  const origin = new URL(me.uri).origin;
  const body = Buffer.from(
    JSON.stringify({
      '@context': 'https://www.w3.org/ns/activitystreams',
      id: `${actor}#accept`,
      type: 'Accept',
      actor,
      object: { type: 'Follow', actor: me.uri, object: actor },
    }),
  );
  await post(`${origin}/inbox`, peer.sign(`${origin}/inbox`, body, actor), body);
  await eventually(
    'the follow is accepted',
    async () => (await client.get(`/api/v1/accounts/relationships?id[]=${found.id}`))[0].following,
  );
}

/** @returns accepted per second, warm */
async function inbound(instance: Instance, client: Client, peer: BenchPeer): Promise<number> {
  let accepted = 0;
  const actors = Array.from({ length: 20 }, (_, index) =>
    peer.actor(`127.0.2.${index + 1}`, 'writer'),
  );
  for (const actor of actors) await followRemote(client, peer, actor);
  const inbox = `${instance.baseUrl}/inbox`;
  const mongo = await connectDatabase(instance);
  const receipts = mongo.db('mitoyen').collection('receipts');
  const allProcessed = async () => (await receipts.countDocuments({ state: 'new' })) === 0;
  for (const label of ['cold', 'warm']) {
    const count = label === 'cold' ? Math.min(500, NOTES) : NOTES;
    const signed = signNotes(peer, inbox, noteBodies(actors, count, label));
    const parts = await partsOf(instance);
    const before = usage(parts);
    seen.clear();
    const started = performance.now();
    const { perSecond, p50, p99, refused } = await sendNotes(inbox, signed);
    await eventually('all are processed', allProcessed, {
      within: 120_000,
      every: 20,
    });
    const done = performance.now() - started;
    const used = `${cpuText(parts, before)}; peak ${memoryText(parts, 'peak')}`;
    await eventually('all are readable', async () => (await countInFeed(client, label)) >= count);
    row(
      `inbound ${label}, ${count} notes`,
      `${perSecond.toFixed(0)} accepted/s, p50 ${ms(p50)}, p99 ${ms(p99)}, all in the feed after ${(done / 1000).toFixed(2)} s, refused ${refused}`,
    );
    row('', used);
    if (label === 'warm') accepted = perSecond;
  }
  await mongo.close();
  return accepted;
}

const seen = new Set<string>();

/**
 * Counts the notes of a run in the feed. Notes that were processed side by side may appear
 * behind newer ones, so it reads back until two pages bring nothing new.
 */
async function countInFeed(client: Client, label: string): Promise<number> {
  let maxId = '';
  for (let quiet = 0; quiet < 2; ) {
    const page: { id: string; content: string }[] = await client.get(
      `/api/v1/timelines/home?limit=80${maxId && `&max_id=${maxId}`}`,
    );
    const before = seen.size;
    for (const status of page) if (status.content.includes(`${label} note`)) seen.add(status.id);
    quiet = seen.size === before ? quiet + 1 : 0;
    const last = page.at(-1);
    if (!last || page.length < 80) break;
    maxId = last.id;
  }
  return seen.size;
}

async function fanOut(instance: Instance, client: Client, peer: BenchPeer): Promise<void> {
  const me = await client.get('/api/v1/accounts/verify_credentials');
  const inbox = `${instance.baseUrl}/inbox`;
  for (let index = 0; index < HOSTS; index += 1) {
    const actor = peer.actor(`127.0.${3 + Math.floor(index / 250)}.${(index % 250) + 1}`, 'reader');
    const body = Buffer.from(
      JSON.stringify({
        '@context': 'https://www.w3.org/ns/activitystreams',
        id: `${actor}#follow`,
        type: 'Follow',
        actor,
        object: me.uri,
      }),
    );
    await post(inbox, peer.sign(inbox, body, actor), body);
  }
  await eventually(
    'everybody follows',
    async () => (await client.get(`/api/v1/accounts/${me.id}`)).followers_count >= HOSTS,
    { within: 60_000 },
  );
  await wait(1500);
  for (const label of ['cold', 'warm', 'warm']) {
    const all = peer.received(HOSTS);
    const started = performance.now();
    await client.post('/api/v1/statuses', { status: `To everybody, ${label} ${started}` });
    row(`one post to ${HOSTS} hosts, ${label}`, `last delivery after ${ms((await all) - started)}`);
    await wait(300);
  }
}

async function actorGets(instance: Instance): Promise<void> {
  const url = `${instance.baseUrl}/actor`;
  const many = Array.from({ length: 5000 }, () => url);
  const get = async () => {
    const { body } = await undici(url, {
      headers: { accept: 'application/activity+json' },
      dispatcher: agent,
    });
    await body.dump();
  };
  await concurrently(many.slice(0, 1000), 16, get);
  const started = performance.now();
  const times = await concurrently(many, 16, get);
  row(
    'GET of an actor',
    `${((many.length / (performance.now() - started)) * 1000).toFixed(0)}/s, p99 ${ms(percentile(times, 0.99))}`,
  );
}

/** The bench's own road into the embedded database. */
async function connectDatabase(instance: Instance): Promise<MongoClient> {
  const socket = `${instance.dataDir}/run/mongo.sock`;
  return MongoClient.connect(`mongodb://${encodeURIComponent(socket)}`);
}

async function feed(instance: Instance, client: Client): Promise<void> {
  const mongo = await connectDatabase(instance);
  const db = mongo.db('mitoyen');
  const nextId = createIds({ now: Date.now });
  const at = Date.now();
  const groupIds = Array.from({ length: GROUPS }, () => nextId());
  const me = client.id;
  await db.collection('memberships').insertMany(
    groupIds.map((group) => ({
      _id: nextId() as never,
      group,
      account: me,
      state: 'member',
      role: 'member',
      iri: `x:${group}`,
      createdAt: at,
    })),
  );
  await db.collection('groups').insertMany(
    groupIds.map((id) => ({
      _id: id as never,
      access: 'closed',
      local: true,
      postingRestricted: false,
      partners: [],
      pinned: [],
      createdAt: at,
    })),
  );
  const started = performance.now();
  for (let done = 0; done < POSTS; done += 2000) {
    await db.collection('posts').insertMany(
      Array.from({ length: Math.min(2000, POSTS - done) }, (_, index) => {
        const id = nextId();
        const group = groupIds[(done + index * 7) % GROUPS];
        return {
          _id: id as never,
          kind: 'post',
          iri: `${instance.baseUrl}/posts/${id}`,
          url: `${instance.baseUrl}/posts/${id}`,
          author: me,
          local: true,
          place: `group:${group}`,
          feed: `group:${group}`,
          audience: 'group',
          readers: [`group:${group}`],
          group,
          streams: [],
          html: `<p>Post ${done + index} ${'with some words '.repeat(14)}</p>`,
          source: '',
          title: '',
          warning: '',
          sensitive: false,
          media: [],
          mentions: [],
          hashtags: [],
          counts: { comments: 0, reactions: 0, shares: 0 },
          reactions: {},
          publishedAt: at,
        };
      }),
    );
  }
  row(`seeding ${POSTS} posts`, `${((performance.now() - started) / 1000).toFixed(1)} s`);
  await mongo.close();
  const read = async () => {
    const page = await client.get('/api/v1/timelines/home?limit=20');
    if (page.length !== 20) throw new Error(`a feed of ${page.length}`);
  };
  await concurrently(Array.from({ length: 30 }), 1, read);
  const times = await concurrently(Array.from({ length: 300 }), 1, read);
  row(
    `home feed, ${POSTS} posts in ${GROUPS} groups`,
    `p50 ${ms(percentile(times, 0.5))}, p99 ${ms(percentile(times, 0.99))}`,
  );
}

/** The same into Fedify's inbox, with our own processes out of the way. */
async function compareFedify(instance: Instance, peer: BenchPeer, ours: number | null) {
  await instance.halt();
  const theirs = await inboundOfFedify(peer, NOTES);
  await instance.start();
  const { perSecond, p50, p99, done, cpu } = theirs;
  row(
    `Fedify's inbox, ${NOTES} notes`,
    `${perSecond.toFixed(0)} accepted/s, p50 ${ms(p50)}, p99 ${ms(p99)}, processed after ${done.toFixed(2)} s`,
  );
  const ratio = ours ? `; we accept ${(ours / perSecond).toFixed(1)} times as many` : '';
  row('', `${cpu.toFixed(2)} CPU-s${ratio}`);
}

const peer = await startPeer();
const wants = (name: string) => !ONLY || ONLY.includes(name);
const instance = await startInstance({
  name: 'Bench',
  keep: true,
  env: { MITOYEN_FEDERATION__MODE: 'open' },
});
try {
  const client = await instance.person('reader');
  await instance.halt();
  const started = performance.now();
  await instance.start();
  row('start-up to ready (second start)', ms(performance.now() - started));
  await wait(3000);
  const parts = await partsOf(instance);
  row('idle, resident', memoryText(parts, 'now'));
  row('idle, shared pages once', `${onceMib(parts).toFixed(0)} MiB`);
  if (wants('actor')) await actorGets(instance);
  const accepted = wants('inbound') ? await inbound(instance, client, peer) : null;
  if (wants('fedify')) await compareFedify(instance, peer, accepted);
  if (wants('fanout')) await fanOut(instance, client, peer);
  if (wants('feed')) await feed(instance, await instance.person('groupie'));
} finally {
  await instance.stop();
  peer.close();
  await agent.close();
}
