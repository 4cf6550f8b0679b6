/**
 * One post to 10,000 followers on 1,000 hosts, first with all of them well, then with 10 %
 * that hang, 5 % that answer 500 and 5 % that answer 410: `node scripts/bench/delivery.ts`.
 * Options: BENCH_HOSTS (1000), BENCH_FOLLOWERS (10000). Exits with 1 where a bound is passed.
 */
import { createIds } from '@mitoyen/protocol';
import { MongoClient } from 'mongodb';
import { type Client, eventually, startInstance } from '../src/index.ts';
import { type Health, startTown } from '../src/town.ts';
import { memory } from './measure.ts';

const HOSTS = Number(process.env.BENCH_HOSTS ?? 1000);
const FOLLOWERS = Number(process.env.BENCH_FOLLOWERS ?? 10_000);
const row = (name: string, value: string) => process.stdout.write(`${name.padEnd(40)} ${value}\n`);
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

/** What sick hosts may cost the healthy ones, a message and the memory. */
const BOUNDS = { slower: 2.5, messageMs: 1000, memoryGrowth: 1.25 };

function hold(name: string, value: number, most: number): void {
  if (value <= most) return;
  row(`NOT HELD: ${name}`, `${value.toFixed(2)}, at most ${most}`);
  process.exitCode = 1;
}

const town = await startTown();
const instance = await startInstance({
  name: 'Bench',
  keep: true,
  env: { MITOYEN_FEDERATION__MODE: 'open' },
});

/** Follows straight into the database: ten thousand signed ones would only measure the inbox. */
async function seedFollowers(target: string): Promise<void> {
  const socket = `${instance.dataDir}/run/mongo.sock`;
  const mongo = await MongoClient.connect(`mongodb://${encodeURIComponent(socket)}`);
  const nextId = createIds({ now: Date.now });
  const follows = Array.from({ length: FOLLOWERS }, (_, index) => ({
    _id: nextId() as never,
    follower: nextId(),
    target,
    state: 'accepted',
    iri: `${town.actor(index % HOSTS, `reader${index}`)}#follow`,
    showShares: true,
    notify: false,
    followerInbox: town.sharedInbox(index % HOSTS),
    remoteHost: new URL(town.sharedInbox(index % HOSTS)).host,
    createdAt: Date.now(),
  }));
  await mongo.db('mitoyen').collection('follows').insertMany(follows);
  await mongo.close();
}

/** Milliseconds until all of these hosts have a new post. */
async function measure(client: Client, hosts: number[], status: string): Promise<number> {
  const started = performance.now();
  const post = await client.post('/api/v1/statuses', { status });
  await eventually(
    `${status} is everywhere`,
    async () => hosts.every((host) => town.got(host).has(`${post.uri}/activity`)),
    { within: 120_000, every: 10 },
  );
  return performance.now() - started;
}

function healthOf(host: number): Health {
  const rest = host % 20;
  if (rest < 2) return 'hangs';
  if (rest === 2) return 500;
  return rest === 3 ? 410 : 'healthy';
}

try {
  const client = await instance.person('writer');
  const me = await client.get('/api/v1/accounts/verify_credentials');
  await seedFollowers(me.id);
  const all = Array.from({ length: HOSTS }, (_, host) => host);
  const server = instance.pid() ?? 0;
  await measure(client, all, 'to warm up');
  const well = await measure(client, all, 'all are well');
  row(`${FOLLOWERS} followers on ${HOSTS} hosts, all well`, seconds(well));
  for (const host of all) town.health(host, healthOf(host));
  const healthy = all.filter((host) => healthOf(host) === 'healthy');
  const before = memory(server).now;
  const sick = await measure(client, healthy, 'some are sick');
  row(
    'a fifth sick: the healthy have it after',
    `${seconds(sick)}, ${(sick / well).toFixed(2)} times`,
  );
  hold('a fifth sick, times as long', sick / well, BOUNDS.slower);
  const again = await measure(client, healthy, 'some are still sick');
  row('the same again', `${seconds(again)}, ${(again / well).toFixed(2)} times`);
  hold('the same again, times as long', again / well, BOUNDS.slower);
  const [reader = 0] = healthy;
  const [found] = await client.get(
    `/api/v1/accounts/search?resolve=true&q=${encodeURIComponent(town.actor(reader))}`,
  );
  const big = client.post('/api/v1/statuses', { status: 'a big one' });
  const started = performance.now();
  const message = await client.post('/api/v1/statuses', {
    status: `@${found.acct} only you`,
    visibility: 'direct',
  });
  await eventually(
    'the message is there',
    async () => town.got(reader).has(`${message.uri}/activity`),
    { within: 30_000, every: 10 },
  );
  const beside = performance.now() - started;
  row('a message beside it', seconds(beside));
  hold('a message beside it, milliseconds', beside, BOUNDS.messageMs);
  await big;
  const { now: after, peak } = memory(server);
  row(
    'memory of the server',
    `${before.toFixed(0)} MiB before, ${after.toFixed(0)} after, peak ${peak.toFixed(0)}`,
  );
  hold('memory, times as much', after / before, BOUNDS.memoryGrowth);
} finally {
  await instance.stop();
  town.close();
}
