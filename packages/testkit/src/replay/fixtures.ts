/** Documents that other servers really sent, where the test data is: `../shared/data/interop`. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@mitoyen/federation';

const DATA =
  process.env.MITOYEN_TEST_DATA ?? join(import.meta.dirname, '../../../../../shared/data');
const FOLDER = join(DATA, 'interop');

export const hasFixtures = existsSync(FOLDER);

/** Paths below the folder of one software, sorted; none where the data is absent. */
export function fixtureFiles(software: string): string[] {
  return hasFixtures ? globSync('**/*.json', { cwd: join(FOLDER, software) }).sort() : [];
}

export function readFixture(software: string, file: string): JsonObject {
  return JSON.parse(readFileSync(join(FOLDER, software, file), 'utf8')) as JsonObject;
}
