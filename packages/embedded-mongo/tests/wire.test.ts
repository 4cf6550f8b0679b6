import { connect } from 'node:net';
import anyTest, { type TestFn } from 'ava';
import { serialize } from 'bson';
import fc from 'fast-check';
import { validateDocument } from '../src/bson/validate.ts';
import { type Context, withServer } from './server.ts';

const test = anyTest as TestFn<Context>;
withServer(test);

function message(body: Buffer | Uint8Array, opCode = 2013, flags = 0): Buffer {
  const head = Buffer.alloc(21);
  head.writeInt32LE(21 + body.length, 0);
  head.writeInt32LE(7, 4);
  head.writeInt32LE(opCode, 12);
  head.writeUInt32LE(flags, 16);
  return Buffer.concat([head, body]);
}

/** Sends bytes and waits until the server answers or hangs up; answers what came. */
function exchange(path: string, bytes: Uint8Array, end = false): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      socket.end();
    });
    socket.on('close', () => resolve(Buffer.concat(chunks)));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE'
        ? resolve(Buffer.concat(chunks))
        : reject(error),
    );
    if (end) socket.end(bytes);
    else socket.write(bytes);
  });
}

function socketPath(t: { context: Context }): string {
  return `${t.context.home}/m.sock`;
}

test('a ping by hand is answered', async (t) => {
  const answer = await exchange(socketPath(t), message(serialize({ ping: 1, $db: 'x' })));
  t.is(answer.readInt32LE(8), 7);
  t.is(answer.readInt32LE(12), 2013);
});

test('a message cut into single bytes is put together', async (t) => {
  const bytes = message(serialize({ ping: 1, $db: 'x' }));
  const answer = await new Promise<Buffer>((resolve, reject) => {
    const socket = connect(socketPath(t), () => {
      for (const byte of bytes) socket.write(Buffer.of(byte));
    });
    socket.once('data', (chunk: Buffer) => {
      resolve(chunk);
      socket.destroy();
    });
    socket.once('error', reject);
  });
  t.is(answer.readInt32LE(8), 7);
});

test('what is no message ends the connection without an answer', async (t) => {
  const good = serialize({ ping: 1, $db: 'x' });
  const huge = message(good);
  huge.writeInt32LE(2_000_000_000, 0);
  const tiny = message(good);
  tiny.writeInt32LE(3, 0);
  const bad = [
    huge,
    tiny,
    message(good, 2012),
    message(good, 2013, 1 << 3),
    message(Buffer.from([5, 0, 0, 0, 9])),
    message(Buffer.concat([good, Buffer.of(9)])),
  ];
  for (const bytes of bad) t.is((await exchange(socketPath(t), bytes)).length, 0);
});

test('thousands of mangled messages neither crash the server nor change data', async (t) => {
  const { coll, server } = t.context;
  await coll.insertOne({ _id: 1 as never, a: 1 });
  const seeds = [
    serialize({
      find: coll.collectionName,
      filter: { a: { $in: [1, 'x', null] } },
      sort: { a: 1 },
      $db: 'fuzz',
    }),
    serialize({ insert: 'f', documents: [{ _id: 1, a: [1, { b: 2 }] }], $db: 'fuzz' }),
    serialize({
      update: 'f',
      updates: [{ q: { a: 1 }, u: { $set: { 'a.b': 1 } }, upsert: true }],
      $db: 'fuzz',
    }),
    serialize({
      aggregate: 'f',
      pipeline: [{ $group: { _id: '$a', n: { $sum: 1 } } }],
      cursor: {},
      $db: 'fuzz',
    }),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      async (seed, changes) => {
        const bytes = message(Buffer.from(seed));
        // Header and length of the body stay, or nearly all would fail at the first check.
        for (const [at, byte] of changes) bytes[25 + (at % (bytes.length - 25))] = byte;
        await exchange(socketPath(t), bytes, true);
      },
    ),
    { numRuns: 2000 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await exchange(socketPath(t), message(bytes), true);
    }),
    { numRuns: 500 },
  );
  t.deepEqual(await coll.find().toArray(), [{ _id: 1, a: 1 } as never]);
  t.true(server.engine.metrics.connections < 20);
});

test('the shape check accepts every document of the driver and survives all mangled ones', (t) => {
  fc.assert(
    fc.property(
      fc.object({ withDate: true, withTypedArray: false }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }),
      (value, changes) => {
        const bytes = Buffer.from(serialize(value as object));
        t.is(validateDocument(bytes, 0, bytes.length), bytes.length);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        try {
          validateDocument(bytes, 0, bytes.length);
        } catch (error) {
          t.is((error as Error).constructor.name, 'BsonShapeError');
        }
      },
    ),
    { numRuns: 3000 },
  );
});
