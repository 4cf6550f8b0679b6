/** Builds the web client where it is older than its sources. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SCRIPT = join(import.meta.dirname, '../../web/build/build.ts');

export async function buildWeb(): Promise<void> {
  await promisify(execFile)(process.execPath, [SCRIPT]);
}
