import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fdatasync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { type Document, MongoClient } from 'mongodb';
import {
  checkDatabase,
  createEmbeddedServer,
  FileInUseError,
  FormatError,
  startEmbeddedMongo,
} from '../src/index.ts';

function folder(t: ExecutionContext): {
  home: string;
  file: string;
  socketPath: string;
} {
  const home = mkdtempSync(join(tmpdir(), 'em-'));
  t.teardown(() => rmSync(home, { recursive: true, force: true }));
  return { home, file: join(home, 'db'), socketPath: join(home, 'm.sock') };
}

function integrity(file: string): string {
  const db = new DatabaseSync(file);
  const [row] = db.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
  db.close();
  return row!.integrity_check;
}

test('kill -9 under load loses nothing that was acknowledged', async (t) => {
  const { file, socketPath } = folder(t);
  const acknowledged = new Map<number, number>();
  let next = 0;
  for (let round = 0; round < 5; round++) {
    const server = await startEmbeddedMongo({ file, socketPath });
    t.teardown(() => server.stop());
    const client = await MongoClient.connect(server.url, { retryWrites: false });
    const coll = client.db('x').collection<Document>('docs');
    if (round === 0) {
      await coll.createIndexes([{ key: { n: 1 }, unique: true }, { key: { tags: 1 } }]);
    }
    // The blow falls in the middle of the load, after a number of answers that varies.
    const blow = Promise.withResolvers<void>();
    let answers = 0;
    let alive = true;
    const writer = async () => {
      while (alive) {
        const n = next++;
        try {
          const text = 'x'.repeat(n % 900);
          await coll.insertOne({ _id: n as never, n, tags: [n % 7, n % 5], text });
          acknowledged.set(n, 0);
          await coll.updateOne({ n }, { $inc: { count: 1 } });
          acknowledged.set(n, 1);
          if (++answers === 60 + 53 * round) blow.resolve();
        } catch {
          alive = false;
        }
      }
    };
    const writers = Array.from({ length: 16 }, writer);
    await blow.promise;
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    alive = false;
    await client.close();
    await Promise.all(writers);
    t.is(integrity(file), 'ok');
  }
  const server = await startEmbeddedMongo({ file, socketPath });
  t.teardown(() => server.stop());
  const client = await MongoClient.connect(server.url);
  const stored = new Map(
    (await client.db('x').collection('docs').find().toArray()).map((doc) => [
      doc._id as unknown as number,
      doc,
    ]),
  );
  t.true(acknowledged.size > 200, `only ${acknowledged.size} acknowledged`);
  for (const [n, count] of acknowledged) {
    t.truthy(stored.get(n), `document ${n} is lost`);
    t.true((stored.get(n)?.count ?? 0) >= count, `the update of ${n} is lost`);
  }
  const check = await client.db('x').command({ validate: 'docs' });
  t.deepEqual(check.errors, []);
  await client.close();
  await server.stop();
});

test('a second process on the same file is refused, and the first goes on', async (t) => {
  const { home, file, socketPath } = folder(t);
  const server = await startEmbeddedMongo({ file, socketPath });
  const error = await t.throwsAsync(
    startEmbeddedMongo({ file, socketPath: join(home, 'other.sock') }),
    { instanceOf: FileInUseError },
  );
  t.regex(error!.message, /in use by another process/);
  const client = await MongoClient.connect(server.url);
  t.is((await client.db('x').command({ ping: 1 })).ok, 1);
  await client.close();
  t.is(statSync(socketPath).mode & 0o777, 0o600);
  t.is(statSync(file).mode & 0o077, 0);
  await server.stop();
});

test('the database goes with its parent, however that ends', async (t) => {
  const { file, socketPath } = folder(t);
  const entry = new URL('../src/index.ts', import.meta.url).href;
  const script = `import { startEmbeddedMongo } from '${entry}';
    await startEmbeddedMongo(${JSON.stringify({ file, socketPath })});
    console.log('started');
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
  await once(parent.stdout, 'data');
  parent.kill('SIGKILL');
  // The file is free as soon as the child has gone.
  for (;;) {
    try {
      const server = await createEmbeddedServer({ file, socketPath });
      await server.close();
      break;
    } catch (error) {
      if (!(error instanceof FileInUseError)) throw error;
    }
  }
  t.pass('the child has let go of the file');
});

test('a file of another format or program is refused', async (t) => {
  const { home, socketPath } = folder(t);
  const text = join(home, 'text');
  writeFileSync(text, 'this is no database at all, only text that is long enough'.repeat(40));
  await t.throwsAsync(createEmbeddedServer({ file: text, socketPath }), {
    instanceOf: FormatError,
  });
  const foreign = join(home, 'foreign');
  const db = new DatabaseSync(foreign);
  db.exec('CREATE TABLE theirs (x)');
  db.close();
  await t.throwsAsync(createEmbeddedServer({ file: foreign, socketPath }), {
    instanceOf: FormatError,
    message: /not a Mitoyen database/,
  });
  const newer = join(home, 'newer');
  const server = await createEmbeddedServer({ file: newer, socketPath });
  await server.close();
  const raw = new DatabaseSync(newer);
  raw.exec('PRAGMA user_version=99');
  raw.close();
  await t.throwsAsync(createEmbeddedServer({ file: newer, socketPath }), {
    instanceOf: FormatError,
    message: /format 99/,
  });
});

test('a full disk fails writes with a code, and keeps what was acknowledged', async (t) => {
  const { file, socketPath } = folder(t);
  const server = await createEmbeddedServer({ file, socketPath });
  const client = await MongoClient.connect(server.url, { retryWrites: false });
  const coll = client.db('x').collection<Document>('docs');
  await coll.createIndex({ n: 1 }, { unique: true });
  const { page_count: pages } = server.engine.store.db.prepare('PRAGMA page_count').get() as {
    page_count: number;
  };
  // SQLite then answers as it does on a full disk: SQLITE_FULL.
  server.engine.store.db.exec(`PRAGMA max_page_count=${pages + 60}`);
  const acknowledged: number[] = [];
  const codes = new Set<number>();
  await Promise.all(
    Array.from({ length: 400 }, async (_, n) => {
      try {
        await coll.insertOne({ _id: n as never, n, text: 'y'.repeat(3000) });
        acknowledged.push(n);
      } catch (error) {
        codes.add((error as { code: number }).code);
      }
    }),
  );
  t.deepEqual([...codes], [14031]);
  server.engine.store.db.exec('PRAGMA max_page_count=1000000');
  await coll.insertOne({ _id: 9999 as never, n: 9999 });
  const stored = new Set((await coll.find().toArray()).map(({ _id }) => _id as unknown as number));
  for (const n of acknowledged) t.true(stored.has(n), `document ${n} is lost`);
  t.is(await coll.estimatedDocumentCount(), stored.size);
  t.deepEqual((await client.db('x').command({ validate: 'docs' })).errors, []);
  await client.close();
  await server.close();
  t.is(integrity(file), 'ok');
  t.deepEqual(await checkDatabase(file), []);
});

test('one failing command does not undo the others of its commit', async (t) => {
  const { file, socketPath } = folder(t);
  const server = await createEmbeddedServer({ file, socketPath });
  const client = await MongoClient.connect(server.url, { retryWrites: false, maxPoolSize: 50 });
  const coll = client.db('x').collection<Document>('docs');
  await coll.insertOne({ _id: 0 as never });
  const before = server.engine.executor.commits();
  const results = await Promise.allSettled(
    Array.from({ length: 300 }, (_, n) => coll.insertOne({ _id: (n % 2 === 0 ? 0 : n) as never })),
  );
  t.is(results.filter(({ status }) => status === 'fulfilled').length, 150);
  t.is(await coll.countDocuments(), 151);
  const commits = server.engine.executor.commits() - before;
  t.true(commits < 150, `${commits} commits for 150 writes`);
  await client.close();
  await server.close();
});

test('documents beyond 16 MiB and batches beyond the limit are refused', async (t) => {
  const { file, socketPath } = folder(t);
  const server = await createEmbeddedServer({ file, socketPath });
  const client = await MongoClient.connect(server.url, { retryWrites: false });
  const coll = client.db('x').collection<Document>('docs');
  await coll.insertOne({ _id: 1 as never, text: 'x'.repeat(16 * 1024 * 1024 - 60) });
  const error = await t.throwsAsync(
    coll.updateOne({ _id: 1 as never }, { $set: { more: 'x'.repeat(100) } }),
  );
  t.is((error as unknown as { code: number }).code, 10334);
  t.is((await coll.findOne({ _id: 1 as never }))?.more, undefined);
  const parallel = await t.throwsAsync(
    coll.createIndex({ a: 1, b: 1 }).then(() => coll.insertOne({ a: [1], b: [2] })),
  );
  t.is((parallel as unknown as { code: number }).code, 171);
  await client.close();
  await server.close();
});

test('an answer that something is stored waits for the disk, reading does not', async (t) => {
  const { file, socketPath } = folder(t);
  const flushes: (() => void)[] = [];
  let held = false;
  const server = await createEmbeddedServer({
    file,
    socketPath,
    flush: (fd, done) => {
      if (held) flushes.push(() => fdatasync(fd, done));
      else fdatasync(fd, done);
    },
  });
  const client = await MongoClient.connect(server.url, { retryWrites: false });
  const coll = client.db('x').collection<Document>('docs');
  await coll.insertOne({ _id: 1 as never });

  held = true;
  const answered: string[] = [];
  const told = (what: string) => () => {
    answered.push(what);
  };
  const first = coll.insertOne({ _id: 2 as never }).then(told('inserted'));
  const isThere = async () => (await coll.findOne({ _id: 2 as never })) !== null;
  while (!(await isThere())) t.deepEqual(answered, []);
  const second = coll.insertOne({ _id: 2 as never }).catch(told('known'));
  const nothing = coll.deleteOne({ _id: 3 as never }).then(told('deleted nothing'));
  t.is(await coll.countDocuments(), 2);
  t.deepEqual(answered, []);
  t.is(flushes.length, 1);

  held = false;
  flushes.shift()?.();
  await Promise.all([first, second, nothing]);
  t.deepEqual(answered.toSorted(), ['deleted nothing', 'inserted', 'known']);
  await client.close();
  await server.close();
});

test('after a disk that failed nothing is acknowledged any more', async (t) => {
  const { file, socketPath } = folder(t);
  const failures: string[] = [];
  let broken = false;
  const server = await createEmbeddedServer({
    file,
    socketPath,
    flush: (fd, done) => (broken ? done(new Error('EIO: i/o error')) : fdatasync(fd, done)),
    onDiskFailed: ({ message }) => failures.push(message),
  });
  const client = await MongoClient.connect(server.url, { retryWrites: false });
  const coll = client.db('x').collection<Document>('docs');
  await coll.insertOne({ _id: 1 as never });
  broken = true;
  const lost = await t.throwsAsync(coll.insertOne({ _id: 2 as never }));
  t.is((lost as unknown as { code: number }).code, 14031);
  t.deepEqual(failures, ['the database cannot write: EIO: i/o error']);
  broken = false;
  await t.throwsAsync(coll.insertOne({ _id: 3 as never }), { message: /cannot write/ });
  t.is(failures.length, 1);
  await client.close();
  await server.close();
});
