import anyTest, { type TestFn } from 'ava';
import fc from 'fast-check';
import { Query, updateMany, updateOne } from 'mingo';
import type { Document } from 'mongodb';
import { type Context, withServer } from './server.ts';

const test = anyTest as TestFn<Context>;
withServer(test);

/*
 * Random operations against the engine, with and without indexes, and against mingo over
 * an array. The values keep to ground where mingo is MongoDB: it does not tell types of
 * numbers apart and orders mixed arrays in its own way. A failure prints its seed.
 */
const RUNS = Number(process.env.MITOYEN_MODEL_RUNS) || 200;

const scalar = fc.oneof(
  fc.integer({ min: -3, max: 6 }),
  fc.constantFrom('', 'a', 'b', 'ab'),
  fc.constant(null),
  fc.boolean(),
);
const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.record({ x: fc.integer({ min: 0, max: 3 }), y: scalar }, { requiredKeys: [] }),
  },
  {
    weight: 1,
    arbitrary: fc.array(fc.record({ x: fc.integer({ min: 0, max: 3 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  },
);
const doc = fc.record(
  { a: value, b: value, n: fc.integer({ min: -5, max: 9 }) },
  { requiredKeys: [] },
);

const path = fc.constantFrom('a', 'b', 'n', 'a.x', 'b.x');
const number = fc.integer({ min: -3, max: 6 });
const condition: fc.Arbitrary<Document | string | number | boolean> = fc.oneof(
  number,
  fc.constantFrom('a', 'b', 'ab', true, false),
  fc.record({ $gt: number }),
  fc.record({ $gte: number, $lt: number }),
  fc.record({ $lte: number }),
  fc.record({ $in: fc.array(fc.oneof(number, fc.constantFrom('a', 'b')), { maxLength: 3 }) }),
  fc.record({ $nin: fc.array(number, { minLength: 1, maxLength: 2 }) }),
  fc.record({ $ne: fc.oneof(number, fc.constantFrom('a')) }),
  fc.record({ $exists: fc.boolean() }),
);
/** On plain fields only: below an array mingo takes all values for one array. */
const arrayCondition = fc.oneof(
  fc.record({ $elemMatch: fc.record({ $gte: number, $lt: number }) }),
  fc.record({ $size: fc.integer({ min: 0, max: 3 }) }),
);
const clause = fc
  .oneof(
    { weight: 6, arbitrary: fc.tuple(path, condition) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom('a', 'b'), arrayCondition) },
  )
  .map(([name, inner]): Document => ({ [name]: inner }));
const filter: fc.Arbitrary<Document> = fc.oneof(
  { weight: 4, arbitrary: clause },
  { weight: 3, arbitrary: fc.tuple(clause, clause).map(([x, y]) => ({ $and: [x, y] })) },
  { weight: 2, arbitrary: fc.tuple(clause, clause).map(([x, y]) => ({ $or: [x, y] })) },
  {
    weight: 1,
    arbitrary: fc.tuple(clause, clause, clause).map(([x, y, z]) => ({ ...x, $or: [y, z] })),
  },
  { weight: 1, arbitrary: fc.constant({}) },
);
const update = fc.oneof(
  fc.record({ $set: fc.record({ a: value, n: number }, { requiredKeys: ['n'] }) }),
  fc.record({ $inc: fc.record({ n: number }) }),
  fc.record({ $unset: fc.constant({ b: '' }) }),
  fc.record({ $min: fc.record({ n: number }) }),
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('insert' as const), doc }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('find' as const),
      filter,
      sort: fc.constantFrom(1 as const, -1 as const),
      by: fc.constantFrom('n', '_id', 'a', 'b.x', 'a n'),
      limit: fc.integer({ min: 0, max: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('update' as const),
      filter,
      update,
      many: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), filter }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      at: fc.nat(20),
      u: fc.integer({ min: 0, max: 5 }),
    }),
  },
);

const INDEXES: Document[] = [
  { n: 1, _id: 1 },
  { a: 1, n: -1, _id: -1 },
  { n: -1, b: 1 },
  { a: 1 },
  { 'a.x': 1, n: -1 },
  { b: -1, _id: 1 },
  { n: 1, a: 1 },
  { 'b.x': 1 },
];

test('random operations answer the same with indexes, without and in the model', async (t) => {
  const { db } = t.context;
  const bare = db.collection<Document>('model-bare');
  const indexed = db.collection<Document>('model-indexed');
  for (const c of [bare, indexed]) await c.createIndex({ u: 1 }, { unique: true, sparse: true });
  for (const key of INDEXES) await indexed.createIndex(key as never);
  await indexed.createIndex(
    { n: -1 },
    { name: 'partial', partialFilterExpression: { n: { $gt: 2 } } },
  );
  await indexed.createIndex({ b: 1 }, { name: 'sparse', sparse: true });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (made) => {
      // fast-check makes objects without a prototype; the driver answers plain ones.
      const steps: typeof made = JSON.parse(JSON.stringify(made));
      await Promise.all([bare.deleteMany({}), indexed.deleteMany({})]);
      let model: Document[] = [];
      let next = 0;
      for (const one of steps) {
        if (one.do === 'insert') {
          const fresh = { _id: next++, ...one.doc };
          await Promise.all([
            bare.insertOne({ ...fresh } as never),
            indexed.insertOne({ ...fresh } as never),
          ]);
          model.push(structuredClone(fresh));
        } else if (one.do === 'update') {
          // One document is chosen by its _id order, which the model can know.
          const chosen = one.many ? undefined : matching(model, one.filter)[0];
          const where = one.many ? one.filter : { _id: chosen?._id ?? -1 };
          const results = await Promise.all(
            [bare, indexed].map((c) =>
              one.many ? c.updateMany(where, one.update) : c.updateOne(where, one.update),
            ),
          );
          (one.many ? updateMany : updateOne)(model, where, one.update as never);
          t.deepEqual(results[0], results[1]);
        } else if (one.do === 'claim') {
          const at = one.at % Math.max(1, next);
          const taken = model.some(({ _id, u }) => u === one.u && _id !== at);
          const there = model.find(({ _id }) => _id === at);
          const codes = await Promise.all(
            [bare, indexed].map((c) =>
              c.updateOne({ _id: at as never }, { $set: { u: one.u } }).then(
                () => 0,
                (error) => error.code,
              ),
            ),
          );
          const expected = taken && there ? 11000 : 0;
          t.deepEqual(codes, [expected, expected]);
          if (there && !taken) there.u = one.u;
        } else if (one.do === 'delete') {
          const gone = new Set(matching(model, one.filter).map(({ _id }) => _id));
          const counts = await Promise.all(
            [bare, indexed].map(async (c) => (await c.deleteMany(one.filter)).deletedCount),
          );
          t.deepEqual(counts, [gone.size, gone.size], JSON.stringify(one.filter));
          model = model.filter(({ _id }) => !gone.has(_id));
        } else {
          const sort = sortBy(one.by, one.sort);
          const found = await Promise.all(
            [bare, indexed].map((c) => c.find(one.filter).sort(sort).limit(one.limit).toArray()),
          );
          t.deepEqual(found[1], found[0], JSON.stringify(one));
          const all = matching(model, one.filter);
          t.deepEqual(
            await indexed.countDocuments(one.filter),
            all.length,
            JSON.stringify(one.filter),
          );
          // mingo orders values of several types in its own way.
          if (one.by !== 'n' && one.by !== '_id' && one.limit > 0) continue;
          t.deepEqual(
            idsOf(found[0]!),
            idsOf(one.limit > 0 ? sorted(all, sort).slice(0, one.limit) : all),
            JSON.stringify(one),
          );
        }
      }
      const everything = await indexed.find().sort({ _id: 1 }).toArray();
      t.deepEqual(everything as Document[], model);
    }),
    { numRuns: RUNS },
  );
  const check = await db.command({ validate: 'model-indexed' });
  t.deepEqual(check.errors, []);
});

/** `a n` stands for {a: 1, n: -1, _id: -1}, which one index gives in both directions. */
function sortBy(by: string, sign: 1 | -1): Record<string, 1 | -1> {
  const turned = sign === 1 ? -1 : 1;
  return by === 'a n' ? { a: sign, n: turned, _id: turned } : { [by]: sign, _id: sign };
}

function idsOf(docs: readonly Document[]): number[] {
  return docs.map(({ _id }) => _id as number).sort((a, b) => a - b);
}

function matching(model: Document[], where: Document): Document[] {
  return model.filter((one) => new Query(where).test(one));
}

function sorted(docs: Document[], sort: Record<string, 1 | -1>): Document[] {
  return new Query({}).find<Document>(docs).sort(sort).all();
}

const wild = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.string(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
  fc.boolean(),
  fc.constant(null),
);
const wilder = fc.oneof(
  wild,
  fc.array(wild, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('p', 'q'), wild, { maxKeys: 2 }),
);

test('values of any type are found and ordered alike with an index and without', async (t) => {
  const { db } = t.context;
  const coll = db.collection<Document>('wild');
  await coll.createIndexes([{ key: { v: 1 } }, { key: { v: -1, w: 1 } }]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(wilder, wild), { minLength: 1, maxLength: 12 }),
      fc.array(wilder, { minLength: 1, maxLength: 4 }),
      async (values, probes) => {
        await coll.deleteMany({});
        await coll.insertMany(values.map(([v, w], i) => ({ _id: i, v, w })) as never[]);
        for (const probe of probes) {
          const filters = [
            { v: { $eq: probe } },
            { v: { $gte: probe } },
            { v: { $lt: probe } },
            { v: { $in: [probe, 1] } },
            { v: { $eq: probe }, w: { $gt: 0 } },
          ];
          for (const where of filters) {
            const natural = await coll
              .find(where as never, { hint: { $natural: 1 } })
              .sort({ _id: 1 })
              .toArray();
            for (const hint of ['v_1', 'v_-1_w_1']) {
              const found = await coll
                .find(where as never, { hint })
                .sort({ _id: 1 })
                .toArray();
              t.deepEqual(found, natural, JSON.stringify(where));
            }
          }
        }
      },
    ),
    { numRuns: Math.ceil(RUNS / 2) },
  );
});
