import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  Binary,
  Decimal128,
  Double,
  EJSON,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { type Document, MongoClient } from 'mongodb';
import {
  checkDatabase,
  compactDatabase,
  createEmbeddedServer,
  databaseStats,
  dumpDatabase,
  type EmbeddedServer,
  loadDatabase,
  TransferError,
} from '../src/index.ts';

interface Running {
  server: EmbeddedServer;
  client: MongoClient;
  home: string;
  stop(): Promise<void>;
}

/** A database of the test's own, taken down with it. */
async function start(t: ExecutionContext): Promise<Running> {
  const home = mkdtempSync(join(tmpdir(), 'em-'));
  const server = await createEmbeddedServer({
    file: join(home, 'db'),
    socketPath: join(home, 'm.sock'),
  });
  const client = await MongoClient.connect(server.url);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= client.close().then(() => server.close());
    return stopped;
  };
  t.teardown(async () => {
    await stop();
    rmSync(home, { recursive: true });
  });
  return { server, client, home, stop };
}

test('a dump loads into another database with counts, types, order and indexes alike', async (t) => {
  const from = await start(t);
  const to = await start(t);
  const coll = from.client.db('house').collection<Document>('all/types');
  await coll.createIndexes([
    { key: { n: -1, s: 1 }, unique: true },
    { key: { at: 1 }, expireAfterSeconds: 1e9, partialFilterExpression: { at: { $exists: true } } },
  ]);
  await coll.insertMany([
    {
      _id: new ObjectId(),
      n: new Int32(1),
      d: new Double(1),
      l: Long.fromNumber(1),
      x: Decimal128.fromString('1.10'),
      nan: Number.NaN,
      inf: -Infinity,
    },
    {
      _id: 'text',
      s: 'ä\u0000"\\\n',
      at: new Date(-1),
      b: new Binary(Buffer.from([0, 255]), 4),
      r: /a/i,
      t: new Timestamp({ t: 5, i: 6 }),
    },
    {
      _id: 3,
      z: new Map<string, unknown>([
        ['b', 1],
        ['1', [{ deep: [] }]],
        ['0', null],
      ]),
      min: new MinKey(),
      max: new MaxKey(),
      dollar: { $odd: 1, $oid: 'not hex' },
    },
  ] as never[]);
  await from.client
    .db('house')
    .collection('many')
    .insertMany(
      Array.from({ length: 2500 }, (_, i) => ({ _id: i, text: 'x'.repeat(i % 50) })) as never[],
    );
  const folder = join(from.home, 'dump');
  const messages: string[] = [];
  const manifest = await dumpDatabase(from.client.db('house'), folder, (message) =>
    messages.push(message),
  );
  t.deepEqual(
    manifest.collections.map(({ collection, documents }) => [collection, documents]),
    [
      ['all/types', 3],
      ['many', 2500],
    ],
  );
  t.true(messages.includes('many: 2500 documents written'));
  for (const line of readFileSync(join(folder, 'many.json'), 'utf8').trim().split('\n'))
    t.truthy(EJSON.parse(line)._id !== undefined);
  const loaded = await loadDatabase(to.client.db('home'), folder);
  t.deepEqual(loaded, manifest.collections);
  t.deepEqual(await to.client.db('home').collection('all/types').indexes(), await coll.indexes());
  await t.throwsAsync(loadDatabase(to.client.db('home'), folder), {
    instanceOf: TransferError,
    message: /not empty/,
  });
});

test('a closed file is checked, measured and compacted', async (t) => {
  const { server, client, home, stop } = await start(t);
  const file = server.engine.store.file;
  const coll = client.db('x').collection<Document>('docs');
  await coll.createIndex({ n: 1 });
  await coll.insertMany(Array.from({ length: 3000 }, (_, n) => ({ n, text: 'y'.repeat(500) })));
  await coll.deleteMany({ n: { $gte: 100 } });
  await t.throwsAsync(checkDatabase(file), { message: /in use/ });
  await stop();
  t.deepEqual(await checkDatabase(file), []);
  const { collections } = await databaseStats(file);
  t.deepEqual(
    collections.map(({ db, collection, documents }) => [db, collection, documents]),
    [['x', 'docs', 100]],
  );
  const { before, after } = await compactDatabase(file);
  t.true(after < before / 4, `${before} -> ${after}`);
  t.deepEqual(await checkDatabase(file), []);
  await t.throwsAsync(checkDatabase(join(home, 'nothing')), { message: /ENOENT/ });
});

test('on a loopback port only the account is served', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'em-'));
  const server = await createEmbeddedServer({
    file: join(home, 'db'),
    socketPath: join(home, 'm.sock'),
    loopback: { port: 0, username: 'house', password: 'pä,ss=1' },
  });
  const options = { authMechanism: 'SCRAM-SHA-256', serverSelectionTimeoutMS: 2000 } as const;
  const url = `mongodb://127.0.0.1:${server.port}/?directConnection=true`;
  const known = await MongoClient.connect(url, {
    ...options,
    auth: { username: 'house', password: 'pä,ss=1' },
  });
  await known.db('x').collection('docs').insertOne({ a: 1 });
  t.is(await known.db('x').collection('docs').countDocuments(), 1);
  const wrong = await t.throwsAsync(
    MongoClient.connect(url, { ...options, auth: { username: 'house', password: 'wrong' } }),
  );
  t.is((wrong as unknown as { code: number }).code, 18);
  const stranger = await MongoClient.connect(url);
  const error = await t.throwsAsync(stranger.db('x').collection('docs').findOne());
  t.is((error as unknown as { code: number }).code, 13);
  await Promise.all([known.close(), stranger.close()]);
  await server.close();
  rmSync(home, { recursive: true });
});

test('a file that is held can be copied as it was, while writing goes on', async (t) => {
  const { client, home } = await start(t);
  const admin = client.db('admin');
  const coll = client.db('house').collection<{ _id: number }>('posts');
  await coll.insertOne({ _id: 1 });
  const { file } = await admin.command({ holdFile: 1, seconds: 60 });
  const held = readFileSync(file);
  await t.throwsAsync(admin.command({ holdFile: 1 }), { message: /held already/ });
  // More than the log takes before it is written into the file otherwise.
  const many = Array.from({ length: 500 }, (_, at) => ({ _id: at + 2, text: 'x'.repeat(1000) }));
  await coll.insertMany(many);
  t.true(held.equals(readFileSync(file)), 'the file is as it was');
  copyFileSync(file, join(home, 'copy'));
  t.like(await admin.command({ releaseFile: 1 }), { held: true });
  t.like(await admin.command({ releaseFile: 1 }), { held: false });
  t.is(await coll.countDocuments(), 501);
  const copy = await createEmbeddedServer({
    file: join(home, 'copy'),
    socketPath: join(home, 'copy.sock'),
  });
  const reader = await MongoClient.connect(copy.url);
  t.is(await reader.db('house').collection('posts').countDocuments(), 1);
  await reader.close();
  await copy.close();
});
