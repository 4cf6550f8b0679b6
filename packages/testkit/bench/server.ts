/**
 * What the server does on this machine, end to end, on its real parts: `node scripts/bench/server.ts`.
 * Everything runs on the same cores, the load generator too. Options: BENCH_NOTES (2000),
 * BENCH_HOSTS (200), BENCH_POSTS (100000), BENCH_ONLY (of actor, inbound, fedify, fanout,
 * crowds, feed, separated by commas).
 */
import { setTimeout as wait } from 'node:timers/promises';
import { createIds } from '@mitoyen/protocol';
import { type Client, eventually, type Instance, startInstance } from '../src/index.ts';
import { connectDatabase } from './connect-database.ts';
import { crowds } from './crowds.ts';
import { inboundOfFedify } from './fedify.ts';
import { inbound } from './inbound.ts';
import { post, rawClient } from './load.ts';
import { concurrently, percentile } from './measure.ts';
import { memoryText, ms, onceMib, partsOf, row } from './parts.ts';
import { type BenchPeer, startPeer } from './peer.ts';
import { rawRequest } from './raw-client.ts';

const NOTES = Number(process.env.BENCH_NOTES ?? 2000);
const HOSTS = Number(process.env.BENCH_HOSTS ?? 200);
const POSTS = Number(process.env.BENCH_POSTS ?? 100_000);
const ONLY = process.env.BENCH_ONLY?.split(',');
const GROUPS = 200;

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
  const request = rawRequest('GET', url, { accept: 'application/activity+json' });
  const many = Array.from({ length: 5000 }, () => request);
  const get = async () => {
    const status = await rawClient.send(request);
    if (status !== 200) throw new Error(`the actor answers ${status}`);
  };
  await concurrently(many.slice(0, 1000), 16, get);
  const started = performance.now();
  const times = await concurrently(many, 16, get);
  row(
    'GET of an actor',
    `${((many.length / (performance.now() - started)) * 1000).toFixed(0)}/s, p99 ${ms(percentile(times, 0.99))}`,
  );
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
  const accepted = wants('inbound') ? await inbound(instance, client, peer, NOTES) : null;
  if (wants('fedify')) await compareFedify(instance, peer, accepted);
  if (wants('fanout')) await fanOut(instance, client, peer);
  if (wants('crowds')) await crowds(instance, client, peer);
  if (wants('feed')) await feed(instance, await instance.person('groupie'));
} finally {
  await instance.stop();
  peer.close();
  rawClient.close();
}
