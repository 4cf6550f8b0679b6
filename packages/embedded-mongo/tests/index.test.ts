import anyTest, { type TestFn } from 'ava';
import type { Document } from 'mongodb';
import { type Context, withServer } from './server.ts';

const test = anyTest as TestFn<Context>;
withServer(test);

interface Explained {
  index: string | undefined;
  stage: string;
  keys: number;
  docs: number;
  returned: number;
  sorted: boolean;
  merged: boolean;
}

function read(explained: Document): Explained {
  let plan = explained.queryPlanner.winningPlan as Document;
  const sorted = plan.stage === 'SORT';
  if (sorted) plan = plan.inputStage;
  const scan = plan.stage === 'FETCH' ? plan.inputStage : plan;
  const stats = explained.executionStats;
  return {
    index: scan.indexName,
    stage: scan.stage,
    keys: stats.totalKeysExamined,
    docs: stats.totalDocsExamined,
    returned: stats.nReturned,
    sorted,
    merged: scan.merged ?? false,
  };
}

async function fill(t: { context: Context }, count = 2000): Promise<void> {
  const docs = Array.from({ length: count }, (_, i) => ({
    _id: i,
    feed: `f${i % 200}`,
    author: i % 50,
    tags: [`t${i % 10}`, `u${i % 4}`],
    at: new Date(i * 1000),
  }));
  await t.context.coll.insertMany(docs as never[]);
}

test('the home feed is a merge that reads little more than it returns', async (t) => {
  await fill(t);
  const { coll } = t.context;
  await coll.createIndex({ feed: 1, _id: -1 });
  const feeds = Array.from({ length: 200 }, (_, i) => `f${i}`);
  const query = () =>
    coll
      .find({ feed: { $in: feeds }, _id: { $lt: 1500 as never } })
      .sort({ _id: -1 })
      .limit(20);
  const found = (await query().toArray()).map(({ _id }) => _id as unknown as number);
  t.deepEqual(
    found,
    Array.from({ length: 20 }, (_, i) => 1499 - i),
  );
  const plan = read(await query().explain());
  t.is(plan.index, 'feed_1__id_-1');
  t.true(plan.merged);
  t.false(plan.sorted);
  t.true(plan.keys <= 240, `${plan.keys} keys`);
  t.true(plan.docs <= 21, `${plan.docs} documents`);
});

test('a merge of many feeds answers as a scan does, in both directions and from any point', async (t) => {
  await fill(t, 1000);
  const { coll } = t.context;
  await coll.createIndex({ feed: 1, _id: -1 });
  for (const count of [2, 15, 16, 17, 40, 190]) {
    const feeds = Array.from({ length: count }, (_, i) => `f${(i * 7) % 230}`);
    for (const direction of [1, -1] as const) {
      for (const limit of [1, 5, 30, 0]) {
        const filter = { feed: { $in: feeds }, _id: { $gt: 50 as never, $lte: 940 as never } };
        const read = (hint: object) =>
          coll.find(filter, { hint }).sort({ _id: direction }).limit(limit).toArray();
        t.deepEqual(await read({ feed: 1, _id: -1 }), await read({ $natural: 1 }));
      }
    }
  }
});

test('one feed backwards, forwards and from a point comes sorted from the index', async (t) => {
  await fill(t);
  const { coll } = t.context;
  await coll.createIndex({ feed: 1, _id: -1 });
  for (const [sort, first] of [
    [-1, 1803],
    [1, 3],
  ] as const) {
    const cursor = () => coll.find({ feed: 'f3' }).sort({ _id: sort }).limit(5);
    t.is((await cursor().toArray())[0]!._id as unknown as number, first);
    const plan = read(await cursor().explain());
    t.false(plan.sorted);
    t.true(plan.keys <= 6);
  }
  const since = read(
    await coll
      .find({ feed: 'f3', _id: { $gt: 1000 as never, $lte: 1403 as never } })
      .sort({ _id: 1 })
      .explain(),
  );
  t.deepEqual([since.keys, since.returned], [3, 3]);
});

test('$or is a union of indexes, merged where a sort is wanted', async (t) => {
  await fill(t);
  const { coll } = t.context;
  await coll.createIndexes([{ key: { feed: 1, _id: -1 } }, { key: { author: 1, _id: -1 } }]);
  const filter = { $or: [{ feed: 'f3' }, { author: 3 }] };
  const union = await coll.find(filter).toArray();
  t.is(union.length, 40);
  t.is(new Set(union.map(({ _id }) => _id)).size, 40);
  const plan = read(await coll.find(filter).explain());
  t.is(plan.stage, 'OR');
  t.true(plan.docs <= 50);
  const newest = () => coll.find(filter).sort({ _id: -1 }).limit(4);
  t.deepEqual(
    (await newest().toArray()).map(({ _id }) => _id as unknown),
    [1953, 1903, 1853, 1803],
  );
  const merged = read(await newest().explain());
  t.is(merged.stage, 'SORT_MERGE');
  t.true(merged.keys <= 12, `${merged.keys} keys`);
});

test('a multikey index finds each document once', async (t) => {
  await fill(t);
  const { coll } = t.context;
  await coll.createIndex({ tags: 1, _id: -1 });
  t.is(
    await coll.countDocuments({ tags: { $in: ['t1', 'u1', 'u3'] } }),
    (await coll.find({ tags: { $in: ['t1', 'u1', 'u3'] } }, { hint: { $natural: 1 } }).toArray())
      .length,
  );
  const newest = () =>
    coll
      .find({ tags: { $in: ['t1', 'u1'] } })
      .sort({ _id: -1 })
      .limit(10);
  t.deepEqual(
    await newest().toArray(),
    await coll
      .find({ tags: { $in: ['t1', 'u1'] } }, { hint: { $natural: 1 } })
      .sort({ _id: -1 })
      .limit(10)
      .toArray(),
  );
  t.false(read(await newest().explain()).sorted);
});

test('two fields of one array are only bound together under $elemMatch', async (t) => {
  const { coll } = t.context;
  await coll.createIndex({ 'a.x': 1, 'a.y': 1 });
  await coll.insertMany([
    {
      _id: 1,
      a: [
        { x: 1, y: 5 },
        { x: 3, y: 2 },
      ],
    },
    { _id: 2, a: [{ x: 1, y: 2 }] },
  ] as never[]);
  t.is(await coll.countDocuments({ 'a.x': 1, 'a.y': 2 }), 2);
  t.is(await coll.countDocuments({ a: { $elemMatch: { x: 1, y: 2 } } }), 1);
});

test.serial('a count over an index reads no document', async (t) => {
  await fill(t);
  const { coll, server } = t.context;
  await coll.createIndex({ author: 1, at: 1 });
  const before = server.engine.metrics.scanned.docs;
  t.is(await coll.countDocuments({ author: 7 }), 40);
  t.is(await coll.countDocuments({ author: 7, at: { $gte: new Date(1_000_000) } }), 20);
  t.is(await coll.countDocuments(), 2000);
  t.is(server.engine.metrics.scanned.docs, before);
});

test('partial and sparse indexes serve only queries that they can answer in full', async (t) => {
  const { coll } = t.context;
  await coll.createIndex(
    { mail: 1 },
    { unique: true, partialFilterExpression: { mail: { $type: 'string' } } },
  );
  await coll.createIndex({ nick: 1 }, { unique: true, sparse: true });
  await coll.insertMany([
    { _id: 1, mail: 'a', nick: 'x' },
    { _id: 2 },
    { _id: 3 },
    { _id: 4, mail: null },
  ] as never[]);
  t.is(read(await coll.find({ mail: 'a' }).explain()).index, 'mail_1');
  t.is(read(await coll.find({ nick: 'x' }).explain()).index, 'nick_1');
  t.is(read(await coll.find({ nick: null }).explain()).stage, 'COLLSCAN');
  t.is(await coll.countDocuments({ mail: null }), 3);
  t.is(await coll.countDocuments({ nick: null }), 3);
  t.is((await coll.find().sort({ nick: 1 }).toArray()).length, 4);
  await t.throwsAsync(coll.insertOne({ mail: 'a' }), { message: /E11000/ });
  await t.throwsAsync(coll.updateOne({ _id: 2 as never }, { $set: { nick: 'x' } }), {
    message: /E11000/,
  });
});

test('a sparse index that holds _id lacks no document', async (t) => {
  const { coll } = t.context;
  await coll.createIndex({ feed: 1, _id: -1 }, { sparse: true });
  await coll.insertMany([{ _id: 1, feed: 'a' }, { _id: 2 }] as never[]);
  const hinted = await coll.find({ feed: null }, { hint: 'feed_1__id_-1' }).toArray();
  t.deepEqual(hinted, [{ _id: 2 } as never]);
});

test('a TTL index removes what has expired, and nothing else', async (t) => {
  const { coll, server, clock } = t.context;
  await coll.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
  const now = 1_700_000_000_000;
  await coll.insertMany([
    { _id: 1, at: new Date(now - 61_000) },
    { _id: 2, at: new Date(now - 59_000) },
    { _id: 3, at: 'never' },
    { _id: 4 },
    { _id: 5, at: [new Date(now + 1000), new Date(now - 90_000)] },
  ] as never[]);
  clock.now = now;
  t.teardown(() => {
    clock.now = undefined;
  });
  t.is(await server.expire(), 2);
  t.deepEqual(
    (await coll.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id as unknown),
    [2, 3, 4],
  );
  t.is((await coll.indexes())[1]!.expireAfterSeconds, 60);
});

test('an index made while others write is complete', async (t) => {
  const { coll, db } = t.context;
  await fill(t, 1000);
  let n = 1000;
  const writers = Array.from({ length: 8 }, async () => {
    for (let i = 0; i < 60; i++)
      await coll.insertOne({ _id: n++ as never, author: i % 50, feed: 'new' });
  });
  await Promise.all([
    ...writers,
    coll.createIndex({ author: 1 }),
    coll.createIndex({ feed: -1, author: 1 }),
  ]);
  t.deepEqual((await db.command({ validate: coll.collectionName })).errors, []);
  t.is(await coll.countDocuments({ feed: 'new' }), 480);
  await coll.dropIndex('author_1');
  t.is(
    await coll.countDocuments({ author: 3 }),
    (await coll.find({ author: 3 }, { hint: { $natural: 1 } }).toArray()).length,
  );
});

test('indexes clash and are listed as in MongoDB', async (t) => {
  const { coll } = t.context;
  t.is(await coll.createIndex({ a: 1, b: -1 }), 'a_1_b_-1');
  t.is(await coll.createIndex({ a: 1, b: -1 }), 'a_1_b_-1');
  const same = await t.throwsAsync(coll.createIndex({ a: 1, b: -1 }, { name: 'other' }));
  t.is((same as unknown as Document).code, 85);
  const changed = await t.throwsAsync(coll.createIndex({ a: 1, b: -1 }, { unique: true }));
  t.is((changed as unknown as Document).code, 86);
  t.deepEqual(await coll.indexes(), [
    { v: 2, key: { _id: 1 }, name: '_id_' },
    { v: 2, key: { a: 1, b: -1 }, name: 'a_1_b_-1' },
  ]);
  await t.throwsAsync(coll.dropIndex('_id_'), { message: /cannot drop _id/ });
});

test('a sort beyond the memory limit is refused with its code', async (t) => {
  const { coll } = t.context;
  const text = 'x'.repeat(1_000_000);
  for (let i = 0; i < 11; i++)
    await coll.insertMany(Array.from({ length: 10 }, (_, k) => ({ n: i * 10 + k, text })));
  const error = await t.throwsAsync(coll.find().sort({ text: 1, n: 1 }).toArray());
  t.is((error as unknown as Document).code, 292);
  t.is((await coll.find().sort({ n: -1 }).limit(2).toArray())[0]!.n, 109);
  await coll.drop();
});

test.serial('distinct leaps through an index and answers as without one', async (t) => {
  const { db } = t.context;
  const plain = db.collection('plain');
  const indexed = db.collection('indexed');
  await indexed.createIndex({ group: 1, host: 1 });
  const docs = Array.from({ length: 3000 }, (_, i) => ({
    _id: i as never,
    group: `g${i % 3}`,
    ...(i % 4 !== 0 && { host: `h${i % 7}.example` }),
  }));
  await Promise.all([plain.insertMany(docs), indexed.insertMany(docs)]);
  const filters = [
    { group: 'g1', host: { $gt: '' } },
    { group: { $in: ['g0', 'g2'] }, host: { $gte: 'h3' } },
    { group: 'g1' },
    { group: 'none' },
  ];
  for (const filter of filters) {
    t.deepEqual(await indexed.distinct('host', filter), await plain.distinct('host', filter));
  }
  const examined = async () =>
    Number((await db.command({ serverStatus: 1 })).metrics.queryExecutor.scannedObjects);
  const before = await examined();
  t.is((await indexed.distinct('host', { group: 'g1', host: { $gt: '' } })).length, 7);
  t.is(await examined(), before, 'no document is tested');
  await indexed.insertOne({ _id: -1 as never, group: 'g1', host: ['h1.example', 'h9.example'] });
  t.true(
    (await indexed.distinct('host', { group: 'g1', host: { $gt: '' } })).includes('h9.example'),
  );
});

test('conditions that are common and seldom met together are held against each other at a stroke', async (t) => {
  const { coll } = t.context;
  // Even and odd ones share each 900th document alone; `day` has few values, in runs.
  const docs = Array.from({ length: 9000 }, (_, i) => ({
    _id: i,
    day: Math.floor(i / 1000),
    keys: [
      `a ${i % 2}${i % 5}`,
      ...(i % 900 === 0 ? [`a 1${i % 3}`, 'b 01', 'rare'] : []),
      `b ${i % 4 === 1 ? 'x' : `${i % 2}1`}`,
    ],
  }));
  for (let at = 0; at < docs.length; at += 1000)
    await coll.insertMany(docs.slice(at, at + 1000) as never[]);
  await coll.createIndex({ keys: 1, day: -1 });
  const evens = ['a 00', 'a 01', 'a 02', 'a 03', 'a 04'];
  const odds = ['b 11', 'b x', 'b 01', 'none'];
  for (const [all, most] of [
    [[evens, ['b 11', 'b x']], 10],
    [[evens, ['a 10', 'a 11', 'a 12', 'a 13', 'a 14']], 7],
    [[evens, odds, ['b x', 'a 10', 'b 01']], 2000],
  ] as [string[][], number][]) {
    for (const day of [1, -1] as const) {
      const filter = { $and: all.map((keys) => ({ keys: { $in: keys } })), day: { $gt: 0 } };
      const ask = () => coll.find(filter).hint({ keys: 1, day: -1 }).sort({ day }).limit(most);
      const matching = docs.filter(
        (doc) => doc.day > 0 && all.every((one) => one.some((key) => doc.keys.includes(key))),
      );
      const found = await ask().toArray();
      t.deepEqual(
        found.map((one) => one.day),
        matching
          .map((doc) => doc.day)
          .toSorted((a, b) => day * (a - b))
          .slice(0, most),
      );
      t.is(new Set(found.map(({ _id }) => _id)).size, found.length);
      t.true(found.every(({ _id }) => matching.some((doc) => doc._id === Number(_id))));
      t.true(read(await ask().explain()).docs <= matching.length + 200);
    }
  }
});

test('two conditions on one array are met by the rarer one, and what only one meets is not read', async (t) => {
  const { coll } = t.context;
  // Each is common; they meet in every 200th document alone, and "also" narrows to these.
  const docs = Array.from({ length: 3000 }, (_, i) => ({
    _id: i,
    keys: [`word ${i % 2}`, ...(i % 3 === 0 ? ['third'] : []), ...(i % 200 === 0 ? ['rare'] : [])],
  }));
  await coll.insertMany(docs as never[]);
  await coll.createIndex({ keys: 1, _id: -1 });
  const ask = (all: string[][], limit: number) =>
    coll
      .find({ $and: all.map((keys) => ({ keys: { $in: keys } })) })
      .sort({ _id: -1 })
      .limit(limit);
  const expected = (all: string[][], limit: number) =>
    docs
      .filter(({ keys }) => all.every((one) => one.some((key) => keys.includes(key))))
      .map(({ _id }) => _id as never)
      .toReversed()
      .slice(0, limit);

  const rarer = [['word 0', 'word 1'], ['rare']];
  t.deepEqual(
    (await ask(rarer, 5).toArray()).map(({ _id }) => _id),
    expected(rarer, 5),
  );
  t.true(read(await ask(rarer, 5).explain()).docs <= 5);

  // Where there are more ranges than rows in common, these are fetched at once and put in order.
  const ranges = [
    ['word 0', 'word 1'],
    ['rare', 'third', ...Array.from({ length: 30 }, (_, i) => `none ${i}`)],
    ['rare', ...Array.from({ length: 30 }, (_, i) => `no ${i}`)],
  ];
  for (const limit of [5, 0])
    t.deepEqual(
      (await ask(ranges, limit).toArray()).map(({ _id }) => _id),
      expected(ranges, limit || 1000),
    );
  const once = read(await ask(ranges, 5).explain());
  t.true(once.docs <= 15 && once.keys <= 15, JSON.stringify(once));
  t.deepEqual(
    (await ask(ranges, 5).skip(4).toArray()).map(({ _id }) => _id),
    expected(ranges, 9).slice(4),
  );

  // Odd documents and every 200th have nothing in common: few are read to find that out.
  const never = [['word 1'], ['third'], ['rare', 'none']];
  t.deepEqual(await ask(never, 10).toArray(), []);
  t.true(read(await ask(never, 10).explain()).docs <= 240);
  const both = [['word 1'], ['third']];
  t.deepEqual(
    (await ask(both, 1000).toArray()).map(({ _id }) => _id),
    expected(both, 1000),
  );
  // Many documents share what the order goes by.
  const days = docs.map(({ _id, keys }) => ({ _id: _id + 10_000, keys, day: _id % 7 }));
  await coll.insertMany(days as never[]);
  await coll.createIndex({ keys: 1, day: -1 });
  for (const day of [-1, 1] as const) {
    const sorted = await coll
      .find({ $and: [{ keys: { $in: ['word 1', 'none'] } }, { keys: { $in: ['third', 'rare'] } }] })
      .hint({ keys: 1, day: -1 })
      .sort({ day })
      .toArray();
    const wanted = [...docs.map((doc) => ({ ...doc, day: Number.NaN })), ...days].filter(
      ({ keys }) => keys.includes('word 1') && (keys.includes('third') || keys.includes('rare')),
    );
    t.is(sorted.length, wanted.length);
    const ids = (list: { _id: unknown }[]) =>
      list.map(({ _id }) => Number(_id)).toSorted((a, b) => a - b);
    t.deepEqual(ids(sorted), ids(wanted));
    const given = sorted.map((one) => one.day ?? Number.NEGATIVE_INFINITY);
    t.deepEqual(
      given,
      given.toSorted((a, b) => day * (a - b)),
    );
  }
  await coll.deleteMany({ _id: { $gte: 10_000 } } as never);

  // While the cursor is open another is found by one of the two alone: it is no result.
  const cursor = ask(both, 0).batchSize(50);
  const first = await cursor.next();
  await coll.insertOne({ _id: 5001, keys: ['third', 'other'] } as never);
  const rest = await cursor.toArray();
  t.deepEqual(
    [first, ...rest].map((one) => one?._id),
    expected(both, 1000),
  );
});
