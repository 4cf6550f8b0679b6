import { utimes } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { isBlurhashValid } from 'blurhash';
import sharp from 'sharp';
import type { Media } from '../src/features/media/media.ts';
import { createMediaFeature } from '../src/features/media/media-feature.ts';
import { blobKeyOf, uploadKeyOf } from '../src/features/media/picture.ts';
import { randomName } from '../src/features/media/upload-picture.ts';
import { AppError } from '../src/platform/app-error.ts';
import { withApp } from './support/boot.ts';

const app = withApp(test, {
  media: {
    ffmpeg_path: '',
    max_image_bytes: 300_000,
    max_remote_bytes: 300_000,
    max_image_pixels: 4_000_000,
  },
});

function picture(width = 80, height = 60): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#cc4422' } })
    .png()
    .toBuffer();
}

function form(bytes: Buffer | string, fields: Record<string, string> = {}, type = 'image/png') {
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(Buffer.from(bytes))], { type }), 'photo.png');
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return body;
}

async function upload(token: string, fields: Record<string, string> = {}) {
  const answer = await app().request('POST', '/api/v1/media', {
    token,
    body: form(await picture(), fields),
  });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.json;
}

/** The timer of this name, run now. */
async function runTimer(name: string): Promise<void> {
  const { feature } = createMediaFeature(app().kit, app().apis);
  await feature.timers?.find((timer) => timer.name === name)?.run();
}

const rows = () => app().kit.mongo.collection<Media>('media');

let names = 0;
function newPerson() {
  names += 1;
  return app().person(`person${names}`);
}

test('version 2 answers at once and the picture is there soon, complete', async (t) => {
  const { token } = await newPerson();
  const sent = await app().request('POST', '/api/v2/media', {
    token,
    body: form(await picture(900, 600), { description: 'A red wall', focus: '0.5,-0.25' }),
  });
  t.true([200, 202].includes(sent.status), sent.text);
  await app().settled();
  const { status, json } = await app().request('GET', `/api/v1/media/${sent.json.id}`, { token });
  t.is(status, 200);
  t.is(json.type, 'image');
  t.is(json.description, 'A red wall');
  t.deepEqual(json.meta.focus, { x: 0.5, y: -0.25 });
  t.is(json.meta.original.size, '900x600');
  t.is(json.meta.small.width, 640);
  t.true(isBlurhashValid(json.blurhash).result);
  t.is(json.remote_url, null);
  t.regex(json.url, /\/media\/[0-9A-F]{32}\.webp\?e=/);
  t.regex(json.preview_url, /\/media\/[0-9A-F]{32}-small\.webp\?e=/);
});

test('version 1 answers when the picture is done', async (t) => {
  const { token } = await newPerson();
  const json = await upload(token);
  t.truthy(json.url);
});

test('a file is served inert, whatever the request would accept', async (t) => {
  const { token } = await newPerson();
  const { url } = await upload(token);
  for (const accept of ['*/*', 'text/html', 'application/activity+json', 'application/ld+json']) {
    const { status, headers } = await app().request('GET', url, { headers: { accept } });
    t.is(status, 200);
    t.is(headers.get('content-type'), 'image/webp');
    t.is(headers.get('x-content-type-options'), 'nosniff');
    t.is(headers.get('content-security-policy'), "default-src 'none'; sandbox");
    t.regex(headers.get('cache-control') ?? '', /immutable/);
  }
  const head = await app().request('HEAD', url);
  t.is(head.status, 200);
  t.true(Number(head.headers.get('content-length')) > 0);
});

test('the stored files are ours: metadata of the upload is in none of them', async (t) => {
  const { token } = await newPerson();
  const photo = await sharp(await picture())
    .withExif({ IFD3: { GPSLatitude: '48/1 51/1 29/1', GPSLatitudeRef: 'N' } })
    .jpeg()
    .toBuffer();
  const { json } = await app().request('POST', '/api/v1/media', { token, body: form(photo) });
  for (const url of [json.url, json.preview_url]) {
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    const metadata = await sharp(bytes).metadata();
    t.is(metadata.format, 'webp');
    t.is(metadata.exif, undefined);
  }
});

const refused: [string, Buffer | string, string, number][] = [
  [
    'a script as SVG',
    '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    'image/svg+xml',
    422,
  ],
  ['ActivityPub JSON', '{"@context":"https://www.w3.org/ns/activitystreams"}', 'image/png', 422],
  ['HTML that claims to be PNG', '<!doctype html><script>1</script>', 'image/png', 422],
  ['an empty file', '', 'image/png', 422],
  ['more bytes than allowed', Buffer.alloc(400_000), 'image/png', 413],
];
for (const [name, bytes, type, status] of refused) {
  test(`${name} is refused with ${status}`, async (t) => {
    const { token } = await newPerson();
    const body = form(bytes, {}, type);
    const answer = await app().request('POST', '/api/v2/media', { token, body });
    t.is(answer.status, status, answer.text);
    t.true(answer.json.error.length > 10);
  });
}

test('more pixels than allowed are refused, and the answer says so', async (t) => {
  const { token } = await newPerson();
  const body = form(await picture(3000, 2000));
  const answer = await app().request('POST', '/api/v2/media', { token, body });
  t.is(answer.status, 422);
  t.regex(answer.json.error, /3000 x 2000 pixels; the most is 4 megapixels/);
});

test('an upload without a file, with a bad focal point or a long text is refused', async (t) => {
  const { token } = await newPerson();
  const body = new FormData();
  body.set('description', 'nothing');
  t.is((await app().request('POST', '/api/v2/media', { token, body })).status, 422);
  const wrong: [string, string][] = [
    ['focus', '7,7'],
    ['focus', 'x'],
    ['description', 'x'.repeat(1501)],
  ];
  for (const field of wrong) {
    const sent = form(await picture(), Object.fromEntries([field]));
    t.is((await app().request('POST', '/api/v2/media', { token, body: sent })).status, 422);
  }
  t.is((await app().request('POST', '/api/v2/media', { body: form('x') })).status, 401);
});

test('the text and the focal point can be changed, by the owner alone', async (t) => {
  const owner = await newPerson();
  const other = await newPerson();
  const { id } = await upload(owner.token);
  const path = `/api/v1/media/${id}`;
  const body = { description: 'Better words', focus: '-1,1' };
  const { json } = await app().request('PUT', path, { token: owner.token, body });
  t.is(json.description, 'Better words');
  t.deepEqual(json.meta.focus, { x: -1, y: 1 });
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const foreign = await app().request(method, path, {
      token: other.token,
      ...(method === 'PUT' && { body }),
    });
    const missing = await app().request(method, '/api/v1/media/nothing', {
      token: other.token,
      ...(method === 'PUT' && { body }),
    });
    t.is(foreign.status, 404, method);
    t.deepEqual(foreign.json, missing.json);
  }
});

test('a deleted upload is gone with its files', async (t) => {
  const { token } = await newPerson();
  const { id, url, preview_url } = await upload(token);
  t.is((await app().request('DELETE', `/api/v1/media/${id}`, { token })).status, 200);
  for (const gone of [url, preview_url]) t.is((await app().request('GET', gone)).status, 404);
  t.is((await app().request('GET', `/api/v1/media/${id}`, { token })).status, 404);
});

test('a post claims pictures once, all of them or none', async (t) => {
  const { account, token } = await newPerson();
  const other = await newPerson();
  const [a, b] = [await upload(token), await upload(token)];
  const foreign = await upload(other.token);
  const attach = (ids: string[], post: string) => app().apis.media.attach(ids, account._id, post);
  await t.throwsAsync(attach([a.id, foreign.id], 'post1'), { instanceOf: AppError });
  await t.throwsAsync(attach([a.id, 'nothing'], 'post1'), { instanceOf: AppError });
  const attached = await attach([b.id, a.id], 'post1');
  t.deepEqual(
    attached.map((media) => media._id),
    [b.id, a.id],
  );
  t.is((await attach([a.id], 'post1')).length, 1, 'claiming again for the same post is fine');
  await t.throwsAsync(attach([a.id], 'post2'), { message: /another post uses/ });
  const answer = await app().request('DELETE', `/api/v1/media/${a.id}`, { token });
  t.is(answer.status, 422);
  t.is(await app().apis.media.removeOf({ attachedTo: 'post1' }), 2);
  t.is((await app().request('GET', a.url)).status, 404);
});

test('of two posts that claim a picture at once, one gets it', async (t) => {
  const { account, token } = await newPerson();
  const { id } = await upload(token);
  const results = await Promise.allSettled(
    ['x1', 'x2', 'x3'].map((post) => app().apis.media.attach([id], account._id, post)),
  );
  t.is(results.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('an upload that no post uses goes at its time, one in use stays', async (t) => {
  const { account, token } = await newPerson();
  const [unused, used] = [await upload(token), await upload(token)];
  await app().apis.media.attach([used.id], account._id, 'kept');
  await rows().updateMany({ _id: { $in: [unused.id, used.id] } }, { $set: { expiresAt: 1 } });
  await runTimer('media-expire');
  t.is((await app().request('GET', unused.url)).status, 404);
  t.is((await app().request('GET', used.url)).status, 200);
});

test('an upload whose job a crash has lost is found and finished', async (t) => {
  const { account, token } = await newPerson();
  const name = randomName();
  const _id = app().kit.nextId();
  await app().kit.blobs.put(uploadKeyOf(name), await picture());
  const lost: Media = {
    ...{ _id, owner: account._id, name, uploadKey: uploadKeyOf(name), state: 'processing' },
    ...{ purpose: 'attachment', mediaType: 'image/png', alt: '', focus: { x: 0, y: 0 }, files: {} },
    ...{ attempts: 0, queuedAt: 1, createdAt: 1 },
  };
  await rows().insertOne(lost);
  const waiting = await app().request('GET', `/api/v1/media/${_id}`, { token });
  t.is(waiting.status, 206);
  t.is(waiting.json.url, null);
  await runTimer('media-requeue');
  await app().settled();
  t.is((await app().request('GET', `/api/v1/media/${_id}`, { token })).status, 200);
});

test('a picture that ended the worker three times is given up, with a reason', async (t) => {
  const { account, token } = await newPerson();
  const name = randomName();
  const _id = app().kit.nextId();
  await app().kit.blobs.put(uploadKeyOf(name), await picture());
  await rows().insertOne({
    ...{ _id, owner: account._id, name, uploadKey: uploadKeyOf(name), state: 'processing' },
    ...{ purpose: 'attachment', mediaType: 'image/png', alt: '', focus: { x: 0, y: 0 }, files: {} },
    ...{ attempts: 3, queuedAt: 1, createdAt: 1 },
  });
  await runTimer('media-requeue');
  await app().settled();
  const answer = await app().request('GET', `/api/v1/media/${_id}`, { token });
  t.is(answer.status, 422);
  t.regex(answer.json.error, /could not be processed/);
  t.is(await app().kit.blobs.open(uploadKeyOf(name)), null);
});

test('files that nothing names are deleted when they are a day old', async (t) => {
  const { token } = await newPerson();
  const { url } = await upload(token);
  const { blobs, config } = app().kit;
  const folder = join(config.data_dir, 'media');
  const [old, young, part] = [
    blobKeyOf(randomName(), 'original'),
    blobKeyOf(randomName(), 'small'),
    `parts/AA/${randomName()}.bin`,
  ];
  for (const key of [old, young, part]) await blobs.put(key, Buffer.from('lost'));
  for (const key of [old, part]) await utimes(join(folder, key), 0, 0);
  for await (const { key } of blobs.list())
    if (url.includes(key.slice(-37))) await utimes(join(folder, key), 0, 0);
  t.deepEqual(await app().apis.media.cleanFiles({ dryRun: true }), { files: 2, bytes: 8 });
  t.truthy(await blobs.sizeOf(old));
  await app().apis.media.cleanFiles({ dryRun: false });
  t.is(await blobs.sizeOf(old), null);
  t.is(await blobs.sizeOf(part), null);
  t.truthy(await blobs.sizeOf(young));
  t.is((await app().request('GET', url)).status, 200);
});

test('an avatar is processed at once, and the one before it goes after a while', async (t) => {
  const { account } = await newPerson();
  const { media } = app().apis;
  const first = await media.importImage(await picture(), account._id, 'avatar');
  const second = await media.importImage(await picture(500, 500), account._id, 'avatar');
  t.deepEqual([second.width, second.height], [400, 400]);
  t.true((await rows().findOne({ _id: first._id }))?.expiresAt !== undefined);
  t.is((await rows().findOne({ _id: second._id }))?.expiresAt, undefined);
  await t.throwsAsync(media.importImage(Buffer.from('no picture'), account._id, 'avatar'), {
    instanceOf: AppError,
  });
});

// A peer's file server: what it answers is set by the path.
type Peer = { server: Server; base: string; asked: Map<string, number> };
let peer: Peer;

test.before(async () => {
  const good = await picture(300, 200);
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const [body, type, status] = answerOf(path, good);
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  peer = { server, base: `http://127.0.0.1:${port}`, asked };
});
test.after.always(() => {
  peer.server.closeAllConnections();
  peer.server.close();
});

function answerOf(path: string, good: Buffer): [Buffer | string, string, number] {
  if (path.startsWith('/good')) return [good, 'image/png', 200];
  if (path.startsWith('/paper')) return ['%PDF-1.4\n', 'text/html', 200];
  if (path.startsWith('/lying')) return [good, 'text/html', 200];
  if (path.startsWith('/broken')) return [good.subarray(0, 60), 'image/png', 200];
  if (path.startsWith('/script')) return ['<svg><script/></svg>', 'image/svg+xml', 200];
  if (path.startsWith('/actor')) return ['{"type":"Person"}', 'application/activity+json', 200];
  if (path.startsWith('/large')) return [Buffer.alloc(400_000), 'image/png', 200];
  return ['no', 'text/plain', 404];
}

function remember(
  owner: string,
  path: string,
  more: { mediaType?: string; alt?: string; open?: boolean } = {},
) {
  return app().apis.media.remember(owner, [
    {
      url: `${peer.base}${path}`,
      mediaType: 'image/png',
      alt: 'far',
      purpose: 'attachment',
      ...more,
    },
  ]);
}

/** Its status once the file was fetched: a busy machine may need longer than a request waits. */
async function opened(url: string): Promise<number> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const { status } = await app().request('GET', url);
    if (status !== 404 || Date.now() > deadline) return status;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function view(id: string) {
  const views = await app().apis.media.present([id]);
  // biome-ignore lint/suspicious/noExplicitAny: an API entity of any shape
  return views.get(id) as any;
}

test('a remote picture is fetched once, re-encoded, and served from our origin', async (t) => {
  const [id = ''] = await remember('author1', '/good/1');
  const [again = ''] = await remember('author1', '/good/1');
  t.is(id, again);
  const { url, remote_url, description } = await view(id);
  t.true(url.startsWith(app().baseUrl));
  t.is(remote_url, `${peer.base}/good/1`);
  t.is(description, 'far');
  const answers = await Promise.all([1, 2, 3].map(() => app().request('GET', url)));
  for (const { status, headers } of answers) {
    t.is(status, 200);
    t.is(headers.get('content-type'), 'image/webp');
  }
  t.is(peer.asked.get('/good/1'), 1);
  t.is((await view(id)).meta.original.size, '300x200');
});

test('a remote picture is open while its post is, and no longer', async (t) => {
  const [id = ''] = await remember('author9', '/good/9');
  const signed = (await view(id)).url;
  t.regex(signed, /\?e=/);
  t.is((await app().request('GET', signed.replace(/\?.*/, ''))).status, 404);
  await remember('author9', '/good/9', { open: true });
  const plain = (await view(id)).url;
  t.notRegex(plain, /\?/);
  t.is((await app().request('GET', plain)).status, 200);
  await remember('author9', '/good/9', { open: false });
  t.is((await app().request('GET', plain)).status, 404);
  t.is((await app().request('GET', signed)).status, 200);
});

test('what a peer calls its file does not matter, what it is does', async (t) => {
  const [id = ''] = await remember('author2', '/lying/1');
  t.is(await opened((await view(id)).url), 200);
});

for (const path of ['/broken/1', '/script/1', '/actor/1', '/large/1', '/missing/1']) {
  test(`a remote file ${path} is not shown, and not asked for again at once`, async (t) => {
    const [id = ''] = await remember('author3', path);
    await app().settled();
    const { url } = await view(id);
    t.is((await app().request('GET', url)).status, 404);
    t.is((await app().request('GET', url)).status, 404);
    t.is(peer.asked.get(path), 1);
    t.is((await rows().findOne({ _id: id }))?.state, 'remote');
  });
}

test('without ffmpeg a remote video is shown as unknown and not fetched', async (t) => {
  const [id = ''] = await remember('author4', '/good/video', { mediaType: 'video/mp4' });
  await app().settled();
  const { type, url } = await view(id);
  t.is(type, 'unknown');
  t.is(url, null);
  t.is(peer.asked.get('/good/video'), undefined);
});

test('a document of another server is fetched when somebody opens it, and only ever saved', async (t) => {
  const about = { mediaType: 'application/pdf', alt: '../Plan.pdf' };
  const [id = ''] = await remember('author9', '/paper/1', about);
  await app().settled();
  t.is(peer.asked.get('/paper/1'), undefined);
  const { type, url, mitoyen } = await view(id);
  t.is(type, 'unknown');
  t.is(mitoyen.name, 'Plan.pdf');
  const { status, headers } = await app().request('GET', url);
  t.is(status, 200);
  t.is(headers.get('content-type'), 'application/octet-stream');
  t.regex(headers.get('content-disposition') ?? '', /^attachment; filename="Plan.pdf"/);
  const [lie = ''] = await remember('author9', '/good/lie', about);
  t.is((await app().request('GET', (await view(lie)).url)).status, 404);
});

test('a cached copy that nobody looks at goes, and its address brings it back', async (t) => {
  const [id = ''] = await remember('author5', '/good/2');
  const { url } = await view(id);
  t.is(await opened(url), 200);
  await rows().updateOne({ _id: id }, { $set: { seenAt: 1 } });
  await runTimer('media-unseen');
  const dropped = await rows().findOne({ _id: id });
  t.is(dropped?.state, 'remote');
  t.deepEqual(dropped?.files, {});
  t.is((await app().request('GET', url)).status, 200);
  t.is(peer.asked.get('/good/2'), 2);
});

test('a post with a thousand pictures makes only as many fetches as a post may have', async (t) => {
  const pictures = [...Array(1000).keys()].map((one) => ({
    ...{ url: `${peer.base}/missing/many-${one}`, mediaType: 'image/png', alt: '' },
    purpose: 'attachment' as const,
  }));
  const ids = await app().apis.media.remember('author6', pictures);
  t.is(ids.length, app().kit.config.limits.post_attachments);
});

test('an address inside the house is not fetched', async (t) => {
  const [id = ''] = await app().apis.media.remember('author7', [
    { url: 'http://10.0.0.1/x.png', mediaType: 'image/png', alt: '', purpose: 'attachment' },
  ]);
  await app().settled();
  t.is((await app().request('GET', (await view(id)).url)).status, 404);
});

test('every copy from a host can be removed', async (t) => {
  const owner = 'author8';
  const [id = ''] = await app().apis.media.remember(owner, [
    { url: 'http://127.0.0.1:1/x.png', mediaType: 'image/png', alt: '', purpose: 'attachment' },
  ]);
  t.is(await app().apis.media.removeOf({ host: '127.0.0.1:1' }), 1);
  t.is(await rows().findOne({ _id: id }), null);
  t.is(await app().apis.media.removeOf({}), 0, 'an empty filter removes nothing');
});

test('names that we never made are not found', async (t) => {
  for (const path of [
    '/media/x.webp',
    '/media/..%2F..%2Fetc%2Fpasswd',
    `/media/${'A'.repeat(32)}.webp`,
  ]) {
    t.is((await app().request('GET', path)).status, 404, path);
  }
});
