import test from 'ava';
import { withApp } from './support/boot.ts';

const app = withApp(test);

test.serial('a post is written, read, edited with history and deleted', async (t) => {
  const { request, person } = app();
  const { token } = await person('ann');
  const made = await request('POST', '/api/v1/statuses', {
    token,
    body: { status: 'Hello **all** #Pilot', visibility: 'public' },
  });
  t.is(made.status, 200, made.text);
  t.regex(made.json.content, /<strong>all<\/strong>/);
  t.deepEqual(
    made.json.tags.map((tag: { name: string }) => tag.name),
    ['pilot'],
  );
  const { id } = made.json;
  const edited = await request('PUT', `/api/v1/statuses/${id}`, {
    token,
    body: { status: 'Hello again' },
  });
  t.is(edited.status, 200, edited.text);
  const history = await request('GET', `/api/v1/statuses/${id}/history`, { token });
  t.is(history.json.length, 2);
  const home = await request('GET', '/api/v1/timelines/home', { token });
  t.deepEqual(
    home.json.map((status: { id: string }) => status.id),
    [id],
  );
  const gone = await request('DELETE', `/api/v1/statuses/${id}`, { token });
  t.is(gone.json.text, 'Hello again');
  t.is((await request('GET', `/api/v1/statuses/${id}`, { token })).status, 404);
});

test.serial('the same Idempotency-Key makes one post', async (t) => {
  const { request, person } = app();
  const { token } = await person('ida');
  const body = { status: 'once' };
  const headers = { 'Idempotency-Key': 'k1' };
  const both = await Promise.all([
    request('POST', '/api/v1/statuses', { token, body, headers }),
    request('POST', '/api/v1/statuses', { token, body, headers }),
  ]);
  t.is(both[0].json.id, both[1].json.id);
});

test.serial(
  'company posts reach colleagues, followers posts followers, direct ones the people named',
  async (t) => {
    const { request, person } = app();
    const [bea, cem, dan] = [
      await person('bea'),
      await person('cem'),
      await person('dan', { role: 'guest' }),
    ];
    const say = async (status: string, visibility: string) =>
      (
        await request('POST', '/api/v1/statuses', {
          token: bea.token,
          body: { status, visibility },
        })
      ).json.id;
    const company = await say('for all of us', 'company');
    const followers = await say('for my followers', 'private');
    const direct = await say('@cem for you', 'direct');
    const sees = async (who: { token: string }, id: string) =>
      (await request('GET', `/api/v1/statuses/${id}`, { token: who.token })).status === 200;
    t.deepEqual(await Promise.all([company, followers, direct].map((id) => sees(cem, id))), [
      true,
      false,
      true,
    ]);
    t.deepEqual(await Promise.all([company, followers, direct].map((id) => sees(dan, id))), [
      false,
      false,
      false,
    ]);
    await request('POST', `/api/v1/accounts/${bea.account._id}/follow`, { token: cem.token });
    t.true(await sees(cem, followers));
    const home = await request('GET', '/api/v1/timelines/home', { token: cem.token });
    t.deepEqual(
      home.json
        .map((one: { id: string }) => one.id)
        .filter((id: string) => [company, followers, direct].includes(id)),
      [followers, company],
    );
  },
);

test.serial('comments, likes, reactions, shares and bookmarks are counted and shown', async (t) => {
  const { request, person, settled } = app();
  const [eva, fay] = [await person('eva'), await person('fay')];
  const { id } = (
    await request('POST', '/api/v1/statuses', { token: eva.token, body: { status: 'news' } })
  ).json;
  const comment = await request('POST', '/api/v1/statuses', {
    token: fay.token,
    body: { status: 'well done', in_reply_to_id: id },
  });
  await request('POST', '/api/v1/statuses', {
    token: eva.token,
    body: { status: 'thanks', in_reply_to_id: comment.json.id },
  });
  await request('POST', `/api/v1/statuses/${id}/favourite`, { token: fay.token });
  await request('POST', `/api/v1/statuses/${id}/favourite`, { token: fay.token });
  await request('PUT', `/api/mitoyen/v1/statuses/${id}/reactions/${encodeURIComponent('🎉')}`, {
    token: fay.token,
  });
  await request('POST', `/api/v1/statuses/${id}/reblog`, { token: fay.token });
  await request('POST', `/api/v1/statuses/${id}/bookmark`, { token: fay.token });
  const shown = (await request('GET', `/api/v1/statuses/${id}`, { token: fay.token })).json;
  t.is(shown.replies_count, 2);
  t.is(shown.favourites_count, 2);
  t.is(shown.reblogs_count, 1);
  t.like(shown, { favourited: true, reblogged: true, bookmarked: true });
  t.deepEqual(
    shown.mitoyen.reactions.find((one: { name: string }) => one.name === '🎉'),
    { name: '🎉', count: 1, me: true },
  );
  const context = await request('GET', `/api/v1/statuses/${id}/context`, { token: eva.token });
  t.deepEqual(
    context.json.descendants.map((one: { content: string }) => one.content),
    ['<p>well done</p>', '<p>thanks</p>'],
  );
  await settled();
  const told = await request('GET', '/api/v1/notifications?mitoyen=1', { token: eva.token });
  t.deepEqual(told.json.map((one: { type: string }) => one.type).toSorted(), [
    'favourite',
    'mention',
    'mitoyen.reaction',
    'reblog',
  ]);
  await request('POST', `/api/v1/statuses/${id}/unfavourite`, { token: fay.token });
  await request('POST', `/api/v1/statuses/${id}/unreblog`, { token: fay.token });
  const after = (await request('GET', `/api/v1/statuses/${id}`, { token: fay.token })).json;
  t.is(after.favourites_count, 1);
  t.is(after.reblogs_count, 0);
});

test.serial('bad input names every problem and keeps nothing', async (t) => {
  const { request, person } = app();
  const { token } = await person('gus');
  const empty = await request('POST', '/api/v1/statuses', { token, body: { status: ' ' } });
  t.is(empty.status, 422);
  t.truthy(empty.json.details.status);
  const long = await request('POST', '/api/v1/statuses', {
    token,
    body: { status: 'x'.repeat(5001) },
  });
  t.is(long.status, 422);
  t.is(
    (
      await request('POST', '/api/v1/statuses', {
        token,
        body: '{bad',
        headers: { 'content-type': 'application/json' },
      })
    ).status,
    400,
  );
  t.is((await request('POST', '/api/v1/statuses', { body: { status: 'x' } })).status, 401);
  t.is(
    (await request('PUT', '/api/v1/statuses/nonsense', { token, body: { status: 'x' } })).status,
    422,
  );
});
