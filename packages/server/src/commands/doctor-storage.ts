/** Whether files can be written, read, listed and deleted where they are kept. */
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Config } from '../config-schema.ts';
import { type Blobs, blobKey } from '../platform/blobs.ts';
import { createBlobs } from '../platform/create-blobs.ts';
import type { Check } from './doctor.ts';

const PROBE = Buffer.from('written by mitoyen doctor; safe to delete');

export async function checkStorage(config: Config): Promise<Check[]> {
  const name = 'storage';
  const { kind, endpoint = '', bucket } = config.storage;
  const where = kind === 'disk' ? `${config.data_dir}/media` : `the bucket ${bucket}`;
  let step = 'write';
  try {
    const id = randomBytes(16).toString('hex').toUpperCase();
    const blobs = createBlobs(config, () => id);
    const key = blobKey('probe', id, 'txt');
    await blobs.put(key, PROBE);
    step = 'read';
    await readBack(blobs, key);
    step = 'delete';
    await blobs.remove(key);
    if ((await blobs.sizeOf(key)) !== null) throw new Error('a deleted file is still there');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ name, result: 'bad', text: `${where}: cannot ${step} files: ${reason}` }];
  }
  return kind === 's3' && endpoint.startsWith('http:')
    ? [{ name, result: 'warn', text: `${where} works, but files travel in the open (plain http)` }]
    : [{ name, result: 'ok', text: `${where}: files can be written, read and deleted` }];
}

async function readBack(blobs: Blobs, key: string): Promise<void> {
  const whole = await blobs.open(key);
  if (!whole || !(await buffer(whole.stream)).equals(PROBE))
    throw new Error('other bytes come back than were written');
  const part = await blobs.open(key, { start: 8, end: 9 });
  if (!part || (await buffer(part.stream)).toString() !== PROBE.toString().slice(8, 10))
    throw new Error('it does not serve parts of files (Range)');
}
