import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collection, type Document, MongoClient } from 'mongodb';
import { startEmbeddedMongo } from '../src/index.ts';

/**
 * Measures the embedded database through the official driver on its socket:
 * `node scripts/bench/embedded-mongo.ts [documents, default 100000]`.
 */
const total = Number(process.argv[2] ?? 100_000);
const GROUPS = 200;
const AUTHORS = 2000;
const text = 'It was a bright cold day in April, and the clocks were striking thirteen. '.repeat(4);

let made = 0;
function makeDoc(): Document {
  const n = made++;
  return {
    _id: n,
    handle: `entry-${n}`,
    group: `group-${(n * 7919) % GROUPS}`,
    author: `author-${(n * 104_729) % AUTHORS}`,
    tags: [`tag-${n % 50}`, `tag-${(n * 31) % 50}`],
    at: new Date(1_700_000_000_000 + n * 1000),
    text,
  };
}

function report(name: string, value: string): void {
  console.log(`${name.padEnd(46)} ${value}`);
}

async function latencies(
  name: string,
  times: number,
  work: (i: number) => Promise<unknown>,
): Promise<void> {
  for (let i = 0; i < 200; i++) await work(i);
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const from = performance.now();
    await work(i);
    taken.push(performance.now() - from);
  }
  taken.sort((a, b) => a - b);
  const at = (share: number) => taken[Math.floor(taken.length * share)]!.toFixed(3);
  report(name, `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
}

async function rate(
  name: string,
  count: number,
  concurrency: number,
  work: () => Promise<unknown>,
): Promise<void> {
  const from = performance.now();
  let left = count;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left-- > 0) await work();
    }),
  );
  report(name, `${Math.round(count / ((performance.now() - from) / 1000))}/s`);
}

/** Resident memory and CPU seconds of the database process. */
function processCost(pid: number): string {
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1];
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  return `${Math.round(Number(rss) / 1024)} MB, ${((Number(stat[13]) + Number(stat[14])) / 100).toFixed(1)} CPU-s`;
}

async function fill(entries: Collection): Promise<void> {
  const from = performance.now();
  const batch = 1000;
  for (let done = 0; done < total; done += batch) {
    await entries.insertMany(Array.from({ length: Math.min(batch, total - done) }, makeDoc), {
      ordered: false,
    });
  }
  report(
    `insertMany, ${total} documents, 4 indexes`,
    `${Math.round(total / ((performance.now() - from) / 1000))}/s`,
  );
}

const home = mkdtempSync(join(tmpdir(), 'em-bench-'));
const file = join(home, 'db');
const options = { file, socketPath: join(home, 'm.sock') };
let startedAt = performance.now();
const first = await startEmbeddedMongo(options);
report('first start until ready', `${Math.round(performance.now() - startedAt)} ms`);
await first.stop();
startedAt = performance.now();
const server = await startEmbeddedMongo(options);
report('later starts until ready', `${Math.round(performance.now() - startedAt)} ms`);
report('process, idle and empty', processCost(server.pid));
const client = await MongoClient.connect(server.url, { maxPoolSize: 64 });
try {
  const entries = client.db('bench').collection<Document>('entries');
  await entries.createIndexes([
    { key: { handle: 1 }, unique: true },
    { key: { group: 1, _id: -1 } },
    { key: { author: 1, _id: -1 } },
  ]);
  await fill(entries);
  await rate('insertOne durable, concurrency 1', 2000, 1, () => entries.insertOne(makeDoc()));
  await rate('insertOne durable, concurrency 64', 20_000, 64, () => entries.insertOne(makeDoc()));
  const groups = (i: number) =>
    Array.from({ length: 20 }, (_, k) => `group-${(i * 13 + k * 7) % GROUPS}`);
  const allGroups = Array.from({ length: GROUPS }, (_, k) => `group-${k}`);
  await latencies('ping: what driver and socket take alone', 3000, () =>
    client.db('bench').command({ ping: 1 }),
  );
  await latencies('findOne by unique key', 3000, (i) =>
    entries.findOne({ handle: `entry-${(i * 7919) % total}` }),
  );
  await latencies('findOne by _id', 3000, (i) =>
    entries.findOne({ _id: ((i * 7919) % total) as never }),
  );
  await latencies('feed: 20 of 200 groups, newest 20', 1000, (i) =>
    entries
      .find({ group: { $in: groups(i) } })
      .sort({ _id: -1 })
      .limit(20)
      .toArray(),
  );
  await latencies('feed: 200 groups before an id, newest 20', 500, (i) =>
    entries
      .find({ group: { $in: allGroups }, _id: { $lt: (total - i) as never } })
      .sort({ _id: -1 })
      .limit(20)
      .toArray(),
  );
  await latencies('author page, newest 20', 1000, (i) =>
    entries
      .find({ author: `author-${i % AUTHORS}` })
      .sort({ _id: -1 })
      .limit(20)
      .toArray(),
  );
  await latencies('$addToSet', 1000, (i) =>
    entries.updateOne(
      { _id: ((i * 7919) % total) as never },
      { $addToSet: { tags: `new-${i % 5}` } },
    ),
  );
  await latencies('$inc by unique key, findOneAndUpdate', 1000, (i) =>
    entries.findOneAndUpdate({ handle: `entry-${i % total}` }, { $inc: { likes: 1 } }),
  );
  await latencies('countDocuments of a group', 200, (i) =>
    entries.countDocuments({ group: `group-${i % GROUPS}` }),
  );
  await rate('updateOne durable, concurrency 64', 10_000, 64, () =>
    entries.updateOne({ _id: Math.floor(Math.random() * total) as never }, { $inc: { likes: 1 } }),
  );
  report('process after all', processCost(server.pid));
  await new Promise((resolve) => setTimeout(resolve, 5000));
  report('process at rest', processCost(server.pid));
  report('file', `${Math.round(statSync(file).size / 1e6)} MB`);
} finally {
  await client.close();
  await server.stop();
  rmSync(home, { recursive: true });
}
