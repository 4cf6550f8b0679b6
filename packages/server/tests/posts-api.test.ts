/** The client API of posts, and what other servers are served at their ids. */
import test from 'ava';
import sharp from 'sharp';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { mastodon } from './support/mastodon-schema.ts';
import { createPeer, type Peer, type PeerPerson } from './support/peer.ts';

let booted: Booted;
let peer: Peer;
let bob: PeerPerson;
type Person = Awaited<ReturnType<Booted['person']>>;
let ann: Person;
let cal: Person;
let guest: Person;

test.before(async () => {
  [booted, peer] = await Promise.all([bootApp(), createPeer()]);
  bob = peer.person('bob');
  [ann, cal, guest] = [
    await booted.person('ann'),
    await booted.person('cal'),
    await booted.person('gil', { role: 'guest' }),
  ];
});
test.after.always(async () => {
  await booted?.stop();
  await peer?.stop();
});

const call = (by: Person, method: string, path: string, body?: unknown) =>
  booted.request(method, path, { token: by.token, body });
const get = async (by: Person, path: string): Promise<AnyJson> =>
  (await call(by, 'GET', path)).json;
const statusOf = async (by: Person, path: string) => (await call(by, 'GET', path)).status;
async function say(by: Person, status: string, more: object = {}): Promise<AnyJson> {
  const made = await call(by, 'POST', '/api/v1/statuses', { status, ...more });
  if (made.status !== 200) throw new Error(made.text);
  return made.json;
}
async function group(by: Person, name: string, access: string): Promise<string> {
  const made = await call(by, 'POST', '/api/mitoyen/v1/groups', { name, access });
  return made.json.id;
}
/** Deliveries may be made again; each activity counts once, as it does for every receiver. */
function once(received: AnyJson[]): AnyJson[] {
  return [...new Map(received.map((one) => [one.id, one])).values()];
}
async function picture(by: Person): Promise<string> {
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123' } })
    .png()
    .toBuffer();
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'a.png');
  const made = await booted.request('POST', '/api/v1/media', { token: by.token, body });
  return made.json.id;
}

const whenDescribed = mastodon ? test.serial : test.serial.skip;
whenDescribed('answers have the shape that Mastodon’s apps expect', async (t) => {
  const check = mastodon as NonNullable<typeof mastodon>;
  const media = await picture(ann);
  const first = await say(ann, 'Hello @cal #Shape', { media_ids: [media], language: 'en' });
  await say(cal, 'an answer', { in_reply_to_id: first.id });
  await call(cal, 'POST', `/api/v1/statuses/${first.id}/reblog`);
  await call(cal, 'POST', `/api/v1/statuses/${first.id}/favourite`);
  await call(ann, 'PUT', `/api/v1/statuses/${first.id}`, {
    status: 'Hello @cal',
    media_ids: [media],
  });
  await booted.settled();
  const path = `/api/v1/statuses/${first.id}`;
  const answers: [string, AnyJson][] = [
    ['Status', await get(ann, path)],
    ['Context', await get(ann, `${path}/context`)],
    ['StatusSource', await get(ann, `${path}/source`)],
    ...(await get(ann, `${path}/history`)).map((one: AnyJson) => ['StatusEdit', one]),
    ...(await get(cal, '/api/v1/timelines/home')).map((one: AnyJson) => ['Status', one]),
    ...(await get(ann, '/api/v1/notifications')).map((one: AnyJson) => ['Notification', one]),
    ...(await get(ann, `${path}/favourited_by`)).map((one: AnyJson) => ['Account', one]),
    ['NotificationPolicy', await get(ann, '/api/v2/notifications/policy')],
  ];
  t.true(answers.length > 9);
  t.deepEqual(
    answers.flatMap(([name, value]) => check(name, value)),
    [],
  );
  const grouped = check('GroupedNotificationsResults', await get(ann, '/api/v2/notifications'));
  // Mastodon counts its notifications; our ids are texts everywhere.
  t.deepEqual(
    grouped.filter((one) => !/most_recent_notification_id/.test(one)),
    [],
  );
});

test.serial('a comment inherits its audience and is never wider, whatever is asked', async (t) => {
  const company = await say(ann, 'for us', { visibility: 'company' });
  const comment = await say(cal, 'me too', { in_reply_to_id: company.id, visibility: 'public' });
  t.is(comment.mitoyen.audience, 'company');
  t.is(await statusOf(guest, `/api/v1/statuses/${comment.id}`), 404);
  const open = await say(ann, 'for all');
  const narrow = await say(cal, 'just to you', { in_reply_to_id: open.id, visibility: 'direct' });
  t.is(narrow.visibility, 'direct');
  t.is(await statusOf(guest, `/api/v1/statuses/${narrow.id}`), 404);
  t.is(
    (await get(ann, `/api/v1/statuses/${open.id}`)).replies_count,
    0,
    'the number tells nothing',
  );
  const closed = await group(ann, 'inner', 'closed');
  const inside = await say(ann, 'inside', { visibility: 'group', group_id: closed });
  const whisper = await say(ann, '@cal look', { in_reply_to_id: inside.id, visibility: 'direct' });
  t.is(whisper.visibility, 'direct');
  t.is(await statusOf(cal, `/api/v1/statuses/${whisper.id}`), 200);
  t.is(await statusOf(cal, `/api/v1/statuses/${inside.id}`), 404);
});

test.serial('comments are counted to any depth, and no longer when they are deleted', async (t) => {
  const root = await say(ann, 'root');
  let last = root;
  const made = [];
  for (let depth = 0; depth < 6; depth += 1) {
    last = await say(depth % 2 ? ann : cal, `depth ${depth}`, { in_reply_to_id: last.id });
    made.push(last);
  }
  const counts = async (id: string) => (await get(ann, `/api/v1/statuses/${id}`)).replies_count;
  t.is(await counts(root.id), 6);
  t.is(await counts(made[2].id), 1);
  const context = await get(ann, `/api/v1/statuses/${made[3].id}/context`);
  t.deepEqual(
    context.ancestors.map((one: AnyJson) => one.id),
    [root.id, ...made.slice(0, 3).map((one) => one.id)],
  );
  t.deepEqual(
    context.descendants.map((one: AnyJson) => one.id),
    made.slice(4).map((one) => one.id),
  );
  await call(ann, 'DELETE', `/api/v1/statuses/${made[5].id}`);
  t.is(await counts(root.id), 5);
  t.is(await counts(made[4].id), 0);
});

test.serial(
  'only public posts are shared by others; a share is there once and can be undone',
  async (t) => {
    const company = await say(ann, 'house only', { visibility: 'company' });
    t.is((await call(cal, 'POST', `/api/v1/statuses/${company.id}/reblog`)).status, 403);
    const own = await say(ann, 'my followers', { visibility: 'private' });
    t.is((await call(cal, 'POST', `/api/v1/statuses/${own.id}/reblog`)).status, 404);
    t.is((await call(ann, 'POST', `/api/v1/statuses/${own.id}/reblog`)).status, 200);
    const open = await say(ann, 'spread this');
    const first = await call(cal, 'POST', `/api/v1/statuses/${open.id}/reblog`);
    const again = await call(cal, 'POST', `/api/v1/statuses/${open.id}/reblog`);
    t.is(first.json.id, again.json.id);
    t.true(first.json.reblog.reblogged);
    const wrapped = await call(cal, 'POST', `/api/v1/statuses/${first.json.id}/favourite`);
    t.is(wrapped.json.id, open.id, 'what is done to a share is done to the post');
    t.is((await call(cal, 'DELETE', `/api/v1/statuses/${first.json.id}`)).status, 200);
    t.is((await get(ann, `/api/v1/statuses/${open.id}`)).reblogs_count, 0);
    t.is((await get(ann, `/api/v1/statuses/${open.id}`)).favourites_count, 1);
    await call(cal, 'POST', `/api/v1/statuses/${open.id}/reblog`);
    t.is((await get(ann, `/api/v1/statuses/${open.id}/reblogged_by`)).length, 1);
    const body = { visibility: 'private' };
    const quiet = await call(ann, 'POST', `/api/v1/statuses/${open.id}/reblog`, body);
    t.is(quiet.json.visibility, 'private');
    t.is(await statusOf(cal, `/api/v1/statuses/${quiet.json.id}`), 404, 'cal does not follow');
    const bad = { visibility: 'direct' };
    t.is((await call(ann, 'POST', `/api/v1/statuses/${open.id}/reblog`, bad)).status, 422);
  },
);

test.serial('what is kept or pinned is let go again', async (t) => {
  const { id } = await say(ann, 'for a while');
  const act = async (verb: string) =>
    (await call(ann, 'POST', `/api/v1/statuses/${id}/${verb}`)).json;
  const kept = async () =>
    (await get(ann, '/api/v1/bookmarks')).some((one: AnyJson) => one.id === id);
  const pinned = async () =>
    (await get(ann, `/api/v1/accounts/${ann.account._id}/statuses?pinned=true`)).some(
      (one: AnyJson) => one.id === id,
    );
  t.true((await act('bookmark')).bookmarked);
  t.true(await kept());
  t.false((await act('unbookmark')).bookmarked);
  t.false((await act('unbookmark')).bookmarked, 'twice is once');
  t.false(await kept());
  t.true((await act('pin')).pinned);
  t.true(await pinned());
  t.false((await act('unpin')).pinned);
  t.false((await act('unpin')).pinned);
  t.false(await pinned());
});

test.serial(
  'a reaction is one emoji, counted once for each person, and leaves no trace',
  async (t) => {
    const { id } = await say(ann, 'react');
    const path = (emoji: string) =>
      `/api/v1/pleroma/statuses/${id}/reactions/${encodeURIComponent(emoji)}`;
    for (const bad of ['ab', '🎉🎉', '$x', 'a.b', '.'])
      t.true((await call(cal, 'PUT', path(bad))).status >= 400, bad);
    for (let times = 0; times < 2; times += 1) await call(cal, 'PUT', path('🎉'));
    const shown = await get(cal, `/api/v1/statuses/${id}`);
    t.deepEqual(shown.emoji_reactions, [{ name: '🎉', count: 1, me: true }]);
    for (let times = 0; times < 2; times += 1) await call(cal, 'DELETE', path('🎉'));
    await call(cal, 'PUT', path('🎉'));
    await call(cal, 'DELETE', path('🎉'));
    const row = await booted.apis.posts.get(id);
    t.deepEqual(row?.reactions, {});
    t.is(row?.counts.reactions, 0);
    const many = ['😀', '😁', '😂', '🤣', '😃', '😄', '😅', '😆', '😉', '😊'];
    for (const emoji of many) await call(cal, 'PUT', path(emoji));
    t.is((await call(cal, 'PUT', path('😋'))).status, 403);
  },
);

test.serial(
  'editing keeps every version, follows its hashtags, and is the author’s alone',
  async (t) => {
    const { id } = await say(ann, 'one #before');
    t.is((await call(cal, 'PUT', `/api/v1/statuses/${id}`, { status: 'stolen' })).status, 403);
    await Promise.all(
      ['two', 'three', 'four'].map((status) =>
        call(ann, 'PUT', `/api/v1/statuses/${id}`, { status: `${status} #after` }),
      ),
    );
    const history = await get(ann, `/api/v1/statuses/${id}/history`);
    t.is(new Set(history.map((one: AnyJson) => one.content)).size, 4);
    t.is((await get(ann, '/api/v1/timelines/tag/before')).length, 0);
    t.is((await get(ann, '/api/v1/timelines/tag/after')).length, 1);
    const empty = await call(ann, 'PUT', `/api/v1/statuses/${id}`, { status: '  ' });
    t.is(empty.status, 422);
  },
);

test.serial('an account’s posts can be narrowed, and every page has its next', async (t) => {
  const may = await booted.person('may');
  const first = await say(may, 'top 0');
  for (let index = 1; index < 12; index += 1)
    await say(
      may,
      index % 2 ? `answer ${index}` : `top ${index}`,
      index % 2 ? { in_reply_to_id: first.id } : {},
    );
  const path = `/api/v1/accounts/${may.account._id}/statuses`;
  const found: string[] = [];
  let next: string | undefined = `${path}?exclude_replies=true&limit=2`;
  for (let pages = 0; next && pages < 9; pages += 1) {
    const page: Awaited<ReturnType<typeof call>> = await call(ann, 'GET', next);
    found.push(...page.json.map((one: AnyJson) => one.content));
    next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
  }
  t.deepEqual(
    found,
    [10, 8, 6, 4, 2, 0].map((index) => `<p>top ${index}</p>`),
  );
  await call(may, 'POST', `/api/v1/statuses/${first.id}/pin`);
  t.is((await get(ann, `${path}?pinned=true`)).length, 1);
  t.is((await call(ann, 'POST', `/api/v1/statuses/${first.id}/pin`)).status, 403);
  const newer = await call(ann, 'GET', `${path}?min_id=${first.id}&limit=3`);
  t.deepEqual(
    newer.json.map((one: AnyJson) => one.content),
    ['<p>answer 3</p>', '<p>top 2</p>', '<p>answer 1</p>'],
  );
});

test.serial(
  'muted and blocked people are not in the feed; a post shared twice is there once',
  async (t) => {
    const [ned, oda] = [await booted.person('ned'), await booted.person('oda')];
    for (const other of [ann, cal, oda])
      await call(ned, 'POST', `/api/v1/accounts/${other.account._id}/follow`);
    const post = await say(ann, 'shared by two');
    for (const other of [cal, oda]) await call(other, 'POST', `/api/v1/statuses/${post.id}/reblog`);
    const home = async () => (await get(ned, '/api/v1/timelines/home?limit=40')) as AnyJson[];
    const shown = (await home()).filter((one) => [one.id, one.reblog?.id].includes(post.id));
    t.is(shown.length, 1);
    await call(ned, 'POST', `/api/v1/accounts/${ann.account._id}/mute`);
    t.false((await home()).some((one) => [one.id, one.reblog?.id].includes(post.id)));
    await call(ann, 'POST', `/api/v1/accounts/${oda.account._id}/block`);
    t.is(await statusOf(oda, `/api/v1/statuses/${post.id}`), 404);
  },
);

test.serial('what is not here is refused rather than left out', async (t) => {
  for (const more of [{ poll: { options: ['a', 'b'] } }, { scheduled_at: '2030-01-01' }])
    t.is((await call(ann, 'POST', '/api/v1/statuses', { status: 'x', ...more })).status, 422);
  t.is(
    (await call(ann, 'POST', '/api/v1/statuses', { status: 'x', in_reply_to_id: 'nothing' }))
      .status,
    404,
  );
  t.is(
    (await call(ann, 'POST', '/api/v1/statuses', { status: 'x', visibility: 'group' })).status,
    422,
  );
  t.is(
    (await call(ann, 'POST', '/api/v1/statuses', { status: 'x', quoted_status_id: 'x' })).status,
    404,
  );
  t.is((await call(guest, 'POST', '/api/v1/statuses', { status: 'x' })).status, 403);
  const crowd = Array.from({ length: 51 }, (_, index) => `@nobody${index}`).join(' ');
  t.is((await call(ann, 'POST', '/api/v1/statuses', { status: crowd })).status, 422);
});

test.serial('the same key with a picture makes one post', async (t) => {
  const media = await picture(ann);
  const post = () =>
    booted.request('POST', '/api/v1/statuses', {
      token: ann.token,
      body: { status: 'once', media_ids: [media] },
      headers: { 'Idempotency-Key': 'with-picture' },
    });
  const made = await Promise.all([post(), post(), post()]);
  t.is(new Set(made.map((one) => one.json.id)).size, 1);
});

test.serial('staff and moderators remove; the content is gone at once', async (t) => {
  const boss = await booted.person('boss', { role: 'moderator' });
  const media = await picture(cal);
  const { id } = await say(cal, 'rude', { media_ids: [media] });
  await call(ann, 'POST', `/api/v1/statuses/${id}/bookmark`);
  t.is((await call(ann, 'DELETE', `/api/v1/statuses/${id}`)).status, 403);
  t.is((await call(boss, 'DELETE', `/api/v1/statuses/${id}`)).status, 200);
  t.is(await statusOf(cal, `/api/v1/statuses/${id}`), 404);
  await booted.settled();
  const row = await booted.apis.posts.get(id);
  t.deepEqual([row?.html, row?.source, row?.media], ['', '', []]);
  t.deepEqual(await booted.apis.media.getMany([media]), []);
  t.deepEqual(await get(ann, '/api/v1/bookmarks'), []);
});

test.serial('what suspended people wrote is shown to nobody but staff', async (t) => {
  const pat = await booted.person('pat');
  const { id, uri } = await say(pat, 'before');
  await booted.apis.accounts.setState(pat.account._id, 'suspended');
  t.is(await statusOf(ann, `/api/v1/statuses/${id}`), 404);
  t.is((await peer.get(uri, bob)).status, 404);
});

test.serial(
  'each server sees at its id what somebody there may read, and a tombstone no more',
  async (t) => {
    const here = await booted.apis.accounts.resolveIri(bob.iri);
    const open = await say(ann, 'open to all');
    const company = await say(ann, 'for us', { visibility: 'company' });
    const followers = await say(ann, 'followers', { visibility: 'private' });
    const direct = await say(ann, `@bob@${peer.host} hello`, { visibility: 'direct' });
    const other = await say(ann, '@cal psst', { visibility: 'direct' });
    const closed = await group(ann, 'walled', 'closed');
    const inside = await say(ann, 'inside', { visibility: 'group', group_id: closed });
    const seen = async (uri: string) => (await peer.get(uri, bob)).status;
    t.truthy(here);
    t.deepEqual(
      await Promise.all(
        [open, company, followers, direct, other, inside].map((one) => seen(one.uri)),
      ),
      [200, 404, 404, 200, 404, 404],
    );
    const { json } = await peer.get(open.uri, bob);
    t.like(json, { id: open.uri, type: 'Note', attributedTo: ann.account.iri });
    t.deepEqual(json.source, { content: 'open to all', mediaType: 'text/markdown' });
    const activity = await peer.get(`${open.uri}/activity`, bob);
    t.like(activity.json, { type: 'Create', id: `${open.uri}/activity` });
    await say(cal, 'answer', { in_reply_to_id: open.id });
    await say(cal, 'private answer', { in_reply_to_id: open.id, visibility: 'direct' });
    const replies = (await peer.get(`${open.uri}/replies`, bob)).json as AnyJson;
    t.is(replies.totalItems, 1);
    for (const one of [open, company, direct])
      await call(ann, 'DELETE', `/api/v1/statuses/${one.id}`);
    t.is(await seen(open.uri), 410);
    t.is((await peer.get(open.uri, bob)).json.type, 'Tombstone');
    t.is(await seen(direct.uri), 410);
    t.is(await seen(company.uri), 404);
  },
);

test.serial('the featured collection has the pinned posts that the asker may see', async (t) => {
  const quin = await booted.person('quin');
  const [open, company] = [
    await say(quin, 'pin me'),
    await say(quin, 'not out', { visibility: 'company' }),
  ];
  for (const one of [open, company]) await call(quin, 'POST', `/api/v1/statuses/${one.id}/pin`);
  const { json } = await peer.get(`${quin.account.iri}/featured`, bob);
  t.deepEqual(json.orderedItems, [open.uri]);
});

test.serial('whoever got a post hears that it changed or is gone', async (t) => {
  await booted.apis.accounts.resolveIri(bob.iri);
  const made = await say(ann, `hello @bob@${peer.host}`);
  await booted.settled();
  await call(ann, 'PUT', `/api/v1/statuses/${made.id}`, { status: 'hello' });
  // An edit of what is gone meanwhile is told to nobody.
  await booted.settled();
  await call(ann, 'DELETE', `/api/v1/statuses/${made.id}`);
  await booted.settled();
  const about = once(peer.received).filter((one) => {
    const object = one.object as AnyJson;
    return (object?.id ?? object) === made.uri;
  });
  t.deepEqual(
    about.map((one) => one.type),
    ['Create', 'Update', 'Delete'],
  );
  t.true(about.every((one) => one.proof !== undefined));
});

test.serial('a like that was taken back and given again is told so, in that order', async (t) => {
  const account = await booted.apis.accounts.resolveIri(bob.iri);
  await call(cal, 'POST', `/api/v1/accounts/${account?._id}/follow`);
  await booted.settled();
  const note = peer.note(bob);
  const found = await get(cal, `/api/v2/search?resolve=true&q=${encodeURIComponent(note.id)}`);
  const path = `/api/v1/statuses/${found.statuses[0].id}`;
  for (const verb of ['favourite', 'unfavourite', 'favourite'])
    await call(cal, 'POST', `${path}/${verb}`);
  await booted.settled();
  const told = once(peer.received).filter((one) => {
    const inner = (one.type === 'Undo' ? (one.object as AnyJson).object : one.object) as AnyJson;
    return inner === note.id;
  });
  const first = told.filter((one) => one.type === 'Like');
  const undo = told.find((one) => one.type === 'Undo') as AnyJson;
  t.is(first.length, 2);
  t.not(first[0]?.id, first[1]?.id);
  t.true(first.some((one) => one.id === undo.object.id));
});
