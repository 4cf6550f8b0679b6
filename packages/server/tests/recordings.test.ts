/** Videos, sound and silent films: what they become, how they are served, what is refused; and across servers. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import anyTest from 'ava';
import sharp from 'sharp';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { membersOf, type Person } from './support/members.ts';
import { withTool } from './support/with-tool.ts';

const run = promisify(execFile);
const hasFfmpeg = (() => {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const test = withTool(anyTest, 'ffmpeg', hasFfmpeg);

let acme: Booted;
/** A server without ffmpeg. */
let north: Booted;
let folder: string;
let trap: Server;
let traps = 0;
const served = new Map<string, Buffer>();
const limits = { max_video_seconds: 4, max_video_pixels: 500_000, max_video_bytes: 3_000_000 };
anyTest.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mitoyen-films-'));
  trap = createServer(({ url = '' }, response) => {
    const found = served.get(url);
    if (!found) traps += 1;
    response.end(found);
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  [acme, north] = await Promise.all([
    bootApp({ media: { ffmpeg_path: 'ffmpeg', ...limits } }),
    bootApp(),
  ]);
});
anyTest.after.always(async () => {
  trap?.close();
  await Promise.all([acme?.stop(), north?.stop()]);
  await rm(folder, { recursive: true, force: true });
});
const [here, there] = [membersOf(() => acme), membersOf(() => north)];

const FILM = ['-f', 'lavfi', '-i', 'testsrc=d=2:s=322x240:r=10'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=d=2'];
const SHORT = ['-f', 'lavfi', '-i', 'testsrc=d=0.2:s=64x48:r=10'];
const TONE = ['-f', 'lavfi', '-i', 'sine=d=0.2'];
let films = 0;
async function film(end: string, ...args: string[]): Promise<Buffer> {
  films += 1;
  const path = join(folder, `film${films}.${end}`);
  await run('ffmpeg', ['-v', 'error', '-y', ...args, path]);
  return readFile(path);
}

function send(
  app: Booted,
  by: Person,
  bytes: Buffer | string,
  name: string,
  path = '/api/v2/media',
) {
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(Buffer.from(bytes))]), name);
  body.set('description', 'What is to be seen');
  return app.request('POST', path, { token: by.token, body });
}

/** Polls as apps do, until it is there. */
async function made(by: Person, bytes: Buffer, name: string): Promise<AnyJson> {
  const sent = await send(acme, by, bytes, name);
  if (sent.status >= 300) throw new Error(sent.text);
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await here.call(by, 'GET', `/api/v1/media/${sent.json.id}`);
    if (answer.status !== 206) return answer.json;
    if (Date.now() > deadline) throw new Error('it was never processed');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function tagsOf(bytes: string | Buffer): Promise<string> {
  films += 1;
  const path = join(folder, `tags${films}`);
  await writeFile(path, bytes);
  const args = ['-v', 'error', '-of', 'json', '-show_format', '-show_streams', path];
  return (await run('ffprobe', args)).stdout;
}

async function framesAt(url: string): Promise<number> {
  return (await sharp(await (await fetch(url)).bytes()).metadata()).pages ?? 1;
}

test('a video becomes MP4 with a poster, seekable, and without what the phone wrote into it', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const private_ = ['-metadata', 'location=+48.85+002.35/', '-metadata', 'title=Secret place'];
  const codecs = ['-c:v', 'mpeg4', '-c:a', 'aac', '-movflags', 'use_metadata_tags'];
  const bytes = await film('mov', ...FILM, ...SOUND, ...private_, ...codecs);
  t.regex(await tagsOf(bytes), /Secret place/);
  const media = await made(ann, bytes, 'holiday.mov');
  t.is(media.type, 'video');
  t.is(media.description, 'What is to be seen');
  t.like(media.meta.original, { width: 322, height: 240 });
  t.regex(media.meta.length, /^0:00:0[12]\.\d\d$/);
  t.truthy(media.blurhash);
  const poster = await acme.request('GET', media.preview_url);
  t.is(poster.headers.get('content-type'), 'image/webp');
  const whole = await fetch(media.url);
  t.is(whole.headers.get('content-type'), 'video/mp4');
  const file = Buffer.from(await whole.arrayBuffer());
  const part = await fetch(media.url, { headers: { range: 'bytes=0-99' } });
  t.is(part.status, 206);
  t.is((await part.arrayBuffer()).byteLength, 100);
  const tags = await tagsOf(file);
  t.regex(tags, /"codec_name": "h264"/);
  t.notRegex(tags, /Secret|48\.85/);
  t.notRegex(file.toString('latin1'), /Secret place|48\.85/);
  // It plays before all of it is there.
  t.true(file.indexOf('moov') < file.indexOf('mdat'));
  const post = await here.say(ann, 'Look', { media_ids: [media.id] });
  t.is(post.media_attachments[0].type, 'video');
});

test('what is MP4 already is not made worse, a silent short film is an animation', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const bytes = await film('mp4', ...FILM, '-pix_fmt', 'yuv420p', '-c:v', 'libx264');
  const media = await made(ann, bytes, 'loop.mp4');
  t.is(media.type, 'gifv');
  const copy = Buffer.from(await (await fetch(media.url)).arrayBuffer());
  t.true(Math.abs(copy.length - bytes.length) < 2000);
});

test('an animated GIF becomes a silent film with a still poster; a still one stays a picture', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const gif = await film('gif', ...FILM);
  const media = await made(ann, gif, 'wave.gif');
  t.is(media.type, 'gifv');
  t.like(media.meta.original, { width: 322, height: 240 });
  const whole = await fetch(media.url);
  t.is(whole.headers.get('content-type'), 'video/mp4');
  t.regex(await tagsOf(Buffer.from(await whole.arrayBuffer())), /"codec_name": "h264"/);
  const poster = await fetch(media.preview_url);
  t.is(poster.headers.get('content-type'), 'image/webp');
  t.is((await sharp(await poster.bytes()).metadata()).pages ?? 1, 1);
  const post = await here.say(ann, 'Look', { visibility: 'public', media_ids: [media.id] });
  t.is(post.media_attachments[0].type, 'gifv');
  const { json: note } = await acme.request('GET', new URL(post.uri).pathname, {
    headers: { accept: 'application/activity+json' },
  });
  t.like(note.attachment[0], { mediaType: 'video/mp4', name: 'What is to be seen', width: 322 });

  const still = ['-frames:v', '1'];
  t.is((await made(ann, await film('gif', ...FILM, ...still), 'one.gif')).type, 'image');
  // Too long for a film here, and a picture all the same.
  const long = ['-f', 'lavfi', '-i', 'testsrc=d=6:s=32x32:r=2'];
  const moving = await made(ann, await film('gif', ...long), 'long.gif');
  t.is(moving.type, 'image');
  t.is(await framesAt(moving.url), 12);
});

test('without ffmpeg an animated GIF is a moving picture whose preview stands still', async (t) => {
  const [bo] = (await there.people('bo')) as [Person];
  const sent = await send(north, bo, await film('gif', ...FILM), 'wave.gif');
  await north.settled();
  const media = await there.get(bo, `/api/v1/media/${sent.json.id}`);
  t.is(media.type, 'image');
  t.deepEqual([await framesAt(media.url), await framesAt(media.preview_url)], [20, 1]);
});

test('a voice message of a browser is sound that every phone plays', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  // As a browser records: to a pipe, so that the file does not say how long it is.
  const path = join(folder, 'voice.webm');
  const args = ['-v', 'error', ...SOUND, '-c:a', 'libopus', '-f', 'webm', 'pipe:1'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1e7 });
  await writeFile(path, stdout);
  const media = await made(ann, stdout, 'voice.webm');
  t.is(media.type, 'audio');
  t.is(media.preview_url, null);
  t.true(Math.abs(media.meta.original.duration - 2) < 0.2);
  t.is((await fetch(media.url)).headers.get('content-type'), 'audio/mp4');
  const mp3 = await made(ann, await film('mp3', ...SOUND), 'song.mp3');
  t.is(mp3.type, 'audio');
});

test('what is too long, too large, broken or no film is refused with the reason', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const small = ['-f', 'lavfi', '-i'];
  const long = await film('mp4', ...small, 'testsrc=d=6:s=64x64:r=5');
  const wide = await film('mp4', ...small, 'testsrc=d=0.2:s=1280x720:r=5');
  const good = await film('mp4', ...FILM, ...SOUND);
  const refused = async (bytes: Buffer | string, name: string, reason: RegExp) => {
    const answer = await send(acme, ann, bytes, name);
    if (answer.status !== 202) {
      t.is(answer.status, 422, `${name}: ${answer.text}`);
      t.regex(answer.text, reason, name);
      return;
    }
    await acme.settled();
    const later = await here.call(ann, 'GET', `/api/v1/media/${answer.json.id}`);
    t.is(later.status, 422, `${name}: ${later.text}`);
    t.regex(later.text, reason, name);
  };
  await refused(long, 'long.mp4', /longer than 4 seconds/);
  await refused(wide, 'wide.mp4', /1280 x 720 pixels/);
  await refused(good.subarray(0, 400), 'cut.mp4', /cannot be read|neither/);
  await refused(
    Buffer.concat([good.subarray(0, 40), Buffer.alloc(9000, 7)]),
    'odd.mp4',
    /cannot|neither/,
  );
  const huge = Buffer.concat([good, Buffer.alloc(3_000_000)]);
  t.is((await send(acme, ann, huge, 'huge.mp4')).status, 413);
});

test('a playlist in the clothes of a film opens nothing', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const { port } = trap.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/secret.ts`;
  const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${url}\n#EXT-X-ENDLIST\n`;
  const concat = `ffconcat version 1.0\nfile '/etc/passwd'\nfile '${url}'\n`;
  const dash = `<?xml version="1.0"?><MPD><BaseURL>${url}</BaseURL></MPD>`;
  // The first bytes of an MP4, and then a list: the demuxer is ours to name.
  const head = Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex');
  for (const body of [playlist, concat, dash])
    for (const bytes of [Buffer.from(body), Buffer.concat([head, Buffer.from(body)])])
      for (const name of ['a.mp4', 'a.m3u8']) {
        const answer = await send(acme, ann, bytes, name);
        t.is(answer.status, 422, answer.text);
      }
  t.is(traps, 0);
});

test('a server without ffmpeg refuses clearly, and says so beforehand', async (t) => {
  const [bo] = (await there.people('bo')) as [Person];
  const answer = await send(north, bo, await film('mp4', ...FILM), 'film.mp4');
  t.is(answer.status, 422);
  t.regex(answer.text, /video or sound: they are not taken here/);
  const typesOf = async (app: Booted) => {
    const { configuration } = (await app.request('GET', '/api/v2/instance')).json;
    return configuration.media_attachments;
  };
  t.false((await typesOf(north)).supported_mime_types.includes('video/mp4'));
  t.is((await typesOf(north)).video_size_limit, 0);
  t.true((await typesOf(acme)).supported_mime_types.includes('video/mp4'));
  t.is((await typesOf(acme)).video_size_limit, limits.max_video_bytes);
});

/** How a file of each type is made, by the end of its name. */
const SAMPLES: Record<string, string[]> = {
  'mp4|x-m4v': ['mp4', ...SHORT],
  '3gpp': ['3gp', ...SHORT, '-c:v', 'libx264', '-an'],
  'video/webm|video/x-matroska': ['webm', ...SHORT, '-c:v', 'libvpx'],
  quicktime: ['mov', ...SHORT],
  'video/ogg': ['ogv', ...SHORT],
  'mpeg|mp3': ['mp3', ...TONE],
  'audio/mp4|m4a': ['m4a', ...TONE],
  aac: ['aac', ...TONE],
  'audio/ogg|opus': ['ogg', ...TONE, '-c:a', 'libopus'],
  'audio/webm': ['webm', ...TONE],
  'wav|wave': ['wav', ...TONE],
  flac: ['flac', ...TONE],
};
test('what the instance says that it takes is taken, and is all that it says', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const said: string[] = (await acme.request('GET', '/api/v2/instance')).json.configuration
    .media_attachments.supported_mime_types;
  const recorded = said.filter((type) => /^(video|audio)\//.test(type));
  const without: string[] = (await north.request('GET', '/api/v1/instance')).json.configuration
    .media_attachments.supported_mime_types;
  t.deepEqual(
    said.filter((type) => !without.includes(type)),
    recorded,
  );
  const used = new Set<string>();
  const take = async ([types, [end = '', ...how]]: [string, string[]]) => {
    const answer = await send(acme, ann, await film(end, ...how), `sample.${end}`);
    t.true(answer.status === 202 || answer.status === 200, `${types}: ${answer.text}`);
    const named = new RegExp(`(^|/|-|\\.)(${types})$`);
    for (const type of recorded) if (named.test(type)) used.add(type);
  };
  await Promise.all(Object.entries(SAMPLES).map(take));
  t.deepEqual([...used].toSorted(), recorded.toSorted());
  for (const type of without.filter((one) => one.startsWith('image/'))) {
    const format = type.slice('image/'.length) as 'png';
    const image = sharp({ create: { width: 9, height: 9, channels: 3, background: '#123' } });
    const bytes = await image.toFormat(format).toBuffer();
    for (const [at, by] of [
      [acme, ann],
      [north, (await there.people('bo'))[0] as Person],
    ] as const)
      t.true((await send(at, by, bytes, `sample.${format}`)).status < 300, type);
  }
});

test('a video crosses the wall: played where it can be looked at, a link where it cannot', async (t) => {
  const [ann] = (await here.people('ann')) as [Person];
  const [bo] = (await there.people('bo')) as [Person];
  const media = await made(ann, await film('mp4', ...FILM, ...SOUND), 'film.mp4');
  const post = await here.say(ann, 'Look', { visibility: 'public', media_ids: [media.id] });
  const { json: note } = await acme.request('GET', new URL(post.uri).pathname, {
    headers: { accept: 'application/activity+json' },
  });
  const [attached] = note.attachment;
  t.like(attached, {
    type: 'Video',
    mediaType: 'video/mp4',
    width: 322,
    name: 'What is to be seen',
  });
  t.regex(attached.duration, /^PT[12]\.\d\dS$/);
  t.is(attached.icon.type, 'Image');
  const copy = await north.apis.posts.resolveIri(post.uri);
  const seen = (await there.get(bo, `/api/v1/statuses/${copy?._id}`)).media_attachments[0];
  t.is(seen.type, 'unknown');
  t.is(seen.url, null);
  t.is(seen.remote_url, attached.url);

  const { port } = trap.address() as AddressInfo;
  served.set('/film', Buffer.from(await (await fetch(attached.url)).arrayBuffer()));
  served.set('/lie', Buffer.from(await (await fetch(attached.icon.url)).arrayBuffer()));
  const remember = async (path: string) => {
    const url = `http://127.0.0.1:${port}${path}`;
    const [one = ''] = await acme.apis.media.remember('somebody', [
      { url, mediaType: 'video/mp4', alt: 'far', purpose: 'attachment', open: true },
    ]);
    return one;
  };
  served.set('/loop', await film('mp4', ...FILM, '-pix_fmt', 'yuv420p'));
  const [id, lie, loop] = [
    await remember('/film'),
    await remember('/lie'),
    await remember('/loop'),
  ];
  const view = async (one: string): Promise<AnyJson> =>
    (await acme.apis.media.present([one])).get(one);
  t.is((await view(id)).type, 'video');
  const played = await fetch((await view(id)).url);
  t.is(played.headers.get('content-type'), 'video/mp4');
  t.truthy((await view(id)).preview_url);
  await fetch((await view(loop)).url);
  t.is((await view(loop)).type, 'gifv', 'a silent one is an animation, as soon as it was seen');
  t.is((await fetch((await view(lie)).url)).status, 404);
  t.is((await view(lie)).type, 'unknown', 'what is none is a link from then on');
});
