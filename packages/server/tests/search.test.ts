/** Search: who finds what by which words, and what nobody finds any more. */
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import sharp from 'sharp';
import { VERSION } from '../src/features/search/index-posts.ts';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { app, people, ok, get, status, say, group, settled, handle } = withMembers(test);

async function found(by: Person, q: string, more = ''): Promise<string[]> {
  const path = `/api/v2/search?type=statuses&q=${encodeURIComponent(q)}${more}`;
  return (await get(by, path)).statuses.map((one: AnyJson) => one.id);
}

async function all(by: Person, q: string): Promise<AnyJson> {
  return get(by, `/api/mitoyen/v1/search?q=${encodeURIComponent(q)}`);
}

test('words are found by their stems in French and English, without accents, and while being typed', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const french = await say(
    ann,
    'Nous avons mangé dans les cantines de la société, près des réunions',
  );
  const english = await say(ann, 'The elephants were running to the meetings with the plumbers');
  const german = await say(ann, 'Straßenbahnhaltestelle umgebaut');
  await settled();
  for (const q of ['cantine', 'SOCIETE', 'reunion', 'réunions', 'manger', 'l’cantines', 'cant'])
    t.deepEqual(await found(bob, q), [french.id], q);
  for (const q of ['elephant', 'run plumber', 'meeting elephants', 'plum'])
    t.deepEqual(await found(bob, q), [english.id], q);
  t.deepEqual(await found(bob, 'strassenbahn'), [german.id]);
  t.deepEqual(await found(bob, 'elephant cantine'), []);
  t.deepEqual(await found(bob, 'the'), []);
});

test('conditions narrow what is found', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const place = await group(ann, 'Quarrymen');
  await ok(bob, 'POST', `/api/v1/accounts/${place}/follow`);
  const one = await say(ann, 'granite blocks for the bridge https://example.org/');
  const two = await say(bob, 'the bridge of granite');
  const three = await say(bob, 'granite in the group #stone', { group_id: place });
  const four = await say(bob, 'granite or marble?', {
    poll: { options: ['basalt', 'slate'], expires_in: 3600 },
  });
  await settled();
  t.deepEqual(await found(ann, 'granite'), [four.id, three.id, two.id, one.id]);
  t.deepEqual(await found(ann, `granite from:${bob.account.username}`), [
    four.id,
    three.id,
    two.id,
  ]);
  t.deepEqual(await found(ann, 'granite from:me'), [one.id]);
  t.deepEqual(await found(ann, 'granite from:nobodyhere'), []);
  t.deepEqual(await found(ann, `in:${place}`), [three.id]);
  t.deepEqual(await found(ann, 'granite has:link'), [one.id]);
  t.deepEqual(await found(ann, 'has:poll slate'), [four.id]);
  t.deepEqual(await found(ann, 'granite -bridge -marble'), [three.id]);
  t.deepEqual(await found(ann, '"bridge of granite"'), [two.id]);
  t.deepEqual(await found(ann, 'granite -"bridge of granite"'), [four.id, three.id, one.id]);
  t.deepEqual(await found(ann, '"granite bridge"'), []);
  t.deepEqual(await found(ann, '#stone'), [three.id]);
  t.deepEqual(await found(ann, 'granite before:2020-01-01'), []);
  t.is((await found(ann, 'granite after:2020-01-01')).length, 4);
  t.deepEqual(await found(ann, 'granite', '&limit=2&offset=1'), [three.id, two.id]);
  t.deepEqual(await found(ann, 'granite', `&max_id=${two.id}`), [one.id]);
  t.deepEqual(await found(ann, 'granite', `&account_id=${ann.account._id}`), [one.id]);
  const search = (q: string) => status(ann, 'GET', `/api/v2/search?q=${encodeURIComponent(q)}`);
  t.is(await search('has:nothing'), 422);
  t.is(await search('before:yesterday'), 422);
});

test('nobody finds what they may not read, not even by numbers', async (t) => {
  const [ann, bob, cal] = (await people('ann', 'bob', 'cal')) as [Person, Person, Person];
  await ok(bob, 'POST', `/api/v1/accounts/${ann.account._id}/follow`);
  const place = await group(ann, 'Hidden cellar', 'secret');
  const kept = await say(ann, 'zeppelin for followers #airship', { visibility: 'private' });
  const inside = await say(ann, 'zeppelin in the cellar #airdock', { group_id: place });
  const message = await say(ann, `${handle(bob)} zeppelin between us`, { visibility: 'direct' });
  await settled();
  t.deepEqual(await found(ann, 'zeppelin'), [message.id, inside.id, kept.id]);
  t.deepEqual(await found(bob, 'zeppelin'), [message.id, kept.id]);
  t.deepEqual(await found(bob, `zeppelin in:${ann.account.username}`), [message.id]);
  t.deepEqual(await found(cal, 'zeppelin'), []);
  const { counts, hashtags } = await all(cal, 'air');
  t.deepEqual(hashtags, []);
  t.true(Object.values(counts).every((count) => count === 0));
  t.deepEqual(
    (await all(bob, 'air')).hashtags.map((tag: AnyJson) => tag.name),
    ['airship'],
  );
  t.deepEqual((await all(cal, 'Hidden cellar')).groups, []);
  await ok(bob, 'POST', `/api/v1/accounts/${ann.account._id}/unfollow`);
  t.deepEqual(await found(bob, 'zeppelin'), [message.id]);
});

test('who leaves a group finds its posts no more', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const place = await group(ann, 'Closed yard', 'closed');
  await ok(bob, 'POST', `/api/v1/accounts/${place}/follow`);
  const requests = `/api/mitoyen/v1/groups/${place}/requests/${bob.account._id}`;
  await ok(ann, 'POST', `${requests}/approve`);
  const post = await say(ann, 'windmill behind the gate', { group_id: place });
  await settled();
  t.deepEqual(await found(bob, 'windmill'), [post.id]);
  await ok(bob, 'POST', `/api/v1/accounts/${place}/unfollow`);
  t.deepEqual(await found(bob, 'windmill'), []);
});

test('an edit is found by its new words alone, and a deleted post not at all', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const post = await say(ann, 'a harpsichord');
  await settled();
  await ok(ann, 'PUT', `/api/v1/statuses/${post.id}`, { status: 'an accordion' });
  await settled();
  t.deepEqual(await found(bob, 'harpsichord'), []);
  t.deepEqual(await found(bob, 'accordion'), [post.id]);
  await ok(ann, 'DELETE', `/api/v1/statuses/${post.id}`);
  t.deepEqual(await found(bob, 'accordion'), []);
  await settled();
  const row = await app()
    .kit.mongo.collection('search_posts')
    .findOne({ _id: post.id as never });
  t.is(row, null);
});

test('posts from before the index are found once it has been filled, wherever that was broken off', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const post = await say(ann, 'an old barometer');
  await settled();
  const { mongo } = app().kit;
  await mongo.collection('search_posts').deleteOne({ _id: post.id });
  await mongo
    .collection<{ _id: string }>('search_progress')
    .updateOne(
      { _id: 'posts' },
      { $set: { version: VERSION, next: `${post.id}~`, done: false } },
      { upsert: true },
    );
  const end = Date.now() + 30_000;
  let ids: string[] = [];
  while (ids.length === 0 && Date.now() < end) {
    await setTimeout(200);
    ids = await found(bob, 'barometer');
  }
  t.deepEqual(ids, [post.id]);
});

test('every kind is in the one answer, with its number', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const place = await group(ann, 'Lighthouse keepers');
  await say(ann, 'a lighthouse #lighthouse');
  await say(ann, `${handle(bob)} lighthouse at noon`, { visibility: 'direct' });
  await settled();
  const results = await all(bob, 'lighthouse');
  t.deepEqual(results.counts, {
    people: 0,
    groups: 1,
    posts: 1,
    messages: 1,
    hashtags: 1,
    files: 0,
  });
  t.is(results.groups[0].id, place);
  const only = await get(bob, '/api/mitoyen/v1/search?type=messages&q=lighthouse');
  t.deepEqual([only.posts.length, only.messages.length], [0, 1]);
});

test('each kind has its own pages: messages are found behind any number of posts', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const first = await say(ann, `${handle(bob)} gondola one`, { visibility: 'direct' });
  const second = await say(bob, `${handle(ann)} gondola two`, { visibility: 'direct' });
  const posts: string[] = [];
  for (const at of [1, 2, 3, 4]) posts.push((await say(ann, `gondola number ${at}`)).id);
  await settled();
  const page = (path: string) => app().request('GET', path, { token: bob.token });
  const ids = (list: AnyJson[]) => list.map((one) => one.id);
  const messages = await page('/api/mitoyen/v1/search?type=messages&q=gondola&limit=1');
  t.deepEqual(ids(messages.json.messages), [second.id]);
  const next = /<([^>]+)>; rel="next"/.exec(messages.headers.get('link') ?? '')?.[1] ?? '';
  t.deepEqual(ids((await page(next)).json.messages), [first.id]);
  const both = await all(bob, 'gondola');
  t.deepEqual([ids(both.posts), ids(both.messages)], [posts.toReversed(), [second.id, first.id]]);
  const rest = await page(`/api/mitoyen/v1/search?type=posts&q=gondola&max_id=${posts[1]}`);
  t.deepEqual(ids(rest.json.posts), [posts[0]]);
  t.is(rest.headers.get('link'), null);
  t.deepEqual(await found(bob, 'gondola is:message'), [second.id, first.id]);
  t.deepEqual(await found(bob, 'gondola is:post'), posts.toReversed());
  t.is(await status(bob, 'GET', '/api/v2/search?q=is:rumour'), 422);
});

test('a hashtag that is found says whether it is followed', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  await say(ann, 'said of #funicular');
  await settled();
  await ok(bob, 'POST', '/api/v1/tags/funicular/follow');
  for (const [person, following] of [
    [ann, false],
    [bob, true],
  ] as const) {
    for (const path of ['/api/v2/search', '/api/mitoyen/v1/search']) {
      const { hashtags } = await get(person, `${path}?type=hashtags&q=funicular`);
      t.deepEqual(
        hashtags.map((tag: AnyJson) => [tag.name, tag.following]),
        [['funicular', following]],
      );
    }
  }
});

test('a document is found by its name, and pages of files follow each other', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const send = async (name: string) => {
    const form = new FormData();
    form.set('file', new Blob(['%PDF-1.4\n  ']), name);
    const { id } = await ok(ann, 'POST', '/api/v1/media', form);
    return (await say(ann, 'as attached', { media_ids: [id] })).id as string;
  };
  const older = await send('Bilan_hydraulique-2026.pdf');
  const newer = await send('hydraulique.pdf');
  await settled();
  t.deepEqual(await found(bob, 'hydrauliques'), [newer, older]);
  t.deepEqual(await found(bob, 'bilan 2026'), [older]);
  const path = '/api/mitoyen/v1/search?type=files&limit=1&q=hydraulique';
  const answer = await app().request('GET', path, { token: bob.token });
  t.deepEqual(
    answer.json.files.map((one: AnyJson) => [one.status_id, one.file.mitoyen.name]),
    [[newer, 'hydraulique.pdf']],
  );
  const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
  const rest = await app().request('GET', next, { token: bob.token });
  t.deepEqual(
    rest.json.files.map((one: AnyJson) => one.status_id),
    [older],
  );
});

test('the files of a group are listed for its members, and found by their descriptions', async (t) => {
  const [ann, bob] = (await people('ann', 'bob')) as [Person, Person];
  const place = await group(ann, 'Drawings', 'closed');
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(bytes)]), 'plan.png');
  form.set('description', 'floor plan of the orangery');
  const { id } = await ok(ann, 'POST', '/api/v1/media', form);
  const post = await say(ann, 'as asked', { group_id: place, media_ids: [id] });
  await say(ann, 'without any', { group_id: place });
  await settled();
  const listed = await get(ann, `/api/mitoyen/v1/groups/${place}/files`);
  t.deepEqual(
    listed.map((one: AnyJson) => [one.file.id, one.status_id]),
    [[id, post.id]],
  );
  t.is((await all(ann, 'orangery')).files[0].file.id, id);
  t.deepEqual(await found(ann, 'orangery has:picture'), [post.id]);
  t.deepEqual(await get(bob, `/api/mitoyen/v1/groups/${place}/files`), []);
  t.deepEqual((await all(bob, 'orangery')).files, []);
  const secret = await group(ann, 'Other drawings', 'secret');
  t.is(await status(bob, 'GET', `/api/mitoyen/v1/groups/${secret}/files`), 404);
});
