/** What every storage of files must do: the disk, an S3 server of ours, and moto's where it is there. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { checkStorage } from '../src/commands/doctor-storage.ts';
import { configSchema } from '../src/config-schema.ts';
import { type Blobs, blobKey } from '../src/platform/blobs.ts';
import { copyBlobs, removeCopied } from '../src/platform/copy-blobs.ts';
import { createDiskBlobs } from '../src/platform/disk-blobs.ts';
import { type Bucket, createS3Blobs } from '../src/platform/s3-blobs.ts';
import { hasMoto, startMoto } from './support/moto.ts';
import { type S3Server, startS3Server } from './support/s3-server.ts';

let folder: string;
let s3: S3Server;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mitoyen-blobs-'));
  s3 = await startS3Server();
});
test.after.always(async () => {
  await s3.stop();
  await rm(folder, { recursive: true, force: true });
});

const newId = () => randomBytes(16).toString('hex').toUpperCase();
const newKey = () => blobKey('media', newId(), 'webp');

function bucketOf(changes: Partial<Bucket> = {}): Bucket {
  return {
    ...{ endpoint: s3.endpoint, bucket: s3.bucket, ...s3.keys, pathStyle: true, prefix: '' },
    ...changes,
  };
}

async function contentOf(blobs: Blobs, key: string, range?: { start: number; end: number }) {
  const opened = await blobs.open(key, range);
  return opened && { bytes: await buffer(opened.stream), size: opened.size };
}

async function keysOf(blobs: Blobs): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for await (const { key, size } of blobs.list()) found.set(key, size);
  return found;
}

/** @throws the first thing that it does not do */
async function keepsFiles(t: import('ava').ExecutionContext, blobs: Blobs): Promise<void> {
  const key = newKey();
  t.is(await blobs.open(key), null);
  t.is(await blobs.sizeOf(key), null);
  const bytes = randomBytes(100_000);
  await blobs.put(key, bytes);
  const whole = await contentOf(blobs, key);
  t.true(whole?.bytes.equals(bytes));
  t.is(whole?.size, bytes.length);
  t.is(await blobs.sizeOf(key), bytes.length);
  const part = await contentOf(blobs, key, { start: 10, end: 19 });
  t.true(part?.bytes.equals(bytes.subarray(10, 20)));
  t.is(part?.size, bytes.length);
  await blobs.put(key, Buffer.from('shorter'));
  t.is((await contentOf(blobs, key))?.bytes.toString(), 'shorter');
  await blobs.remove(key);
  await blobs.remove(key);
  t.is(await blobs.open(key), null);

  // More than one part of a multipart upload.
  const large = randomBytes(9_000_000);
  const path = join(folder, newId());
  await writeFile(path, large);
  await blobs.putFile(key, path);
  t.true((await contentOf(blobs, key))?.bytes.equals(large));
  const end = await contentOf(blobs, key, { start: 8_999_990, end: 8_999_999 });
  t.true(end?.bytes.equals(large.subarray(-10)));
  t.is((await keysOf(blobs)).get(key), large.length);

  t.is(await blobs.open('../../etc/passwd'), null);
  t.is(await blobs.sizeOf('media/../x'), null);
  await t.throwsAsync(async () => blobs.put('media/AB/../../x.webp', bytes));
}

test('the disk keeps files', async (t) => {
  await keepsFiles(t, createDiskBlobs(join(folder, 'disk'), newId));
});

test('a folder that is not there yet has no files', async (t) => {
  t.is((await keysOf(createDiskBlobs(join(folder, 'none'), newId))).size, 0);
});

test('object storage keeps files, with signatures that are checked', async (t) => {
  await keepsFiles(t, createS3Blobs(bucketOf()));
});

const withMoto = hasMoto() ? test : test.skip;
withMoto('the S3 server of moto, which checks signatures too, keeps files', async (t) => {
  const moto = await startMoto();
  try {
    await keepsFiles(t, createS3Blobs({ ...moto.bucket, pathStyle: true, prefix: '' }));
    const wrong = createS3Blobs({
      ...moto.bucket,
      ...{ pathStyle: true, prefix: '', secretAccessKey: 'wrong' },
    });
    await t.throwsAsync(wrong.put(newKey(), Buffer.from('x')), { message: /403/ });
  } finally {
    moto.stop();
  }
});

test('two houses in one bucket keep apart by their prefix', async (t) => {
  const [acme, northwind] = [
    createS3Blobs(bucketOf({ prefix: 'houses/acme' })),
    createS3Blobs(bucketOf({ prefix: 'houses/northwind' })),
  ];
  const key = newKey();
  await acme.put(key, Buffer.from('ours'));
  t.is(await northwind.open(key), null);
  t.deepEqual([...(await keysOf(acme)).keys()], [key]);
  t.is((await keysOf(northwind)).size, 0);
});

test('all files are copied once, however often it is run, and then removed', async (t) => {
  const disk = createDiskBlobs(join(folder, 'moving'), newId);
  const bucket = createS3Blobs(bucketOf({ prefix: 'moving' }));
  const keys = [newKey(), newKey(), newKey()];
  for (const [number, key] of keys.entries()) await disk.put(key, Buffer.alloc(100 + number));
  t.deepEqual(await copyBlobs(disk, bucket), { copied: 3, bytes: 303, there: 0 });
  await bucket.put(keys[0] ?? '', Buffer.from('cut short'));
  t.deepEqual(await copyBlobs(disk, bucket), { copied: 1, bytes: 100, there: 2 });
  await bucket.remove(keys[1] ?? '');
  t.is(await removeCopied(disk, bucket), 2);
  t.deepEqual([...(await keysOf(disk)).keys()], [keys[1]], 'what has not arrived stays');
});

test('a list is read to its end, page by page', async (t) => {
  const blobs = createS3Blobs(bucketOf({ prefix: 'many' }));
  for (let n = 0; n < 2300; n += 1)
    s3.objects.set(`many/${newKey()}`, { bytes: Buffer.from('x'), at: new Date() });
  t.is((await keysOf(blobs)).size, 2300);
});

test('wrong keys and an outage are errors, not missing files', async (t) => {
  const stranger = createS3Blobs(bucketOf({ secretAccessKey: 'guessed' }));
  await t.throwsAsync(stranger.open(newKey()), { message: /403/ });
  await t.throwsAsync(stranger.sizeOf(newKey()), { message: /403/ });
  await t.throwsAsync(createS3Blobs(bucketOf({ region: 'elsewhere' })).open(newKey()));
  const broken = await startS3Server();
  broken.fail(503);
  const { endpoint } = broken;
  await t.throwsAsync(createS3Blobs(bucketOf({ endpoint })).open(newKey()), { message: /503/ });
  await broken.stop();
  await t.throwsAsync(createS3Blobs(bucketOf({ endpoint })).open(newKey()));
});

function configOf(storage: Record<string, unknown>) {
  return configSchema.parse({ data_dir: join(folder, 'doctor'), storage });
}

test('the doctor writes, reads and deletes, and says what it cannot', async (t) => {
  const storage = {
    ...{ kind: 's3', endpoint: s3.endpoint, bucket: s3.bucket, region: s3.keys.region },
    ...{ access_key_id: s3.keys.accessKeyId, secret_access_key: s3.keys.secretAccessKey },
  };
  const [disk] = await checkStorage(configOf({}));
  t.is(disk?.result, 'ok');
  const [good] = await checkStorage(configOf(storage));
  t.is(good?.result, 'warn', 'plain http');
  const [wrong] = await checkStorage(configOf({ ...storage, secret_access_key: 'guessed' }));
  t.is(wrong?.result, 'bad');
  t.regex(wrong?.text ?? '', /cannot write files.*403/);
  const [elsewhere] = await checkStorage(configOf({ ...storage, bucket: 'other' }));
  t.regex(elsewhere?.text ?? '', /the bucket other: cannot write files.*404/);
  t.false([...s3.objects.keys()].some((key) => key.startsWith('probe/')));
});

test('object storage without a bucket or keys is a bad configuration', (t) => {
  const parsed = configSchema.safeParse({ storage: { kind: 's3', endpoint: 'https://s3.test' } });
  t.deepEqual(parsed.error?.issues.map(({ path }) => path.join('.')).sort(), [
    'storage.access_key_id',
    'storage.bucket',
    'storage.secret_access_key',
  ]);
});
