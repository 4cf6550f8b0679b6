/** Apps that others wrote sign in and work: npm `masto` and Debian's `toot`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from 'masto';
import sharp from 'sharp';
import { withTool } from '../../server/tests/support/with-tool.ts';
import { type Client, eventually, type Instance, startInstance } from '../src/index.ts';
import { authorizeByPages } from '../src/sign-in.ts';
import { createToot, hasToot } from '../src/toot.ts';

const PASSWORD = 'a long enough password';
const OOB = 'urn:ietf:wg:oauth:2.0:oob';
let acme: Instance;
let leo: Client;
let home: string;

test.before(async () => {
  acme = await startInstance({ name: 'Acme' });
  await acme.person('amina', { password: PASSWORD, displayName: 'Amina Diallo' });
  leo = await acme.person('leo', { password: PASSWORD });
  home = await mkdtemp(join(tmpdir(), 'mitoyen-toot-'));
});

test.after.always(async () => {
  await acme?.stop();
  if (home) await rm(home, { recursive: true, force: true });
});

const picture = () =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: '#aa3355' } })
    .png()
    .toBuffer();

test.serial(
  'masto registers an app, signs in with PKCE, posts with a picture, reads, follows and is told',
  async (t) => {
    const app = await createRestAPIClient({ url: acme.baseUrl }).v1.apps.create({
      clientName: 'Masto test',
      redirectUris: OOB,
      scopes: 'read write follow',
    });
    t.truthy(app.clientId);
    const verifier = 'v'.repeat(64);
    const challenge = Buffer.from(
      await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)),
    ).toString('base64url');
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: app.clientId ?? '',
      redirect_uri: OOB,
      scope: 'read write follow',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    const code = await authorizeByPages(`${acme.baseUrl}/oauth/authorize?${query}`, {
      username: 'amina',
      password: PASSWORD,
    });
    const oauth = createOAuthAPIClient({ url: acme.baseUrl });
    const grant = {
      grantType: 'authorization_code' as const,
      clientId: app.clientId ?? '',
      clientSecret: app.clientSecret ?? '',
      redirectUri: OOB,
      code,
    };
    await t.throwsAsync(
      oauth.token.create({ ...grant, codeVerifier: 'w'.repeat(64) } as never),
      undefined,
      'a wrong verifier is refused',
    );
    const again = await authorizeByPages(`${acme.baseUrl}/oauth/authorize?${query}`, {
      username: 'amina',
      password: PASSWORD,
    });
    const token = await oauth.token.create({
      ...grant,
      code: again,
      codeVerifier: verifier,
    } as never);

    const masto = createRestAPIClient({ url: acme.baseUrl, accessToken: token.accessToken });
    const me = await masto.v1.accounts.verifyCredentials();
    t.is(me.displayName, 'Amina Diallo');
    const instance = await masto.v2.instance.fetch();
    t.regex(instance.version, /^4\.\d/);
    const media = await masto.v2.media.create({
      file: new Blob([new Uint8Array(await picture())], { type: 'image/png' }),
      description: 'red',
    });
    const status = await masto.v1.statuses.create({
      status: 'From masto',
      mediaIds: [media.id],
      visibility: 'public',
    });
    t.is(status.mediaAttachments[0]?.description, 'red');
    const answer = await leo.post('/api/v1/statuses', {
      status: '@amina welcome',
      in_reply_to_id: status.id,
    });
    const context = await masto.v1.statuses.$select(status.id).context.fetch();
    t.deepEqual(
      context.descendants.map((one) => one.id),
      [answer.id],
    );
    const relationship = await masto.v1.accounts.$select(leo.id).follow();
    t.true(relationship.following);
    const notifications = await eventually('masto is told', async () => {
      const list = await masto.v1.notifications.list();
      return list.length > 0 ? list : null;
    });
    t.is(notifications[0]?.type, 'mention');
    const feed = await masto.v1.timelines.home.list({ limit: 5 });
    t.is(feed[0]?.id, status.id);
    const found = await masto.v2.search.list({ q: 'leo' });
    t.is(found.accounts[0]?.username, 'leo');
  },
);

test.serial('masto hears posts, notifications, messages and lists while they happen', async (t) => {
  const mia = await acme.person('mia');
  const rest = createRestAPIClient({ url: acme.baseUrl, accessToken: mia.token });
  const instance = await rest.v2.instance.fetch();
  const streaming = createStreamingAPIClient({
    streamingApiUrl: instance.configuration.urls.streaming,
    accessToken: mia.token,
    implementation: globalThis.WebSocket as never,
  });
  try {
    const list = await rest.v1.lists.create({ title: 'Close' });
    await rest.v1.accounts.$select(leo.id).follow();
    await rest.v1.lists.$select(list.id).accounts.create({ accountIds: [leo.id] });
    const streams = {
      user: streaming.user.subscribe(),
      direct: streaming.direct.subscribe(),
      list: streaming.list.subscribe({ list: list.id }),
      tag: streaming.hashtag.subscribe({ tag: 'live' }),
    };
    const first = Object.entries(streams).map(async ([name, events]) => {
      for await (const event of events) return [name, event.event, event.payload] as const;
      return [name, 'ended', null] as const;
    });
    // A subscription has no answer: each post is told again until all have heard one.
    let posts = 0;
    const heard = Promise.all(first);
    const done = eventually('all streams have told something', async () => {
      posts += 1;
      await leo.post('/api/v1/statuses', { status: `now ${posts} #live`, visibility: 'public' });
      await leo.post('/api/v1/statuses', { status: `@mia ${posts}`, visibility: 'direct' });
      return Promise.race([heard, new Promise<null>((resolve) => setTimeout(resolve, 500, null))]);
    });
    const byName = new Map((await done).map(([name, event]) => [name, event]));
    t.is(byName.get('direct'), 'conversation');
    t.is(byName.get('list'), 'update');
    t.is(byName.get('tag'), 'update');
    t.true(['update', 'notification'].includes(byName.get('user') ?? ''));
  } finally {
    streaming.close();
  }
});

test.serial('who is suspended by the command line hears nothing more, at once', async (t) => {
  const noa = await acme.person('noa');
  const address = `${acme.baseUrl.replace('http:', 'ws:')}/api/v1/streaming?stream=user`;
  const socket = new WebSocket(address, [noa.token]);
  const ended = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  await acme.cli('user', 'suspend', 'noa');
  t.is(await ended, 1008);
});

const whenToot = withTool(test.serial, 'toot', hasToot());

whenToot(
  "toot signs in through the browser's pages, posts with a picture, and reads",
  async (t) => {
    const toot = createToot(home);
    await toot.signIn(acme.host, { username: 'amina', password: PASSWORD });
    t.regex(await toot.run('whoami'), /amina/);
    const file = join(home, 'picture.png');
    await writeFile(file, await picture());
    const posted = await toot.run('post', 'From toot', '-m', file, '-d', 'a red one');
    t.regex(posted, /\/posts\//);
    t.regex(await toot.run('timeline', '--once'), /From toot/);
    t.regex(await toot.run('search', 'leo'), /leo/);
    t.regex(await toot.run('follow', 'leo'), /following/i);
    await leo.post('/api/v1/statuses', { status: '@amina seen from toot' });
    await eventually('toot shows the notification', async () =>
      (await toot.run('notifications')).includes('seen from toot'),
    );
    const id = /\/posts\/([0-9A-Z]{26})/.exec(posted)?.[1] ?? '';
    t.regex(await toot.run('thread', id), /From toot/);
  },
);
