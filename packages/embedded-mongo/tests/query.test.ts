import anyTest, { type TestFn } from 'ava';
import {
  Binary,
  BSONRegExp,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { type Context, withServer } from './server.ts';

const test = anyTest as TestFn<Context>;
withServer(test);

type Doc = { _id: number; [name: string]: unknown };

async function ids(
  t: { context: Context },
  docs: Doc[],
  filter: object,
  indexed?: object,
): Promise<number[]> {
  const { coll } = t.context;
  if ((await coll.estimatedDocumentCount()) === 0) await coll.insertMany(docs as never[]);
  if (indexed) await coll.createIndex(indexed as never);
  const found = await coll.find(filter).sort({ _id: 1 }).toArray();
  return found.map(({ _id }) => _id as unknown as number);
}

test('values of all types sort in MongoDB order, with and without an index', async (t) => {
  const ordered = [
    new MinKey(),
    null,
    Number.NaN,
    new Double(-Infinity),
    Long.fromString('-9007199254740993'),
    -1.5,
    new Int32(0),
    Decimal128.fromString('0.1'),
    0.5,
    new Int32(3),
    Long.fromString('9007199254740993'),
    new Double(9007199254740994),
    Decimal128.fromString('1E+400'),
    new Double(Infinity),
    '',
    'A',
    'B',
    'a',
    'ab',
    'b',
    'é',
    {},
    { a: 1 },
    { a: 2 },
    { b: 1 },
    { a: 'x' },
    new Binary(Buffer.from([9])),
    new Binary(Buffer.from([1, 2])),
    new ObjectId('000000000000000000000001'),
    new ObjectId('000000000000000000000002'),
    false,
    true,
    new Date(-5),
    new Date(0),
    new Date(5),
    new Timestamp({ t: 1, i: 1 }),
    new BSONRegExp('a', ''),
    new BSONRegExp('b', 'i'),
    new MaxKey(),
  ];
  const { coll } = t.context;
  await coll.insertMany(
    ordered.map((v, i) => ({ _id: ((i * 17) % 1000) + i * 1000, i, v })) as never[],
  );
  for (const indexed of [false, true]) {
    if (indexed) await coll.createIndex({ v: 1 });
    const up = await coll
      .find({}, { projection: { i: 1, v: 1 } })
      .sort({ v: 1 })
      .toArray();
    t.deepEqual(
      up.map(({ i }) => i),
      ordered.map((_, i) => i),
      String(indexed),
    );
    const down = await coll.find().sort({ v: -1 }).toArray();
    t.deepEqual(
      down.map(({ i }) => i).reverse(),
      ordered.map((_, i) => i),
      String(indexed),
    );
  }
});

test('numbers of all types are equal by value and found through one index', async (t) => {
  const docs = [1, new Double(1), Long.fromNumber(1), Decimal128.fromString('1.0'), 2].map(
    (v, _id) => ({ _id, v }),
  );
  t.deepEqual(await ids(t, docs, { v: 1 }), [0, 1, 2, 3]);
  t.deepEqual(await ids(t, docs, { v: Decimal128.fromString('1') }, { v: 1 }), [0, 1, 2, 3]);
  t.deepEqual(await ids(t, docs, { v: { $gt: Long.fromNumber(1) } }), [4]);
});

test('null matches null and missing, exists tells them apart', async (t) => {
  const docs: Doc[] = [
    { _id: 0 },
    { _id: 1, a: null },
    { _id: 2, a: 1 },
    { _id: 3, a: [null, 2] },
    { _id: 4, a: [] },
  ];
  for (const index of [undefined, { a: 1 }]) {
    t.deepEqual(await ids(t, docs, { a: null }, index), [0, 1, 3]);
    t.deepEqual(await ids(t, docs, { a: { $ne: null } }), [2, 4]);
    t.deepEqual(await ids(t, docs, { a: { $exists: true } }), [1, 2, 3, 4]);
    t.deepEqual(await ids(t, docs, { a: { $exists: false } }), [0]);
    t.deepEqual(await ids(t, docs, { a: { $in: [null, 1] } }), [0, 1, 2, 3]);
    t.deepEqual(await ids(t, docs, { a: { $gte: null } }), [0, 1, 3]);
  }
});

test('dotted paths reach into arrays of documents and by position', async (t) => {
  const docs: Doc[] = [
    { _id: 0, a: [{ b: 1 }, { b: 2 }] },
    { _id: 1, a: { b: 1 } },
    { _id: 2, a: [{ c: 1 }] },
    { _id: 3, a: 4 },
    { _id: 4, a: [1, 2] },
    { _id: 5, a: [[{ b: 1 }]] },
  ];
  for (const index of [undefined, { 'a.b': 1 }]) {
    t.deepEqual(await ids(t, docs, { 'a.b': 1 }, index), [0, 1]);
    t.deepEqual(await ids(t, docs, { 'a.1.b': 2 }), [0]);
    t.deepEqual(await ids(t, docs, { 'a.0': 1 }), [4]);
    t.deepEqual(await ids(t, docs, { 'a.b': null }), [2, 3]);
    t.deepEqual(await ids(t, docs, { 'a.b': { $exists: false } }), [2, 3, 4, 5]);
    t.deepEqual(await ids(t, docs, { a: { $elemMatch: { b: { $gt: 1 } } } }), [0]);
  }
});

test('arrays match by item, as a whole and by both ends of $elemMatch', async (t) => {
  const docs: Doc[] = [
    { _id: 0, a: [1, 9] },
    { _id: 1, a: [5] },
    { _id: 2, a: 5 },
    { _id: 3, a: [[1, 9]] },
    { _id: 4, a: [] },
  ];
  for (const index of [undefined, { a: 1 }]) {
    t.deepEqual(await ids(t, docs, { a: { $gt: 3, $lt: 7 } }, index), [0, 1, 2]);
    t.deepEqual(await ids(t, docs, { a: { $elemMatch: { $gt: 3, $lt: 7 } } }), [1]);
    t.deepEqual(await ids(t, docs, { a: [1, 9] }), [0, 3]);
    t.deepEqual(await ids(t, docs, { a: [] }), [4]);
    t.deepEqual(await ids(t, docs, { a: { $all: [1, 9] } }), [0]);
    t.deepEqual(await ids(t, docs, { a: { $size: 1 } }), [1, 3]);
    t.deepEqual(await ids(t, docs, { a: { $nin: [5, 9] } }), [3, 4]);
  }
});

test('ranges compare only within a type, and NaN only with NaN', async (t) => {
  const docs: Doc[] = [
    { _id: 0, a: 1 },
    { _id: 1, a: 'x' },
    { _id: 2, a: Number.NaN },
    { _id: 3, a: new Date(1) },
    { _id: 4, a: true },
  ];
  for (const index of [undefined, { a: 1 }]) {
    t.deepEqual(await ids(t, docs, { a: { $lt: 5 } }, index), [0]);
    t.deepEqual(await ids(t, docs, { a: { $gte: '' } }), [1]);
    t.deepEqual(await ids(t, docs, { a: { $gte: Number.NaN } }), [2]);
    t.deepEqual(await ids(t, docs, { a: { $gt: new Date(0) } }), [3]);
    t.deepEqual(await ids(t, docs, { a: { $gt: new MinKey() } }), [0, 1, 2, 3, 4]);
  }
});

test('regular expressions, $mod, $type and bits', async (t) => {
  const docs: Doc[] = [
    { _id: 0, s: 'Anna', n: 10 },
    { _id: 1, s: 'anton', n: 7 },
    { _id: 2, s: ['x', 'ANN'], n: -7 },
    { _id: 3, s: /^ann/i, n: Long.fromNumber(6) },
  ];
  for (const index of [undefined, { s: 1 }]) {
    t.deepEqual(await ids(t, docs, { s: /^ann/i }, index), [0, 2, 3]);
    t.deepEqual(await ids(t, docs, { s: /^an/ }), [1]);
    t.deepEqual(await ids(t, docs, { s: { $regex: 'N$', $options: 'i' } }), [1, 2]);
    t.deepEqual(await ids(t, docs, { s: { $in: [/^ant/, 'Anna'] } }), [0, 1]);
    t.deepEqual(await ids(t, docs, { s: { $not: /^ann/i } }), [1]);
  }
  t.deepEqual(await ids(t, docs, { n: { $mod: [4, 2] } }), [0, 3]);
  t.deepEqual(await ids(t, docs, { n: { $type: 'long' } }), [3]);
  t.deepEqual(await ids(t, docs, { n: { $bitsAllSet: [1, 2] } }), [1, 3]);
});

test('what cannot be answered is refused with MongoDB codes', async (t) => {
  const { coll, db } = t.context;
  await coll.insertOne({ a: 1 });
  const refused = async (work: Promise<unknown>, code: number) => {
    const error = (await t.throwsAsync(work)) as { code?: number } | undefined;
    t.is(error?.code, code);
  };
  await refused(coll.find({ $text: { $search: 'x' } }).toArray(), 27);
  await refused(coll.find({ $where: 'true' }).toArray(), 115);
  await refused(coll.find({ a: { $near: [1, 2] } }).toArray(), 115);
  await refused(coll.find({ a: { $foo: 1 } }).toArray(), 2);
  await refused(coll.find({ $foo: 1 } as never).toArray(), 2);
  await refused(db.command({ shardCollection: 'x' }), 59);
  await refused(db.command({ find: 'x', unknownOption: 1 }), 40415);
  await refused(coll.aggregate([{ $nope: 1 }]).toArray(), 40324);
  await refused(coll.aggregate([{ $project: { x: { $nope: 1 } } }]).toArray(), 168);
  await refused(coll.createIndex({ a: 'text' }), 67);
  await refused(coll.createIndex({ '$**': 1 }), 67);
  await refused(db.createCollection('capped', { capped: true, size: 1000 }), 115);
  await refused(
    db.command({ insert: 'x', documents: [{}], txnNumber: Long.fromNumber(1), lsid: {} }),
    20,
  );
  await refused(coll.find({}, { hint: 'nope' }).toArray(), 2);
  await refused(
    coll.find({}, { collation: { locale: 'en', numericOrdering: true } }).toArray(),
    115,
  );
});

test('a collation finds and sorts without regard to case, through its index', async (t) => {
  const { coll } = t.context;
  const collation = { locale: 'en', strength: 2 };
  await coll.insertMany(
    ['Zoe', 'anna', 'Anna', 'Ánna', 'bob'].map((name, _id) => ({ _id, name })) as never[],
  );
  for (const indexed of [false, true]) {
    if (indexed) await coll.createIndex({ name: 1 }, { collation });
    const found = await coll.find({ name: 'ANNA' }, { collation }).sort({ _id: 1 }).toArray();
    t.deepEqual(
      found.map(({ _id }) => _id as unknown),
      [1, 2],
    );
    const sorted = await coll.find({}, { collation }).sort({ name: 1, _id: 1 }).toArray();
    t.deepEqual(
      sorted.map(({ name }) => name),
      ['anna', 'Anna', 'Ánna', 'bob', 'Zoe'],
    );
  }
  const plan = await coll.find({ name: 'ANNA' }, { collation }).explain();
  t.is(plan.queryPlanner.winningPlan.inputStage.indexName, 'name_1');
  await coll
    .createIndex({ name: 1 }, { name: 'u', unique: true, collation: { locale: 'en', strength: 1 } })
    .then(
      () => t.fail(),
      (error) => t.is(error.code, 11000),
    );
});

test('cursors come in batches, can be killed and know when they are gone', async (t) => {
  const { coll, db } = t.context;
  await coll.insertMany(Array.from({ length: 500 }, (_, i) => ({ _id: i })) as never[]);
  t.is((await coll.find().batchSize(7).toArray()).length, 500);
  const first = await db.command({ find: coll.collectionName, batchSize: 10 });
  t.is(first.cursor.firstBatch.length, 10);
  const id = first.cursor.id;
  const more = await db.command({ getMore: id, collection: coll.collectionName, batchSize: 5 });
  t.is(more.cursor.nextBatch.length, 5);
  const killed = await db.command({ killCursors: coll.collectionName, cursors: [id] });
  t.is(killed.cursorsKilled.length, 1);
  const error = await t.throwsAsync(db.command({ getMore: id, collection: coll.collectionName }));
  t.is((error as unknown as { code: number }).code, 43);
  const time = await t.throwsAsync(
    coll
      .find({
        $expr: {
          $eq: [
            {
              $reduce: {
                input: { $range: [0, 3000] },
                initialValue: 0,
                in: { $add: ['$$value', '$$this'] },
              },
            },
            1,
          ],
        },
      })
      .maxTimeMS(5)
      .toArray(),
  );
  t.is((time as unknown as { code: number }).code, 50);
});

test('a cursor that nobody reads is forgotten after ten minutes', async (t) => {
  const { coll, db, server, clock } = t.context;
  await coll.insertMany(Array.from({ length: 10 }, (_, i) => ({ _id: i })) as never[]);
  const open = () => db.command({ find: coll.collectionName, batchSize: 2 });
  const more = (id: unknown) =>
    db.command({ getMore: id, collection: coll.collectionName, batchSize: 2 });
  clock.now = Date.now() - 30 * 60_000;
  const idle = await open();
  clock.now = undefined;
  const fresh = await open();
  server.engine.cursors.expire();
  t.is((await more(fresh.cursor.id)).cursor.nextBatch.length, 2);
  const error = await t.throwsAsync(more(idle.cursor.id));
  t.is((error as unknown as { code: number }).code, 43);
});

test('projections include, exclude, slice and pick items', async (t) => {
  const { coll } = t.context;
  await coll.insertOne({
    _id: 1 as never,
    a: { b: 1, c: 2 },
    list: [{ x: 1, y: 1 }, { x: 2, y: 2 }, 5],
    s: 't',
  });
  const one = (projection: object, filter = {}) => coll.findOne(filter, { projection });
  t.deepEqual(await one({ 'a.b': 1, _id: 0 }), { a: { b: 1 } } as never);
  t.deepEqual(await one({ list: 0, s: 0 }), { _id: 1, a: { b: 1, c: 2 } } as never);
  t.deepEqual(await one({ 'list.x': 1, _id: 0 }), { list: [{ x: 1 }, { x: 2 }] } as never);
  t.deepEqual(await one({ 'list.x': 0, a: 0, s: 0 }), {
    _id: 1,
    list: [{ y: 1 }, { y: 2 }, 5],
  } as never);
  t.deepEqual((await one({ list: { $slice: -1 } }))?.list, [5]);
  t.deepEqual((await one({ list: { $slice: [1, 1] }, s: 1 }))?.list, [{ x: 2, y: 2 }]);
  t.deepEqual(await one({ list: { $elemMatch: { x: 2 } } }), {
    _id: 1,
    list: [{ x: 2, y: 2 }],
  } as never);
  t.deepEqual(await one({ 'list.$': 1 }, { 'list.x': 2 }), {
    _id: 1,
    list: [{ x: 2, y: 2 }],
  } as never);
  t.deepEqual(await one({ _id: 0, up: { $toUpper: '$s' } }), { up: 'T' } as never);
  const error = await t.throwsAsync(one({ a: 1, s: 0 }));
  t.is((error as unknown as { code: number }).code, 31254);
});
