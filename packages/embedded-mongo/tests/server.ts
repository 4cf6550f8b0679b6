import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestFn } from 'ava';
import { type Collection, type Db, type Document, MongoClient } from 'mongodb';
import { createEmbeddedServer, type EmbeddedServer } from '../src/index.ts';

export interface Context {
  server: EmbeddedServer;
  client: MongoClient;
  db: Db;
  /** A collection of the test's own. */
  coll: Collection<Document>;
  home: string;
  clock: { now: number | undefined };
}

let number = 0;

/** A server in this process for the file, a fresh collection for each test. */
export function withServer(test: TestFn<Context>): void {
  const home = mkdtempSync(join(tmpdir(), 'em-'));
  const clock: Context['clock'] = { now: undefined };
  let server: EmbeddedServer;
  let client: MongoClient;
  test.before(async () => {
    server = await createEmbeddedServer({
      file: join(home, 'db'),
      socketPath: join(home, 'm.sock'),
      now: () => clock.now ?? Date.now(),
    });
    client = await MongoClient.connect(server.url, { retryWrites: false });
  });
  test.beforeEach((t) => {
    const db = client.db('test');
    t.context = { server, client, db, coll: db.collection(`c${++number}`), home, clock };
  });
  test.after.always(async () => {
    await client?.close();
    await server?.close();
    rmSync(home, { recursive: true, force: true });
  });
}
