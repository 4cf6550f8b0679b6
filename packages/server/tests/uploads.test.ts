/** Uploads that are interrupted and go on (tus 1.0): the wire, limits, crashes and a real client. */
import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import test from 'ava';
import sharp from 'sharp';
import { Upload } from 'tus-js-client';
import { createReceivePart } from '../src/features/uploads/receive-part.ts';
import type { Resumable } from '../src/features/uploads/resumable.ts';
import { createResumableStore } from '../src/features/uploads/resumable-store.ts';
import { createUploadsFeature } from '../src/features/uploads/uploads-feature.ts';
import { type Answer, type Booted, withApp } from './support/boot.ts';

const app = withApp(test, { limits: { unfinished_uploads: 3 } });

const ROAD = '/api/mitoyen/v1/uploads';
const TUS = { 'tus-resumable': '1.0.0' };
type Person = Awaited<ReturnType<Booted['person']>>;

let names = 0;
function newPerson(): Promise<Person> {
  names += 1;
  return app().person(`person${names}`);
}

/** Noise does not shrink: about three bytes for each pixel. */
function picture(width = 200, height = 150): Promise<Buffer> {
  return sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer();
}

function begin(by: Person, length: number | string, more: Record<string, string> = {}) {
  return app().request('POST', ROAD, {
    token: by.token,
    headers: { ...TUS, 'upload-length': String(length), ...more },
  });
}

function send(by: Person, url: string, offset: number, bytes: Buffer, more = {}): Promise<Answer> {
  return app().request('PATCH', url, {
    token: by.token,
    headers: {
      ...TUS,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(offset),
      ...more,
    },
    body: new Blob([new Uint8Array(bytes)]),
  });
}

const head = (by: Person, url: string) =>
  app().request('HEAD', url, { token: by.token, headers: TUS });
const offsetOf = async (by: Person, url: string) =>
  Number((await head(by, url)).headers.get('upload-offset'));

async function started(by: Person, length: number, more: Record<string, string> = {}) {
  const answer = await begin(by, length, more);
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.headers.get('location') ?? '';
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it does not come');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

const b64 = (text: string) => Buffer.from(text).toString('base64');

async function keysUnder(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of app().kit.blobs.list()) if (key.startsWith(folder)) found.push(key);
  return found;
}

test('a file in three parts becomes the same media as one in a single request', async (t) => {
  const ann = await newPerson();
  const bytes = await picture();
  const about = `filename ${b64('photo.png')},filetype ${b64('image/png')},description ${b64('Noïse')},focus ${b64('0.5,-0.5')}`;
  const begun = await begin(ann, bytes.length, { 'upload-metadata': about });
  t.is(begun.status, 201, begun.text);
  t.is(begun.headers.get('tus-resumable'), '1.0.0');
  t.truthy(Date.parse(begun.headers.get('upload-expires') ?? ''));
  const url = begun.headers.get('location') ?? '';
  t.true(url.startsWith(`${app().baseUrl}${ROAD}/`));
  for (const [from, to] of [
    [0, 1000],
    [1000, 50_000],
    [50_000, bytes.length],
  ] as const) {
    t.is(await offsetOf(ann, url), from);
    const sent = await send(ann, url, from, bytes.subarray(from, to));
    t.is(sent.status, 204, sent.text);
    t.is(sent.headers.get('upload-offset'), String(to));
  }
  const asked = await head(ann, url);
  t.is(asked.headers.get('upload-length'), String(bytes.length));
  t.regex(asked.headers.get('cache-control') ?? '', /no-store/);
  const { json } = await app().request('GET', url, { token: ann.token });
  t.is(json.offset, bytes.length);
  t.is(json.error, null);
  t.is(json.media.description, 'Noïse');
  await app().settled();
  const media = await app().request('GET', `/api/v1/media/${json.media.id}`, { token: ann.token });
  t.is(media.status, 200);
  t.is(media.json.meta.original.size, '200x150');
  t.deepEqual(media.json.meta.focus, { x: 0.5, y: -0.5 });
});

test('a part that was sent already, too early or too much is refused and changes nothing', async (t) => {
  const ann = await newPerson();
  const bytes = await picture();
  const url = await started(ann, bytes.length);
  t.is((await send(ann, url, 0, bytes.subarray(0, 500))).status, 204);
  t.is((await send(ann, url, 0, bytes.subarray(0, 500))).status, 409);
  t.is((await send(ann, url, 900, bytes.subarray(900))).status, 409);
  t.is((await send(ann, url, 500, Buffer.concat([bytes, bytes]))).status, 413);
  t.is((await send(ann, url, 500, bytes, { 'content-type': 'image/png' })).status, 415);
  t.is((await send(ann, url, 500, bytes, { 'upload-offset': 'x' })).status, 422);
  t.is(await offsetOf(ann, url), 500);
});

test('of two who send the same part at once, one is kept', async (t) => {
  const ann = await newPerson();
  const bytes = await picture();
  const url = await started(ann, bytes.length);
  const answers = await Promise.all([1, 2, 3].map(() => send(ann, url, 0, bytes)));
  t.deepEqual(answers.map(({ status }) => status).sort(), [204, 409, 409]);
  t.truthy((await app().request('GET', url, { token: ann.token })).json.media);
});

test('what came before the connection broke is kept', async (t) => {
  const ann = await newPerson();
  const bytes = await picture();
  const url = await started(ann, bytes.length);
  const store = createResumableStore(app().kit.mongo);
  const receive = createReceivePart({ kit: app().kit, store });
  const upload = await store.get(url.slice(url.lastIndexOf('/') + 1), ann.account._id);
  if (!upload) throw new Error('it is not there');
  async function* broken() {
    yield bytes.subarray(0, 30_000);
    yield bytes.subarray(30_000, 40_000);
    throw new Error('aborted');
  }
  await t.throwsAsync(receive(upload, 0, broken()), { message: /aborted/ });
  t.is(await offsetOf(ann, url), 40_000);
  t.is((await send(ann, url, 40_000, bytes.subarray(40_000))).status, 204);
  t.truthy((await app().request('GET', url, { token: ann.token })).json.media);
});

/** Sends some bytes of a part and leaves the request open. */
function beginPart(by: Person, url: string, bytes: Buffer, length: number) {
  const sending = httpRequest(url, {
    method: 'PATCH',
    headers: {
      ...TUS,
      authorization: `Bearer ${by.token}`,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': '0',
      'content-length': String(length),
    },
  });
  sending.on('error', () => {});
  sending.write(bytes);
  return () => sending.destroy();
}

test('a process that is killed loses the last part at most, and another one goes on', async (t) => {
  const ann = await newPerson();
  const bytes = await picture(1900, 1700);
  const url = await started(ann, bytes.length);
  const second = await app().another();
  const there = url.replace(app().baseUrl, second.baseUrl);
  const cut = beginPart(ann, there, bytes.subarray(0, 9_000_000), bytes.length);
  await until(async () => (await offsetOf(ann, url)) > 0);
  process.kill(second.pid, 'SIGKILL');
  await second.exited;
  cut();
  const offset = await offsetOf(ann, url);
  t.true(offset >= 8 * 1_048_576);
  t.is((await send(ann, url, offset, bytes.subarray(offset))).status, 204);
  const { json } = await app().request('GET', url, { token: ann.token });
  await app().settled();
  const media = await app().request('GET', `/api/v1/media/${json.media.id}`, { token: ann.token });
  t.is(media.json.meta.original.size, '1900x1700');
});

test('a process that died before the last step leaves it to whoever asks next', async (t) => {
  const ann = await newPerson();
  const bytes = await picture();
  const url = await started(ann, bytes.length);
  await send(ann, url, 0, bytes.subarray(0, 100));
  const _id = url.slice(url.lastIndexOf('/') + 1);
  const uploads = app().kit.mongo.collection<Resumable>('uploads');
  const key = `parts/AA/${'A'.repeat(32)}.bin`;
  await app().kit.blobs.put(key, bytes.subarray(100));
  await uploads.updateOne(
    { _id },
    { $set: { offset: bytes.length, finishingAt: 1 }, $push: { parts: key } },
  );
  const { json } = await app().request('GET', url, { token: ann.token });
  t.truthy(json.media?.id);
  t.is(await app().kit.blobs.open(key), null);
});

test('a file that is no picture is refused at its end, with the reason', async (t) => {
  const ann = await newPerson();
  const url = await started(ann, 20);
  const sent = await send(ann, url, 0, Buffer.from('<script>1</script>..'));
  t.is(sent.status, 422);
  t.regex(sent.json.error, /is not a picture/);
  const { json } = await app().request('GET', url, { token: ann.token });
  t.is(json.media, null);
  t.regex(json.error, /is not a picture/);
});

test('bad sizes and descriptions are refused before anything is sent', async (t) => {
  const ann = await newPerson();
  t.is((await begin(ann, 0)).status, 422);
  t.is((await begin(ann, 'many')).status, 422);
  const large = await begin(ann, 500_000_000);
  t.is(large.status, 413);
  t.regex(large.json.error, /500000000 bytes; the most is/);
  t.is((await begin(ann, 9, { 'upload-metadata': 'a b c' })).status, 422);
  t.is((await begin(ann, 9, { 'upload-metadata': `focus ${b64('7,7')}` })).status, 422);
  const long = { 'upload-metadata': `description ${b64('x'.repeat(1501))}` };
  t.is((await begin(ann, 9, long)).status, 422);
  const old = await begin(ann, 9, { 'tus-resumable': '0.2.2' });
  t.is(old.status, 412);
  t.is(old.headers.get('tus-version'), '1.0.0');
});

test('only so many uploads are under way, and one that is ended makes room', async (t) => {
  const ann = await newPerson();
  const urls = [await started(ann, 9), await started(ann, 9), await started(ann, 9)];
  t.is((await begin(ann, 9)).status, 429);
  await send(ann, urls[0] ?? '', 0, Buffer.from('12345'));
  const ended = await app().request('DELETE', urls[0] ?? '', { token: ann.token, headers: TUS });
  t.is(ended.status, 204);
  t.is((await head(ann, urls[0] ?? '')).status, 404);
  t.is((await begin(ann, 9)).status, 201);
});

test('an upload is there for its owner alone', async (t) => {
  const ann = await newPerson();
  const bob = await newPerson();
  const url = await started(ann, 9);
  const bytes = Buffer.from('123456789');
  t.is((await head(bob, url)).status, 404);
  t.is((await send(bob, url, 0, bytes)).status, 404);
  t.is((await app().request('DELETE', url, { token: bob.token, headers: TUS })).status, 404);
  t.is((await app().request('GET', url)).status, 401);
  t.is(await offsetOf(ann, url), 0);
});

test.serial('an upload that is not finished in its time goes, with what has come', async (t) => {
  const ann = await newPerson();
  const url = await started(ann, 9);
  await send(ann, url, 0, Buffer.from('12345'));
  const _id = url.slice(url.lastIndexOf('/') + 1);
  const uploads = app().kit.mongo.collection<Resumable>('uploads');
  const [key = ''] = (await uploads.findOne({ _id }))?.parts ?? [];
  t.true((await keysUnder('parts/')).includes(key));
  await uploads.updateOne({ _id }, { $set: { expiresAt: 1 } });
  t.is((await head(ann, url)).status, 404);
  const { feature } = createUploadsFeature(app().kit, app().apis);
  await feature.timers?.[0]?.run();
  t.is(await uploads.findOne({ _id }), null);
  t.false((await keysUnder('parts/')).includes(key));
});

test('apps in browsers may ask what is spoken here', async (t) => {
  const { status, headers } = await app().request('OPTIONS', ROAD);
  t.is(status, 204);
  t.is(headers.get('tus-version'), '1.0.0');
  t.is(headers.get('tus-extension'), 'creation,expiration,termination');
  t.true(Number(headers.get('tus-max-size')) > 0);
  t.regex(headers.get('access-control-allow-headers') ?? '', /Upload-Offset/);
  t.regex(headers.get('access-control-expose-headers') ?? '', /Upload-Offset/);
  const other = await app().request('OPTIONS', '/api/v1/instance');
  t.is(other.status, 204);
  t.is(other.headers.get('tus-version'), null);
});

test('where a proxy lets no PATCH pass, POST says what is meant', async (t) => {
  const ann = await newPerson();
  const url = await started(ann, 9);
  const as = (method: string) =>
    app().request('POST', url, {
      token: ann.token,
      headers: {
        ...TUS,
        'x-http-method-override': method,
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
      },
      body: new Blob(['1234']),
    });
  t.is((await as('PATCH')).status, 204);
  t.is(await offsetOf(ann, url), 4);
  t.is((await as('BREW')).status, 422);
  t.is((await as('DELETE')).status, 204);
});

test('tus-js-client uploads in chunks and resumes after a pause', async (t) => {
  const ann = await newPerson();
  const bytes = await picture();
  const url = await new Promise<string>((resolve, reject) => {
    let paused = false;
    const upload = new Upload(bytes, {
      endpoint: `${app().baseUrl}${ROAD}`,
      chunkSize: 20_000,
      retryDelays: [],
      headers: { Authorization: `Bearer ${ann.token}` },
      metadata: { filename: 'noise.png', filetype: 'image/png' },
      onError: reject,
      onSuccess: () => resolve(upload.url ?? ''),
      onChunkComplete: () => {
        if (paused) return;
        paused = true;
        upload.abort().then(() => upload.start(), reject);
      },
    });
    upload.start();
  });
  const { json } = await app().request('GET', url, { token: ann.token });
  t.truthy(json.media?.id);
});
