import test from 'ava';
import { type AnyJson, withApp } from './support/boot.ts';

const app = withApp(test);

test.serial(
  'a follow counts at once for an open account, and after approval for a locked one',
  async (t) => {
    const { request, person, settled } = app();
    const [ann, bob] = [await person('ann'), await person('bob')];
    const follow = await request('POST', `/api/v1/accounts/${bob.account._id}/follow`, {
      token: ann.token,
    });
    t.true(follow.json.following);
    await request('PATCH', '/api/v1/accounts/update_credentials', {
      token: ann.token,
      body: { locked: true },
    });
    const asked = await request('POST', `/api/v1/accounts/${ann.account._id}/follow`, {
      token: bob.token,
    });
    t.like(asked.json, { following: false, requested: true });
    await settled();
    const requests = await request('GET', '/api/v1/follow_requests', { token: ann.token });
    t.deepEqual(
      requests.json.map((one: { id: string }) => one.id),
      [bob.account._id],
    );
    const told = await request('GET', '/api/v1/notifications', { token: ann.token });
    t.is(told.json[0].type, 'follow_request');
    await request('POST', `/api/v1/follow_requests/${bob.account._id}/authorize`, {
      token: ann.token,
    });
    const [now] = (
      await request('GET', `/api/v1/accounts/relationships?id[]=${ann.account._id}`, {
        token: bob.token,
      })
    ).json;
    t.like(now, { following: true, requested: false, followed_by: true });
    const shown = (
      await request('GET', `/api/v1/accounts/${ann.account._id}`, { token: bob.token })
    ).json;
    t.like(shown, { followers_count: 1, following_count: 1 });
    await request('POST', `/api/v1/accounts/${ann.account._id}/unfollow`, { token: bob.token });
    t.is(
      (await request('GET', `/api/v1/accounts/${ann.account._id}`, { token: bob.token })).json
        .followers_count,
      0,
    );
  },
);

test.serial('a follower is sent away, and who is recommended is so no more', async (t) => {
  const { request, person } = app();
  const [una, vic] = [await person('una'), await person('vic')];
  const post = async (by: typeof una, of: typeof una, verb: string) =>
    request('POST', `/api/v1/accounts/${of.account._id}/${verb}`, { token: by.token });
  await post(vic, una, 'follow');
  const sent = await post(una, vic, 'remove_from_followers');
  t.false(sent.json.followed_by);
  t.is((await post(una, vic, 'remove_from_followers')).status, 200, 'twice is once');
  const followers = `/api/v1/accounts/${una.account._id}/followers`;
  t.deepEqual((await request('GET', followers, { token: una.token })).json, []);
  t.is((await post(una, vic, 'endorse')).status, 422, 'only whom one follows');
  await post(una, vic, 'follow');
  t.true((await post(una, vic, 'endorse')).json.endorsed);
  const listed = async (): Promise<{ id: string }[]> =>
    (await request('GET', '/api/v1/endorsements', { token: una.token })).json;
  t.deepEqual(
    (await listed()).map((one) => one.id),
    [vic.account._id],
  );
  t.false((await post(una, vic, 'unendorse')).json.endorsed);
  t.deepEqual(await listed(), []);
});

test.serial(
  'who hides whom they follow, and who follows them, shows it to themselves alone',
  async (t) => {
    const { request, person } = app();
    const [wim, xia] = [await person('wim'), await person('xia')];
    const lists = [`/api/v1/accounts/${wim.account._id}/followers`];
    lists.push(`/api/v1/accounts/${wim.account._id}/following`);
    for (const [by, of] of [
      [wim, xia],
      [xia, wim],
    ] as const)
      await request('POST', `/api/v1/accounts/${of.account._id}/follow`, { token: by.token });
    const sizes = async (token: string) => {
      const answers = await Promise.all(lists.map((path) => request('GET', path, { token })));
      return answers.map(({ json }) => json.length);
    };
    t.deepEqual(await sizes(xia.token), [1, 1]);
    const hide = (hide_collections: boolean) =>
      request('PATCH', '/api/v1/accounts/update_credentials', {
        token: wim.token,
        body: { hide_collections },
      });
    const { json } = await hide(true);
    t.true(json.hide_collections);
    t.true(json.source.hide_collections);
    t.deepEqual(await sizes(xia.token), [0, 0]);
    t.deepEqual(await sizes(wim.token), [1, 1]);
    await hide(false);
    t.deepEqual(await sizes(xia.token), [1, 1]);
  },
);

test.serial('a follow may be of some languages only, which the home feed keeps to', async (t) => {
  const { request, person } = app();
  const [yan, zoe] = [await person('yan'), await person('zoe')];
  const path = `/api/v1/accounts/${zoe.account._id}/follow`;
  const follow = async (body: object) =>
    (await request('POST', path, { token: yan.token, body })).json.languages;
  t.deepEqual(await follow({ languages: ['fr'] }), ['fr']);
  const wrong = { token: yan.token, body: { languages: ['français'] } };
  t.is((await request('POST', path, wrong)).status, 422);
  for (const language of ['fr', 'en'])
    await request('POST', '/api/v1/statuses', {
      token: zoe.token,
      body: { status: `in ${language}`, language },
    });
  const home = async () => {
    const { json } = await request('GET', '/api/v1/timelines/home', { token: yan.token });
    const own = json.filter((one: AnyJson) => one.account.id === zoe.account._id);
    return own.flatMap((one: AnyJson) => (one.reblog ? [] : [one.language]));
  };
  t.deepEqual(await home(), ['fr']);
  // What they share counts as what they write: by the language of the words.
  const xan = await person('xan');
  for (const language of ['fr', 'en']) {
    const body = { status: `shared, in ${language}`, language };
    const { id } = (await request('POST', '/api/v1/statuses', { token: xan.token, body })).json;
    await request('POST', `/api/v1/statuses/${id}/reblog`, { token: zoe.token });
  }
  const shared = async () => {
    const { json } = await request('GET', '/api/v1/timelines/home', { token: yan.token });
    return json.flatMap((one: AnyJson) =>
      one.account.id === zoe.account._id && one.reblog ? [one.reblog.language] : [],
    );
  };
  t.deepEqual(await shared(), ['fr']);
  t.deepEqual(await follow({ languages: ['en'] }), ['en']);
  t.deepEqual(await shared(), ['en']);
  await request('POST', `/api/v1/accounts/${xan.account._id}/block`, { token: yan.token });
  t.deepEqual(await shared(), [], 'of whom one blocks, in any language, nothing');
  await follow({ languages: ['fr'] });
  t.deepEqual(await follow({}), ['fr'], 'what is not said stays');
  t.is(await follow({ languages: [''] }), null);
  t.deepEqual(await home(), ['en', 'fr']);
});

test.serial('a search for people goes on where it stopped', async (t) => {
  const { request, person } = app();
  const { token } = await person('seeker');
  for (const name of ['quokka1', 'quokka2', 'quokka3']) await person(name);
  const found = async (query: string): Promise<{ id: string }[]> =>
    (await request('GET', `/api/v1/accounts/search?q=quokka&${query}`, { token })).json;
  const all = (await found('limit=10')).map((one) => one.id);
  t.is(all.length, 3);
  const [first, second] = [await found('limit=2'), await found('limit=2&offset=2')];
  t.deepEqual(
    [...first, ...second].map((one) => one.id),
    all,
  );
});

test.serial('a block ends follows both ways and hides each from the other', async (t) => {
  const { request, person } = app();
  const [cem, dan] = [await person('cem'), await person('dan')];
  await request('POST', `/api/v1/accounts/${dan.account._id}/follow`, { token: cem.token });
  await request('POST', `/api/v1/accounts/${cem.account._id}/follow`, { token: dan.token });
  const post = await request('POST', '/api/v1/statuses', {
    token: dan.token,
    body: { status: 'from dan' },
  });
  const blocked = await request('POST', `/api/v1/accounts/${dan.account._id}/block`, {
    token: cem.token,
  });
  t.like(blocked.json, { blocking: true, following: false, followed_by: false });
  t.is(
    (await request('GET', `/api/v1/statuses/${post.json.id}`, { token: cem.token })).status,
    404,
  );
  const several = `/api/v1/statuses?id[]=${post.json.id}`;
  t.deepEqual((await request('GET', several, { token: cem.token })).json, [], 'by id as well');
  t.is((await request('GET', several, { token: dan.token })).json.length, 1);
  t.is(
    (await request('POST', `/api/v1/accounts/${cem.account._id}/follow`, { token: dan.token }))
      .status,
    403,
  );
  t.is(
    (
      await request('POST', '/api/v1/statuses', {
        token: dan.token,
        body: { status: '@cem hello', visibility: 'direct' },
      })
    ).status,
    403,
  );
  t.is((await request('GET', '/api/v1/blocks', { token: cem.token })).json.length, 1);
  const lifted = await request('POST', `/api/v1/accounts/${dan.account._id}/unblock`, {
    token: cem.token,
  });
  t.false(lifted.json.blocking);
  t.is(
    (await request('GET', `/api/v1/statuses/${post.json.id}`, { token: cem.token })).status,
    200,
  );
});

test.serial('a mute hides posts and notifications, until it is lifted', async (t) => {
  const { request, person, settled } = app();
  const [eva, fay] = [await person('eva'), await person('fay')];
  await request('POST', `/api/v1/accounts/${fay.account._id}/follow`, { token: eva.token });
  await request('POST', `/api/v1/accounts/${fay.account._id}/mute`, {
    token: eva.token,
    body: { duration: 3600 },
  });
  await request('POST', '/api/v1/statuses', { token: fay.token, body: { status: '@eva look' } });
  await settled();
  t.deepEqual((await request('GET', '/api/v1/timelines/home', { token: eva.token })).json, []);
  t.deepEqual((await request('GET', '/api/v1/notifications', { token: eva.token })).json, []);
  const [relationship] = (
    await request('GET', `/api/v1/accounts/relationships?id[]=${fay.account._id}`, {
      token: eva.token,
    })
  ).json;
  t.true(relationship.muting);
  t.truthy(relationship.muting_expires_at);
  await request('POST', `/api/v1/accounts/${fay.account._id}/unmute`, { token: eva.token });
  t.is((await request('GET', '/api/v1/timelines/home', { token: eva.token })).json.length, 1);
});

test.serial('private notes are for their writer; lists are paged by Link', async (t) => {
  const { request, person } = app();
  const star = await person('star');
  const fans = await Promise.all(['fan1', 'fan2', 'fan3'].map((name) => person(name)));
  for (const fan of fans)
    await request('POST', `/api/v1/accounts/${star.account._id}/follow`, { token: fan.token });
  const first = await request('GET', `/api/v1/accounts/${star.account._id}/followers?limit=2`, {
    token: star.token,
  });
  t.is(first.json.length, 2);
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const second = await request('GET', next, { token: star.token });
  t.is(second.json.length, 1);
  t.is(new Set([...first.json, ...second.json].map((one: { id: string }) => one.id)).size, 3);
  const fan = fans[0]?.account._id;
  const noted = await request('POST', `/api/v1/accounts/${fan}/note`, {
    token: star.token,
    body: { comment: 'met in Lyon' },
  });
  t.is(noted.json.note, 'met in Lyon');
  const [other] = (
    await request('GET', `/api/v1/accounts/relationships?id[]=${fan}`, { token: fans[1]?.token })
  ).json;
  t.is(other.note, '');
});

test.serial('nobody follows themselves, or what is not there', async (t) => {
  const { request, person } = app();
  const { token, account } = await person('solo');
  t.is((await request('POST', `/api/v1/accounts/${account._id}/follow`, { token })).status, 403);
  t.is(
    (await request('POST', '/api/v1/accounts/01ARZ3NDEKTSV4RRFFQ69G5FAV/follow', { token })).status,
    404,
  );
  t.is((await request('POST', '/api/v1/accounts/nonsense/follow', { token })).status, 422);
});
