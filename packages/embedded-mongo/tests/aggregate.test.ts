import anyTest, { type TestFn } from 'ava';
import { Double, Long } from 'bson';
import type { Document } from 'mongodb';
import { type Context, withServer } from './server.ts';

const test = anyTest as TestFn<Context>;
withServer(test);

async function fill({ coll }: Context): Promise<void> {
  await coll.insertMany([
    { _id: 1, kind: 'a', n: 1, tags: ['x', 'y'], by: 10 },
    { _id: 2, kind: 'b', n: new Double(2.5), tags: ['x'], by: 11 },
    { _id: 3, kind: 'a', n: Long.fromNumber(5), tags: [], by: 10 },
    { _id: 4, n: 'text', by: 12 },
  ] as never[]);
}

test('$group adds up, finds extremes and collects', async (t) => {
  const { coll } = t.context;
  await fill(t.context);
  const groups = await coll
    .aggregate([
      { $match: { _id: { $lte: 3 } } },
      { $sort: { _id: 1 } },
      {
        $group: {
          _id: '$kind',
          sum: { $sum: '$n' },
          avg: { $avg: '$n' },
          max: { $max: '$n' },
          first: { $first: '$_id' },
          ids: { $push: '$_id' },
          count: { $sum: 1 },
        },
      },
      { $sort: { _id: 1 } },
    ])
    .toArray();
  t.deepEqual(groups, [
    { _id: 'a', sum: 6, avg: 3, max: 5, first: 1, ids: [1, 3], count: 2 },
    { _id: 'b', sum: 2.5, avg: 2.5, max: 2.5, first: 2, ids: [2], count: 1 },
  ]);
  const computed = await coll
    .aggregate([
      { $group: { _id: { $mod: ['$by', 2] }, n: { $sum: { $add: ['$by', 1] } } } },
      { $sort: { _id: 1 } },
    ])
    .toArray();
  t.deepEqual(computed, [
    { _id: 0, n: 35 },
    { _id: 1, n: 12 },
  ]);
});

test('$unwind, $project, $addFields, $facet, $bucket and $sortByCount', async (t) => {
  const { coll } = t.context;
  await fill(t.context);
  const run = (pipeline: Document[]) => coll.aggregate(pipeline).toArray();
  t.deepEqual(await run([{ $unwind: '$tags' }, { $sortByCount: '$tags' }]), [
    { _id: 'x', count: 2 },
    { _id: 'y', count: 1 },
  ]);
  t.deepEqual(
    await run([
      { $match: { _id: 1 } },
      { $project: { up: { $toUpper: '$kind' }, size: { $size: '$tags' } } },
    ]),
    [{ _id: 1, up: 'A', size: 2 }],
  );
  t.deepEqual(
    await run([
      { $match: { _id: 1 } },
      { $addFields: { 'deep.x': { $concat: ['$kind', '!'] } } },
      { $project: { _id: 0, deep: 1 } },
    ]),
    [{ deep: { x: 'a!' } }],
  );
  t.deepEqual(
    await run([
      { $facet: { all: [{ $count: 'n' }], some: [{ $match: { kind: 'a' } }, { $count: 'n' }] } },
    ]),
    [{ all: [{ n: 4 }], some: [{ n: 2 }] }],
  );
  t.deepEqual(
    await run([
      { $bucket: { groupBy: '$by', boundaries: [10, 11, 20], output: { n: { $sum: 1 } } } },
    ]),
    [
      { _id: 10, n: 2 },
      { _id: 11, n: 2 },
    ],
  );
  t.deepEqual(await run([{ $match: { $expr: { $gt: ['$by', 10] } } }, { $count: 'n' }]), [
    { n: 2 },
  ]);
});

test('$lookup joins through the index of the other collection', async (t) => {
  const { coll, db, server } = t.context;
  await fill(t.context);
  const people = db.collection<Document>(`${coll.collectionName}-people`);
  await people.insertMany(
    Array.from({ length: 500 }, (_, i) => ({ _id: i, name: `p${i}` })) as never[],
  );
  const before = server.engine.metrics.scanned.docs;
  const joined = await coll
    .aggregate([
      { $match: { kind: 'a' } },
      {
        $lookup: {
          from: people.collectionName,
          localField: 'by',
          foreignField: '_id',
          as: 'author',
        },
      },
      { $sort: { _id: 1 } },
    ])
    .toArray();
  t.deepEqual(
    joined.map(({ author }) => author),
    [[{ _id: 10, name: 'p10' }], [{ _id: 10, name: 'p10' }]],
  );
  t.true(server.engine.metrics.scanned.docs - before < 20);
  const withPipeline = await coll
    .aggregate([
      { $match: { _id: 1 } },
      {
        $lookup: {
          from: people.collectionName,
          let: { by: '$by' },
          pipeline: [{ $match: { $expr: { $eq: ['$_id', '$$by'] } } }],
          as: 'author',
        },
      },
    ])
    .toArray();
  t.deepEqual(withPipeline[0]!.author, [{ _id: 10, name: 'p10' }]);
});

test('$out and $merge write collections, types kept', async (t) => {
  const { coll, db } = t.context;
  await fill(t.context);
  const target = `${coll.collectionName}-out`;
  await coll.aggregate([{ $match: { kind: 'a' } }, { $out: target }]).toArray();
  const out = await db
    .collection(target)
    .find({}, { promoteValues: false })
    .sort({ _id: 1 })
    .toArray();
  t.is(out.length, 2);
  t.is((out[1]!.n as { _bsontype: string })._bsontype, 'Long');
  await coll
    .aggregate([
      { $match: { _id: { $in: [1, 2] } } },
      { $project: { extra: { $literal: true } } },
      { $merge: { into: target } },
    ])
    .toArray();
  const merged = await db.collection(target).find().sort({ _id: 1 }).toArray();
  t.deepEqual(
    merged.map(({ _id, extra, kind }) => [_id as unknown, extra, kind]),
    [
      [1, true, 'a'],
      [2, true, undefined],
      [3, undefined, 'a'],
    ],
  );
});

test('let variables reach $expr in find, update and delete', async (t) => {
  const { coll, db } = t.context;
  await fill(t.context);
  t.is(
    (await coll.find({ $expr: { $eq: ['$kind', '$$k'] } }, { let: { k: 'a' } }).toArray()).length,
    2,
  );
  const error = await t.throwsAsync(coll.find({ $expr: { $eq: ['$kind', '$$nope'] } }).toArray());
  t.is((error as unknown as Document).code, 17276);
  const status = await db.command({ serverStatus: 1 });
  t.true(status.mem.resident > 0);
  const stats = await db.command({ collStats: coll.collectionName });
  t.is(stats.count, 4);
  t.is((await db.stats()).db, 'test');
});
