/**
 * Search over HTTP on many posts in French and English: `node scripts/bench/search.ts`;
 * BENCH_POSTS (100000), BENCH_SEARCHES (300 of each kind). The posts are put into the database
 * and found by the index that the server's own backfill makes of them. BENCH_DATA names a folder
 * that is kept, so that another run needs not make them again.
 *
 * A request that asks for nothing stands beside, and the CPU time of each search: they tell
 * what of a time is the machine's other work.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createIds } from '@mitoyen/protocol';
import { MongoClient } from 'mongodb';
import { type Client, createClient, type Instance, startInstance } from '../src/index.ts';
import { concurrently, cpuSeconds, memory, percentile } from './measure.ts';
import { createWriter } from './search-corpus.ts';

const POSTS = Number(process.env.BENCH_POSTS ?? 100_000);
const SEARCHES = Number(process.env.BENCH_SEARCHES ?? 300);
const GROUPS = 200;
const BATCH = 1000;

const row = (name: string, value: string) => process.stdout.write(`${name.padEnd(34)} ${value}\n`);
const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

export async function benchSearch(): Promise<void> {
  const kept = process.env.BENCH_DATA;
  if (kept !== undefined) await mkdir(kept, { recursive: true });
  const isThere = kept !== undefined && existsSync(join(kept, 'indexed'));
  const instance = await startInstance({
    name: 'Bench',
    ...(kept !== undefined && { dataDir: kept, keep: true }),
    // The address is part of every id: what is kept is served at the one that it was made for.
    ...(isThere && { port: Number(readFileSync(join(kept, 'indexed'), 'utf8')) }),
    env: { MITOYEN_LIMITS__API_PER_5_MINUTES: '0' },
    nodeArguments: process.env.BENCH_NODE?.split(' ') ?? [],
  });
  try {
    const client = await (isThere ? signIn(instance) : instance.person('reader'));
    const writer = createWriter();
    const started = performance.now();
    if (!isThere) await seed(instance, client.id, writer.write);
    if (kept !== undefined) await writeFile(join(kept, 'indexed'), new URL(instance.baseUrl).port);
    row(
      `${POSTS} posts: written, indexed`,
      `${((performance.now() - started) / 1000).toFixed(0)} s`,
    );
    const search = (q: string) =>
      `/api/v2/search?type=statuses&limit=20&q=${encodeURIComponent(q)}`;
    const kinds: [string, () => string][] = [
      ['nothing: a request', () => '/api/v1/announcements'],
      ['20 posts of the home feed', () => '/api/v1/timelines/home?limit=20'],
      ['a common word', () => search(writer.common())],
      ['a rare word', () => search(writer.rare())],
      ['two common words', () => search(`${writer.common()} ${writer.common()}`)],
      ['a common and a rare word', () => search(`${writer.common()} ${writer.rare()}`)],
      ['an unfinished word', () => search(writer.rare().slice(0, 4))],
      ['from: and a word', () => search(`from:me ${writer.common()}`)],
      ['without a word', () => search(`${writer.common()} -${writer.common()} `)],
      ['a phrase', () => search(`"${writer.common()} ${writer.common()}"`)],
    ];
    const every: number[] = [];
    const processes = (await instance.processes()).filter(({ command }) =>
      command.includes('node'),
    );
    const cpu = () => processes.map(({ pid }) => cpuSeconds(pid));
    for (const [name, path] of kinds) {
      const look = async () => {
        await client.get(path());
      };
      await concurrently(Array.from({ length: 20 }), 1, look);
      const before = cpu();
      const times = await concurrently(Array.from({ length: SEARCHES }), 1, look);
      const used = cpu().map((now, at) => ((now - (before[at] ?? 0)) * 1000) / SEARCHES);
      if (path().includes('search')) every.push(...times);
      row(
        name,
        `p50 ${ms(percentile(times, 0.5))}, p99 ${ms(percentile(times, 0.99))}; CPU of the ${used.map(ms).join(', of the other ')}`,
      );
    }
    row('all searches', `p50 ${ms(percentile(every, 0.5))}, p99 ${ms(percentile(every, 0.99))}`);
    row('memory of the server', `${memory(instance.pid() ?? 0).now.toFixed(0)} MiB`);
  } finally {
    await instance.stop();
  }
}

async function signIn(instance: Instance): Promise<Client> {
  const { token } = JSON.parse(
    await instance.cli('user', 'token', 'reader', '--scopes', 'read', '--json'),
  );
  return createClient(instance.baseUrl, token);
}

/** Half in 200 closed groups that the reader is in, half for everybody; then waits for the index. */
async function seed(instance: Instance, me: string, write: () => string): Promise<void> {
  const mongo = await MongoClient.connect(
    `mongodb://${encodeURIComponent(`${instance.dataDir}/run/mongo.sock`)}`,
  );
  const db = mongo.db('mitoyen');
  const nextId = createIds({ now: Date.now });
  const at = Date.now();
  const groups = Array.from({ length: GROUPS }, () => nextId());
  const rows = (all: object[]) => all as never[];
  await db.collection('memberships').insertMany(
    rows(
      groups.map((group) => ({
        _id: nextId(),
        group,
        account: me,
        state: 'member',
        role: 'member',
        iri: `x:${group}`,
        createdAt: at,
      })),
    ),
  );
  await db.collection('groups').insertMany(
    rows(
      groups.map((_id) => ({
        _id,
        access: 'closed',
        local: true,
        postingRestricted: false,
        partners: [],
        pinned: [],
        createdAt: at,
      })),
    ),
  );
  for (let done = 0; done < POSTS; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, POSTS - done) }, (_, index) =>
      postOf(nextId(), index % 2 === 0 ? groups[(done / 2 + index * 7) % GROUPS] : undefined),
    );
    await db.collection('posts').insertMany(rows(batch));
  }
  const progress = db.collection<{ _id: string; done: boolean; next: string }>('search_progress');
  await progress.updateOne(
    { _id: 'posts' },
    { $set: { done: false, next: '\uffff' } },
    { upsert: true },
  );
  while (!(await progress.findOne({ _id: 'posts' }))?.done) await wait(500);
  await mongo.close();

  function postOf(id: string, group: string | undefined) {
    const source = write();
    return {
      _id: id,
      kind: 'post',
      iri: `${instance.baseUrl}/posts/${id}`,
      url: `${instance.baseUrl}/posts/${id}`,
      author: me,
      local: true,
      place: group ? `group:${group}` : `wall:${me}`,
      feed: group ? `group:${group}` : `wall:${me}`,
      audience: group ? 'group' : 'public',
      readers: group ? [`group:${group}`] : ['public'],
      ...(group && { group }),
      html: `<p>${source}</p>`,
      source,
      title: '',
      warning: '',
      sensitive: false,
      media: [],
      mentions: [],
      hashtags: [],
      streams: [],
      counts: { comments: 0, reactions: 0, shares: 0 },
      reactions: {},
      publishedAt: at,
    };
  }
}

await benchSearch();
