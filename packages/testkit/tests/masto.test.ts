/** What npm `masto` does once signed in, on both sides of a federation: lists, filters, polls, hashtags, schedules, grouped notifications and their policy. */
import test from 'ava';
import { createRestAPIClient } from 'masto';
import { type Client, eventually, type Instance, startInstance } from '../src/index.ts';

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
