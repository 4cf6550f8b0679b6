/** Who can read a file: anybody, whoever was shown its post, nobody; and how it is sent. */
import test from 'ava';
import sharp from 'sharp';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { type S3Server, startS3Server } from './support/s3-server.ts';

// The files of this house are in object storage: other files of tests keep them on the disk.
let s3: S3Server;
let booted: Booted;
const app = () => booted;

test.before(async () => {
  s3 = await startS3Server();
  const { accessKeyId, secretAccessKey, region } = s3.keys;
  booted = await bootApp({
    storage: {
      ...{ kind: 's3', endpoint: s3.endpoint, bucket: s3.bucket, region },
      ...{ access_key_id: accessKeyId, secret_access_key: secretAccessKey },
    },
  });
});
test.after.always(async () => {
  await booted?.stop();
  await s3?.stop();
});

type Person = Awaited<ReturnType<Booted['person']>>;
let names = 0;
function newPerson(): Promise<Person> {
  names += 1;
  return app().person(`person${names}`);
}

function picture(): Promise<Buffer> {
  return sharp({ create: { width: 900, height: 600, channels: 3, background: '#2277cc' } })
    .png()
    .toBuffer();
}

async function upload({ token }: Person): Promise<AnyJson> {
  const bytes = await picture();
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'photo.png');
  return (await app().request('POST', '/api/v1/media', { token, body })).json;
}

async function post(by: Person, more: object): Promise<AnyJson> {
  const { id } = await upload(by);
  const body = { status: 'look', media_ids: [id], ...more };
  const sent = await app().request('POST', '/api/v1/statuses', { token: by.token, body });
  if (sent.status !== 200) throw new Error(sent.text);
  return sent.json;
}

const get = (url: string, headers: Record<string, string> = {}) =>
  app().request('GET', url, { headers });
const statusOf = async (url: string) => (await get(url)).status;
const plain = (url: string) => url.replace(/\?.*/, '');

async function closedGroup(owner: Person): Promise<string> {
  const body = { name: 'board', access: 'closed' };
  const path = '/api/mitoyen/v1/groups';
  return (await app().request('POST', path, { token: owner.token, body })).json.id;
}

test('the file of a public post has a plain address that every cache may keep', async (t) => {
  const {
    media_attachments: [picture],
  } = await post(await newPerson(), { visibility: 'public' });
  t.is(picture.url, plain(picture.url));
  const { status, headers } = await get(picture.url);
  t.is(status, 200);
  t.is(headers.get('cache-control'), 'public, max-age=31536000, immutable');
});

for (const kind of ['a closed group', 'a message', 'followers', 'nobody yet']) {
  test(`the file of ${kind} is there with its signature, and without it is not`, async (t) => {
    const author = await newPerson();
    const reader = await newPerson();
    const more = {
      'a closed group': async () => ({ group_id: await closedGroup(author) }),
      'a message': async () => ({
        visibility: 'direct',
        status: `@${reader.account.username} look`,
      }),
      followers: async () => ({ visibility: 'private' }),
    }[kind];
    const picture = more
      ? (await post(author, await more())).media_attachments[0]
      : await upload(author);
    const { status, headers } = await get(picture.url);
    t.is(status, 200);
    t.regex(headers.get('cache-control') ?? '', /^private, max-age=\d+, immutable$/);
    t.is(await statusOf(picture.preview_url), 200);
    const signature = new URL(picture.url).search;
    const wrong = [
      plain(picture.url),
      plain(picture.preview_url),
      `${plain(picture.preview_url)}${signature}`,
      picture.url.replace(/e=[^&]+/, 'e=zzzzzz'),
      picture.url.replace(/s=[^&]+/, 's=AAAAAAAAAAAAAAAAAAAAAA'),
      picture.url.replace(/k=[^&]+/, 'k=00000000'),
      `${picture.url}&e=1`,
    ];
    const missing = await get(`${app().baseUrl}/media/${'A'.repeat(32)}.webp`);
    for (const url of wrong) {
      const refused = await get(url);
      t.is(refused.status, 404, url);
      t.is(refused.text, missing.text);
    }
  });
}

test('a picture that moves from a message to a public post opens up', async (t) => {
  const author = await newPerson();
  const { id, url } = await upload(author);
  t.is(await statusOf(plain(url)), 404);
  const body = { status: 'all', media_ids: [id], visibility: 'public' };
  await app().request('POST', '/api/v1/statuses', { token: author.token, body });
  t.is(await statusOf(plain(url)), 200);
});

test('what is deleted and written anew keeps its pictures, and nobody reads them in between', async (t) => {
  const author = await newPerson();
  const { token } = author;
  const {
    id,
    media_attachments: [shown],
  } = await post(author, { visibility: 'public' });
  const gone = await app().request('DELETE', `/api/v1/statuses/${id}`, { token });
  t.is(gone.json.text, 'look');
  const [held] = gone.json.media_attachments;
  t.is(held.id, shown.id);
  await app().settled();
  t.is(await statusOf(shown.url), 404, 'the plain address has ended');
  t.is(await statusOf(held.url), 200, 'its author sees it in the composer');
  const body = { status: 'anew', media_ids: [shown.id], group_id: await closedGroup(author) };
  const again = await app().request('POST', '/api/v1/statuses', { token, body });
  t.is(again.json.media_attachments?.[0].id, shown.id, again.text);
  const signed = again.json.media_attachments[0].url;
  t.is(await statusOf(signed), 200);
  await app().request('DELETE', `/api/v1/statuses/${again.json.id}`, { token });
  await app().settled();
  t.is(await statusOf(signed), 404, 'nor does a signature of before hold');
  // And where nobody takes it up again, it goes.
  const media = await app().kit.mongo.collection<AnyJson>('media').findOne({ _id: shown.id });
  const minutes = (media.expiresAt - Date.now()) / 60_000;
  t.true(minutes > 50 && minutes <= 60, `${minutes}`);
});

test('what is deleted for good, or by a moderator, takes its pictures with it at once', async (t) => {
  const author = await newPerson();
  const media = app().kit.mongo.collection<AnyJson>('media');
  const boss = await app().person('filekeeper', { role: 'moderator' });
  for (const [by, query] of [
    [author, '?delete_media=true'],
    [boss, ''],
  ] as const) {
    const {
      id,
      media_attachments: [shown],
    } = await post(author, { visibility: 'public' });
    const path = `/api/v1/statuses/${id}${query}`;
    t.is((await app().request('DELETE', path, { token: by.token })).status, 200);
    await app().settled();
    t.is(await statusOf(shown.url), 404);
    t.is(await media.findOne({ _id: shown.id }), null);
  }
});

test.serial('links outlive a change of the key, but not one that forgets the old', async (t) => {
  const { url } = await upload(await newPerson());
  await app().apis.media.rotateLinkKey({ forget: false });
  t.is(await statusOf(url), 200);
  const { url: newer } = await upload(await newPerson());
  await app().apis.media.rotateLinkKey({ forget: true });
  t.is(await statusOf(url), 404);
  t.is(await statusOf(newer), 404);
  t.is(await statusOf((await upload(await newPerson())).url), 200);
});

test.serial('parts of a file can be had, as players ask for them', async (t) => {
  const { url } = await upload(await newPerson());
  const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
  const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
  t.is(part.status, 206);
  t.is(part.headers.get('content-range'), `bytes 10-19/${whole.length}`);
  t.is(part.headers.get('content-length'), '10');
  t.is(part.headers.get('content-type'), 'image/webp');
  t.true(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(10, 20)));
  const end = await fetch(url, { headers: { range: 'bytes=-5' } });
  t.true(Buffer.from(await end.arrayBuffer()).equals(whole.subarray(-5)));
  const outside = await get(url, { range: `bytes=${whole.length}-` });
  t.is(outside.status, 416);
  t.is(outside.headers.get('content-range'), `bytes */${whole.length}`);
  const several = await get(url, { range: 'bytes=0-1,4-5' });
  t.is(several.status, 200);
  t.is(several.headers.get('accept-ranges'), 'bytes');
});

test.serial('a copy that is still good is not sent again', async (t) => {
  const { url } = await upload(await newPerson());
  const etag = (await get(url)).headers.get('etag') ?? '';
  t.regex(etag, /^"[^"]+"$/);
  // Without this word `fetch` asks for a fresh copy.
  const asking = { 'cache-control': 'max-age=0' };
  const same = await get(url, { ...asking, 'if-none-match': etag });
  t.is(same.status, 304);
  t.is(same.text, '');
  t.is((await get(url, { ...asking, 'if-none-match': '"other"' })).status, 200);
  const going = { range: 'bytes=0-9', 'if-range': etag };
  t.is((await get(url, going)).status, 206);
  t.is((await get(url, { ...going, 'if-range': '"other"' })).status, 200);
});

test.serial(
  'while the storage fails people are told to come back, and nothing is lost',
  async (t) => {
    const author = await newPerson();
    const { id, url } = await upload(author);
    const body = new FormData();
    body.set(
      'file',
      new Blob([new Uint8Array(await picture())], { type: 'image/png' }),
      'photo.png',
    );
    s3.fail(503);
    const [shown, sent] = [
      await get(url),
      await app().request('POST', '/api/v2/media', { token: author.token, body }),
    ];
    s3.fail(null);
    for (const { status, headers, json } of [shown, sent]) {
      t.is(status, 503);
      t.truthy(headers.get('retry-after'));
      t.regex(json.error, /Files cannot be reached now/);
    }
    t.is(await statusOf(url), 200);
    const path = `/api/v1/media/${id}`;
    t.is((await app().request('DELETE', path, { token: author.token })).status, 200);
    t.is(await statusOf(url), 404);
    const name = /[0-9A-F]{32}/.exec(url)?.[0] ?? '-';
    t.deepEqual(
      [...s3.objects.keys()].filter((key) => key.includes(name)),
      [],
    );
  },
);
