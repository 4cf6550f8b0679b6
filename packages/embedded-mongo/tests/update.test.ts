import anyTest, { type TestFn } from 'ava';
import { Decimal128, type Document, Double, Long } from 'bson';
import { type Context, withServer } from './server.ts';

const test = anyTest as TestFn<Context>;
withServer(test);

type T = { context: Context };

/** Applies an update to one document and answers it with all types kept. */
async function after(
  t: T,
  doc: Document,
  update: object,
  options: Document = {},
  filter: Document = {},
): Promise<Document> {
  const { coll } = t.context;
  await coll.deleteMany({});
  await coll.insertOne({ _id: 1, ...doc } as never);
  await coll.updateOne({ _id: 1, ...filter } as never, update, options);
  const { _id, ...rest } = (await coll.findOne({}, { promoteValues: false })) as Document;
  return plain(rest) as Document;
}

/** Wrapped numbers as `type:value`, for comparisons that see types. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const type = (value as { _bsontype?: string })._bsontype;
  if (type === 'Int32') return Number(value);
  if (type) return `${type}:${String(value)}`;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

async function code(
  t: import('ava').ExecutionContext<Context>,
  work: Promise<unknown>,
): Promise<number | undefined> {
  const error = (await t.throwsAsync(work)) as { code?: number } | undefined;
  return error?.code;
}

test('$inc and $mul keep and widen types as MongoDB does', async (t) => {
  t.deepEqual(await after(t, { n: 1 }, { $inc: { n: 2 } }), { n: 3 });
  t.deepEqual(await after(t, { n: 2147483647 }, { $inc: { n: 1 } }), { n: 'Long:2147483648' });
  t.deepEqual(await after(t, { n: 1 }, { $inc: { n: new Double(1) } }), { n: 'Double:2' });
  t.deepEqual(await after(t, { n: Long.fromNumber(5) }, { $inc: { n: 1 } }), { n: 'Long:6' });
  t.deepEqual(
    await after(
      t,
      { n: Decimal128.fromString('0.1') },
      { $inc: { n: Decimal128.fromString('0.2') } },
    ),
    { n: 'Decimal128:0.3' },
  );
  t.deepEqual(await after(t, {}, { $inc: { 'a.b': 4 } }), { a: { b: 4 } });
  t.deepEqual(await after(t, {}, { $mul: { n: 4 } }), { n: 0 });
  t.deepEqual(await after(t, { n: 3 }, { $mul: { n: 4 } }), { n: 12 });
  t.is(await code(t, after(t, { n: 'x' }, { $inc: { n: 1 } })), 14);
  t.is(await code(t, after(t, { n: Long.MAX_VALUE }, { $inc: { n: 1 } })), 2);
});

test('untouched fields keep their exact types', async (t) => {
  const kept = { d: new Double(1), l: Long.fromNumber(2), x: 1 };
  t.deepEqual(await after(t, kept, { $set: { x: 2 } }), { d: 'Double:1', l: 'Long:2', x: 2 });
  t.deepEqual(await after(t, kept, [{ $set: { x: { $add: ['$x', 1] } } }]), {
    d: 'Double:1',
    l: 'Long:2',
    x: 2,
  });
});

test('$set builds paths, pads arrays and refuses to pass through plain values', async (t) => {
  t.deepEqual(await after(t, { a: 1 }, { $set: { 'b.c.d': 1 } }), { a: 1, b: { c: { d: 1 } } });
  t.deepEqual(await after(t, { a: [1] }, { $set: { 'a.3': 9 } }), { a: [1, null, null, 9] });
  t.deepEqual(await after(t, { a: [{ b: 1 }] }, { $set: { 'a.0.b': 2, 'a.1.b': 3 } }), {
    a: [{ b: 2 }, { b: 3 }],
  });
  t.deepEqual(await after(t, { a: [1, 2] }, { $unset: { 'a.0': 1, nothing: 1 } }), {
    a: [null, 2],
  });
  t.is(await code(t, after(t, { a: 1 }, { $set: { 'a.b': 1 } })), 28);
  t.is(await code(t, after(t, { a: [1] }, { $set: { 'a.x': 1 } })), 28);
  t.is(await code(t, after(t, {}, { $set: { a: 1 }, $inc: { a: 1 } })), 40);
  t.is(await code(t, after(t, {}, { $set: { a: 1, 'a.b': 1 } })), 40);
  t.is(await code(t, after(t, {}, { $set: { _id: 2 } })), 66);
  t.is(await code(t, after(t, {}, { $nope: { a: 1 } })), 9);
});

test('$push with $each, $position, $sort and $slice; $pop', async (t) => {
  t.deepEqual(await after(t, {}, { $push: { a: 1 } }), { a: [1] });
  t.deepEqual(await after(t, { a: [1, 4] }, { $push: { a: { $each: [2, 3], $position: 1 } } }), {
    a: [1, 2, 3, 4],
  });
  t.deepEqual(
    await after(t, { a: [5] }, { $push: { a: { $each: [1, 9], $sort: -1, $slice: 2 } } }),
    { a: [9, 5] },
  );
  t.deepEqual(
    await after(t, { a: [{ n: 2 }] }, { $push: { a: { $each: [{ n: 1 }], $sort: { n: 1 } } } }),
    { a: [{ n: 1 }, { n: 2 }] },
  );
  t.deepEqual(await after(t, { a: [1, 2, 3] }, { $push: { a: { $each: [], $slice: -2 } } }), {
    a: [2, 3],
  });
  t.deepEqual(await after(t, { a: [1, 2, 3] }, { $pop: { a: -1 } }), { a: [2, 3] });
  t.is(await code(t, after(t, { a: 1 }, { $push: { a: 1 } })), 2);
});

test('$addToSet compares by value, $pull by value, operator and document', async (t) => {
  t.deepEqual(await after(t, { a: [1] }, { $addToSet: { a: { $each: [new Double(1), 2, 2] } } }), {
    a: [1, 2],
  });
  t.deepEqual(await after(t, { a: [{ x: 1, y: 2 }] }, { $addToSet: { a: { y: 2, x: 1 } } }), {
    a: [
      { x: 1, y: 2 },
      { y: 2, x: 1 },
    ],
  });
  t.deepEqual(await after(t, { a: [1, 2, 3, 2] }, { $pull: { a: 2 } }), { a: [1, 3] });
  t.deepEqual(await after(t, { a: [1, 5, 9] }, { $pull: { a: { $gt: 3, $lt: 8 } } }), {
    a: [1, 9],
  });
  t.deepEqual(await after(t, { a: [{ x: 1, y: 1 }, { x: 2 }] }, { $pull: { a: { x: 1 } } }), {
    a: [{ x: 2 }],
  });
  t.deepEqual(await after(t, { a: [1, 2, 3] }, { $pullAll: { a: [1, 3] } }), { a: [2] });
});

test('$min, $max, $bit, $rename, $currentDate and $setOnInsert', async (t) => {
  t.deepEqual(await after(t, { a: 5, b: 5 }, { $min: { a: 3 }, $max: { b: 3 } }), { a: 3, b: 5 });
  t.deepEqual(await after(t, { a: 5 }, { $max: { a: 'text' } }), { a: 'text' });
  t.deepEqual(await after(t, { a: 6 }, { $bit: { a: { and: 3 } } }), { a: 2 });
  t.deepEqual(await after(t, { a: 1, b: { c: 2 } }, { $rename: { 'b.c': 'd' } }), {
    a: 1,
    b: {},
    d: 2,
  });
  t.true((await after(t, {}, { $currentDate: { at: true } })).at instanceof Date);
  t.deepEqual(await after(t, { a: 1 }, { $setOnInsert: { z: 1 }, $set: { a: 2 } }), { a: 2 });
});

test('positional updates: matched item, all items, filtered items', async (t) => {
  const doc = {
    a: [
      { k: 1, v: 1 },
      { k: 2, v: 2 },
      { k: 2, v: 3 },
    ],
  };
  t.deepEqual((await after(t, doc, { $set: { 'a.$.v': 9 } }, {}, { 'a.k': 2 })).a[1], {
    k: 2,
    v: 9,
  });
  t.deepEqual(
    (await after(t, doc, { $inc: { 'a.$[].v': 1 } })).a.map(({ v }: Document) => v),
    [2, 3, 4],
  );
  t.deepEqual(
    (
      await after(
        t,
        doc,
        { $set: { 'a.$[x].v': 0 } },
        { arrayFilters: [{ 'x.k': 2, 'x.v': { $gt: 2 } }] },
      )
    ).a.map(({ v }: Document) => v),
    [1, 2, 0],
  );
  t.deepEqual(
    await after(
      t,
      { a: [1, 5, 9] },
      { $set: { 'a.$[big]': 0 } },
      { arrayFilters: [{ big: { $gte: 5 } }] },
    ),
    { a: [1, 0, 0] },
  );
  t.deepEqual(
    await after(t, { a: [1, 5] }, { $set: { 'a.$': 0 } }, {}, { a: { $elemMatch: { $gt: 3 } } }),
    { a: [1, 0] },
  );
  t.is(await code(t, after(t, doc, { $set: { 'a.$.v': 9 } })), 2);
  t.is(await code(t, after(t, doc, { $set: { 'a.$[x].v': 9 } })), 2);
  t.is(await code(t, after(t, doc, { $set: { z: 9 } }, { arrayFilters: [{ x: 1 }] })), 9);
});

test('an upsert takes equalities from the query and never another _id', async (t) => {
  const { coll } = t.context;
  const made = await coll.findOneAndUpdate(
    { 'a.b': 1, c: { $eq: 2 }, d: { $gt: 5 }, $and: [{ e: 3 }] },
    { $set: { x: 1 }, $setOnInsert: { y: 2 } },
    { upsert: true, returnDocument: 'after', projection: { _id: 0 } },
  );
  t.deepEqual(made, { a: { b: 1 }, c: 2, e: 3, x: 1, y: 2 } as never);
  const replaced = await coll.replaceOne({ _id: 7 as never }, { z: 1 }, { upsert: true });
  t.is(replaced.upsertedId as unknown, 7);
  t.deepEqual(await coll.findOne({ _id: 7 as never }), { _id: 7, z: 1 } as never);
  t.is(
    await code(
      t,
      coll.updateOne({ _id: 8 as never }, { $set: { _id: 9 as never } }, { upsert: true }),
    ),
    66,
  );
});

test('a unique violation has code 11000, the key and leaves nothing behind', async (t) => {
  const { coll } = t.context;
  await coll.createIndexes([{ key: { name: 1, 'tag.x': -1 }, unique: true }, { key: { n: 1 } }]);
  await coll.insertMany([
    { _id: 1, name: 'a', tag: { x: 1 }, n: 1 },
    { _id: 2, name: 'b', tag: { x: 1 }, n: 2 },
  ] as never[]);
  const error = (await t.throwsAsync(
    coll.insertOne({ _id: 3, name: 'a', tag: { x: 1 }, n: 3 } as never),
  )) as unknown as Document;
  t.is(error.code, 11000);
  t.deepEqual(error.keyPattern, { name: 1, 'tag.x': -1 });
  t.deepEqual(error.keyValue, { name: 'a', 'tag.x': 1 });
  t.regex(
    error.message,
    /^E11000 duplicate key error collection: test\.c\d+ index: name_1_tag\.x_-1 dup key: \{ name: "a", tag\.x: 1 \}$/,
  );
  t.is(await coll.countDocuments({ n: 3 }), 0);
  t.is(await code(t, coll.updateOne({ _id: 2 as never }, { $set: { name: 'a', n: 9 } })), 11000);
  t.deepEqual(await coll.findOne({ n: 2 }), { _id: 2, name: 'b', tag: { x: 1 }, n: 2 } as never);
  t.is(await coll.countDocuments({ n: 9 }), 0);
});

test('an ordered insertMany stops at the first failure, an unordered one goes on', async (t) => {
  const { coll } = t.context;
  const docs = () => [{ _id: 1 }, { _id: 1 }, { _id: 2 }] as never[];
  const ordered = (await t.throwsAsync(coll.insertMany(docs()))) as unknown as Document;
  t.is(ordered.writeErrors[0].index, 1);
  t.is(await coll.countDocuments(), 1);
  await coll.deleteMany({});
  await t.throwsAsync(coll.insertMany(docs(), { ordered: false }));
  t.is(await coll.countDocuments(), 2);
});

test('findOneAndUpdate races: every ticket is given once', async (t) => {
  const { coll } = t.context;
  await coll.insertOne({ _id: 'counter', n: 0 } as never);
  const tickets = await Promise.all(
    Array.from({ length: 200 }, () =>
      coll.findOneAndUpdate(
        { _id: 'counter' as never },
        { $inc: { n: 1 } },
        { returnDocument: 'after' },
      ),
    ),
  );
  t.is(new Set(tickets.map((ticket) => ticket?.n)).size, 200);
  await coll.createIndex({ key: 1 }, { unique: true });
  const claims = await Promise.allSettled(
    Array.from({ length: 50 }, () =>
      coll.updateOne({ key: 'once' }, { $setOnInsert: { by: 1 } }, { upsert: true }),
    ),
  );
  const inserted = claims.filter(
    (claim) => claim.status === 'fulfilled' && claim.value.upsertedCount === 1,
  );
  t.is(inserted.length, 1);
  t.is(await coll.countDocuments({ key: 'once' }), 1);
});
