import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MongoClient } from 'mongodb';
import { startEmbeddedMongo } from '../../src/index.ts';
import { type Outcome, runFile } from './run-file.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** Where MongoDB's CRUD tests lie, or undefined where they are absent. */
export function specFolder(): string | undefined {
  const folder = join(
    process.env.MITOYEN_TEST_DATA ?? resolve(root, '../shared/data'),
    'mongodb-crud-spec',
  );
  return existsSync(folder) ? folder : undefined;
}

/** Runs the whole suite against a fresh database in a child process. */
export async function runSpec(folder: string, only?: string): Promise<Outcome[]> {
  const home = mkdtempSync(join(tmpdir(), 'em-spec-'));
  const server = await startEmbeddedMongo({
    file: join(home, 'db'),
    socketPath: join(home, 'm.sock'),
  });
  const admin = await MongoClient.connect(server.url);
  try {
    const outcomes: Outcome[] = [];
    for (const name of readdirSync(folder).sort()) {
      if (!name.endsWith('.json') || (only && !name.includes(only))) continue;
      outcomes.push(
        ...(await runFile(readFileSync(join(folder, name), 'utf8'), server.url, admin)),
      );
    }
    return outcomes;
  } finally {
    await admin.close();
    await server.stop();
    rmSync(home, { recursive: true });
  }
}
