/** What npm `masto` and Debian's `toot` do once signed in, on both sides of a federation: lists, filters, polls, hashtags, schedules, grouped notifications and their policy. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { createRestAPIClient, createStreamingAPIClient } from 'masto';
import sharp from 'sharp';
import { withTool } from '../../server/tests/support/with-tool.ts';
import { type Client, eventually, type Instance, startInstance } from '../src/index.ts';
import { createToot, hasToot } from '../src/toot.ts';

const OPEN = { MITOYEN_FEDERATION__MODE: 'open' };
let acme: Instance;
let north: Instance;
let [amina, leo, nora]: [Client, Client, Client] = [] as never;

test.before(async () => {
  [acme, north] = await Promise.all([
    startInstance({ name: 'Acme', env: OPEN }),
    startInstance({ name: 'Northwind', env: OPEN }),
  ]);
  [amina, leo, nora] = [
    await acme.person('amina'),
    await acme.person('leo'),
    await north.person('nora'),
  ];
});
test.after.always(async () => {
  await Promise.all([acme?.stop(), north?.stop()]);
});
const mastoOf = (at: Instance, by: Client) =>
  createRestAPIClient({ url: at.baseUrl, accessToken: by.token });
const textOf = (html: string) => html.replace(/<[^>]+>/g, '');

test('lists are made, filled and read', async (t) => {
  const masto = mastoOf(acme, amina);
  const list = await masto.v1.lists.create({ title: 'Works' });
  await masto.v1.lists.$select(list.id).accounts.create({ accountIds: [leo.id] });
  await leo.post('/api/v1/statuses', { status: 'from the works' });
  const posts = await masto.v1.timelines.list.$select(list.id).list();
  t.true(posts.some((post) => textOf(post.content) === 'from the works'));
  t.is((await masto.v1.accounts.$select(leo.id).lists.list())[0]?.id, list.id);
  await masto.v1.lists.$select(list.id).update({ title: 'Floor', exclusive: true });
  t.is((await masto.v1.lists.$select(list.id).fetch()).title, 'Floor');
  await masto.v1.lists.$select(list.id).accounts.remove({ accountIds: [leo.id] });
  await masto.v1.lists.$select(list.id).remove();
  t.false((await masto.v1.lists.list()).some((one) => one.id === list.id));
});

test('filters mark what they find', async (t) => {
  const masto = mastoOf(acme, amina);
  const filter = await masto.v2.filters.create({
    title: 'Not now',
    context: ['home', 'public'],
    filterAction: 'warn',
    expiresIn: 3600,
    keywordsAttributes: [{ keyword: 'budget', wholeWord: true }],
  } as never);
  const { id } = await leo.post('/api/v1/statuses', { status: 'the budget again' });
  const post = await masto.v1.statuses.$select(id).fetch();
  t.is(post.filtered?.[0]?.filter.id, filter.id);
  t.deepEqual(post.filtered?.[0]?.keywordMatches, ['budget']);
  const keyword = await masto.v2.filters.$select(filter.id).keywords.create({ keyword: 'plan' });
  t.is((await masto.v2.filters.$select(filter.id).keywords.list()).length, 2);
  await masto.v2.filters.keywords.$select(keyword.id).remove();
  await masto.v2.filters.$select(filter.id).remove();
  t.deepEqual(await masto.v2.filters.list(), []);
});

test('a poll is asked here, voted in at a partner’s, and counted here', async (t) => {
  const [here, there] = [mastoOf(acme, amina), mastoOf(north, nora)];
  const asked = await here.v1.statuses.create({
    status: 'Tea or coffee?',
    poll: { options: ['tea', 'coffee'], expiresIn: 3600 },
  });
  const found = await there.v2.search.list({ q: asked.uri, resolve: true, type: 'statuses' });
  const poll = found.statuses[0]?.poll;
  t.deepEqual(
    poll?.options.map((option) => option.title),
    ['tea', 'coffee'],
  );
  const voted = await there.v1.polls.$select(poll?.id ?? '').votes.create({ choices: [1] });
  t.deepEqual(voted.ownVotes, [1]);
  await eventually('the vote', async () => {
    const seen = await here.v1.polls.$select(asked.poll?.id ?? '').fetch();
    return seen.options[1]?.votesCount === 1 && seen.votersCount === 1 ? seen : null;
  });
  t.pass();
});

test('what is posted with a picture here is heard at a partner’s while it happens', async (t) => {
  const [here, there] = [mastoOf(acme, amina), mastoOf(north, nora)];
  const found = await there.v1.accounts.search.list({ q: `@amina@${acme.host}`, resolve: true });
  await there.v1.accounts.$select(found[0]?.id ?? '').follow();
  const streaming = createStreamingAPIClient({
    streamingApiUrl: (await there.v2.instance.fetch()).configuration.urls.streaming,
    accessToken: nora.token,
    implementation: globalThis.WebSocket as never,
  });
  try {
    const events = streaming.user.subscribe();
    const heard = (async () => {
      for await (const { event, payload } of events)
        if (event === 'update' && payload.mediaAttachments.length > 0) return payload;
      return null;
    })();
    const red = sharp({ create: { width: 64, height: 48, channels: 3, background: '#aa3355' } });
    const file = new Blob([new Uint8Array(await red.png().toBuffer())], { type: 'image/png' });
    // A subscription has no answer: it is posted again until it was heard.
    const status = await eventually('the post there', async () => {
      const media = await here.v2.media.create({ file, description: 'a red one' });
      await here.v1.media.$select(media.id).update({ description: 'quite red' });
      await here.v1.statuses.create({ status: 'Look', mediaIds: [media.id] });
      return Promise.race([heard, new Promise<null>((resolve) => setTimeout(resolve, 1000, null))]);
    });
    t.is(status.account.acct, `amina@${acme.host}`);
    t.is(status.mediaAttachments[0]?.description, 'quite red');
    t.is(status.mediaAttachments[0]?.type, 'image');
  } finally {
    streaming.close();
  }
});

const whenToot = withTool(test, 'toot', hasToot());

whenToot('toot at a partner’s finds, follows, likes, boosts, answers and reads', async (t) => {
  const PASSWORD = 'a long enough password';
  const person = await north.person('tove', { password: PASSWORD });
  const home = await mkdtemp(join(tmpdir(), 'mitoyen-toot-'));
  try {
    const toot = createToot(home);
    await toot.signIn(north.host, { username: 'tove', password: PASSWORD });
    const name = `@leo@${acme.host}`;
    t.regex(await toot.run('follow', name), /following/i);
    const { id } = await person.get(`/api/v1/accounts/lookup?acct=leo@${acme.host}`);
    await eventually('the follow', async () => {
      const [relation] = await person.get(`/api/v1/accounts/relationships?id[]=${id}`);
      return relation.following || null;
    });
    const post = await leo.post('/api/v1/statuses', { status: 'Seen across the street' });
    const [status] = await eventually('the post there', async () => {
      const posts = await person.get('/api/v1/timelines/home');
      return posts.some((one: { uri: string }) => one.uri === post.uri) ? posts : null;
    });
    for (const verb of ['favourite', 'reblog']) t.truthy(await toot.run(verb, status.id), verb);
    await toot.run('post', 'Answer from toot', '--reply-to', status.id);
    t.regex(await toot.run('thread', status.id), /Answer from toot/);
    await eventually('the answer here', async () => {
      const { descendants } = await leo.get(`/api/v1/statuses/${post.id}/context`);
      const seen = await leo.get(`/api/v1/statuses/${post.id}`);
      return descendants.length > 0 && seen.favourites_count + seen.reblogs_count === 2
        ? seen
        : null;
    });
    t.regex(await toot.run('unfollow', name), /no longer following/i);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

test('hashtags are followed, posts scheduled, markers and preferences kept', async (t) => {
  const masto = mastoOf(acme, amina);
  t.true((await masto.v1.tags.$select('lyon').follow()).following);
  t.is((await masto.v1.followedTags.list())[0]?.name, 'lyon');
  await masto.v1.featuredTags.create({ name: 'works' });
  t.is((await masto.v1.accounts.$select(amina.id).featuredTags.list())[0]?.name, 'works');
  const scheduledAt = new Date(Date.now() + 3_600_000).toISOString();
  const kept = await masto.v1.statuses.create({ status: 'later', scheduledAt } as never);
  const [waiting] = await masto.v1.scheduledStatuses.list();
  t.is(waiting?.id, kept.id);
  await masto.v1.scheduledStatuses.$select(kept.id).remove();
  await masto.v1.markers.create({ home: { lastReadId: kept.id } });
  t.is((await masto.v1.markers.fetch({ timeline: ['home'] })).home?.lastReadId, kept.id);
  t.is((await masto.v1.preferences.fetch())['posting:default:visibility'], 'public');
  t.deepEqual(await masto.v1.customEmojis.list(), []);
  t.deepEqual(await masto.v1.announcements.list(), []);
});

test('notifications come in groups, and strangers’ wait where somebody wants that', async (t) => {
  const mia = await acme.person('mia');
  const masto = mastoOf(acme, mia);
  const { id } = await mia.post('/api/v1/statuses', { status: 'applause' });
  for (const fan of [amina, leo]) await fan.post(`/api/v1/statuses/${id}/favourite`);
  const groups = await eventually('the group', async () => {
    const found = (await masto.v2.notifications.list()).notificationGroups;
    return found[0]?.notificationsCount === 2 ? found : null;
  });
  t.is(groups.length, 1);
  await masto.v2.notifications.policy.update({ forNotFollowing: 'filter' } as never);
  await leo.post('/api/v1/statuses', { status: '@mia out of the blue' });
  const request = await eventually('the request', async () => {
    const [first] = await masto.v1.notifications.requests.list();
    return first ?? null;
  });
  t.is(request.account.username, 'leo');
  await masto.v1.notifications.requests.$select(request.id).accept();
  t.is((await masto.v1.notifications.list())[0]?.type, 'mention');
});
