/** Inbound posts, reactions and shares: each verb as it should be, again, out of order, forged, and blocked. */

import type { JsonObject } from '@mitoyen/federation';
import test from 'ava';
import type { Post } from '../src/features/posts/post.ts';
import { type AnyJson, type Booted, bootApp } from './support/boot.ts';
import { createPeer, type Note, type Peer, type PeerPerson, PUBLIC } from './support/peer.ts';

type Person = Awaited<ReturnType<Booted['person']>>;

let booted: Booted;
const app = () => booted;
let peer: Peer;
let ann: Person;
let bob: PeerPerson;
let eve: PeerPerson;

test.before(async () => {
  [booted, peer] = await Promise.all([bootApp(), createPeer()]);
  ann = await app().person('ann');
  [bob, eve] = [peer.person('bob'), peer.person('eve')];
  await follow(ann, bob);
});
test.after.always(async () => {
  await booted?.stop();
  await peer?.stop();
});

/** One of ours follows one of theirs, who accepts. */
async function follow(follower: Person, target: PeerPerson): Promise<void> {
  const account = await app().apis.accounts.resolveIri(target.iri);
  await app().request('POST', `/api/v1/accounts/${account?._id}/follow`, { token: follower.token });
  await app().settled();
  const asked = peer.received.findLast((one) => one.type === 'Follow' && one.object === target.iri);
  await send(target, peer.activity('Accept', target, asked));
}

async function send(by: PeerPerson, ...activities: JsonObject[]): Promise<void> {
  for (const activity of activities) {
    const status = await peer.deliver(`${app().baseUrl}/inbox`, by, activity);
    if (status !== 202) throw new Error(`not accepted: ${status}`);
    await app().settled();
  }
}

const stored = (iri: string) => app().apis.posts.byIri(iri);
const storedAs = async (iri: string) => (await stored(iri)) as Post;
const outcomes = async (id: unknown) => {
  const row = await app()
    .kit.mongo.collection<{ _id: string; outcome: string }>('receipts')
    .findOne({ _id: `${peer.host} ${id}` });
  return row?.outcome ?? '';
};
const get = async (path: string, by = ann): Promise<AnyJson> =>
  (await app().request('GET', path, { token: by.token })).json;
const create = (by: PeerPerson, note: Note) =>
  peer.activity('Create', by, note, { to: note.to, cc: note.cc });

async function post(by: Person, body: object): Promise<AnyJson> {
  const made = await app().request('POST', '/api/v1/statuses', { token: by.token, body });
  if (made.status !== 200) throw new Error(made.text);
  return made.json;
}

test.serial('a Create comes once into the feed, however often and by whichever road', async (t) => {
  const note = peer.note(bob, { content: '<p>fresh <script>alert(1)</script>news</p>' });
  await send(bob, create(bob, note), create(bob, note));
  const home = await get('/api/v1/timelines/home');
  const shown = home.filter((one: AnyJson) => one.uri === note.id);
  t.is(shown.length, 1);
  t.is(shown[0].content, '<p>fresh news</p>');
  t.is(shown[0].account.acct, `bob@${peer.host}`);
});

test.serial(
  'a Create in somebody else’s name, or of somebody else’s note, is not believed',
  async (t) => {
    const forged = peer.note(bob);
    await send(eve, peer.activity('Create', eve, forged));
    t.is(await stored(forged.id), null);
    const claimed = peer.note(eve, { attributedTo: [bob.iri, eve.iri] });
    await send(eve, peer.activity('Create', eve, claimed));
    t.not((await stored(claimed.id))?.author, (await app().apis.accounts.byIri(bob.iri))?._id);
  },
);

test.serial('a post that nobody here asked for is not kept', async (t) => {
  const note = peer.note(eve);
  const activity = create(eve, note);
  await send(eve, activity);
  t.is(await stored(note.id), null);
  t.regex(await outcomes(activity.id), /nobody here asked/);
});

test.serial('nobody reads more than the addresses say', async (t) => {
  const cal = await app().person('cal');
  const forFollowers = peer.note(bob, { to: [bob.followers], cc: [] });
  const forAnn = peer.note(bob, { to: [ann.account.iri], cc: [] });
  const forNobody = peer.note(bob, { to: ['https://elsewhere.example/users/x'], cc: [] });
  const unlisted = peer.note(bob, { to: [bob.followers], cc: [PUBLIC] });
  for (const note of [forFollowers, forAnn, forNobody, unlisted])
    await send(bob, create(bob, note));
  t.deepEqual((await storedAs(forAnn.id)).audience, 'direct');
  t.deepEqual((await storedAs(unlisted.id)).audience, 'unlisted');
  t.is(await stored(forNobody.id), null);
  for (const note of [forFollowers, forAnn]) {
    const { _id } = await storedAs(note.id);
    t.is((await app().request('GET', `/api/v1/statuses/${_id}`, { token: ann.token })).status, 200);
    t.is((await app().request('GET', `/api/v1/statuses/${_id}`, { token: cal.token })).status, 404);
  }
  const publicly = await get('/api/v1/timelines/public?limit=80', cal);
  const uris = publicly.map((one: AnyJson) => one.uri);
  for (const note of [forFollowers, forAnn, unlisted]) t.false(uris.includes(note.id));
});

test.serial('a type that we have no feature for is a card with its link', async (t) => {
  const video = peer.note(bob, {
    type: 'Video',
    name: 'A tour',
    url: `${peer.base}/watch/1`,
    content: '',
  });
  const odd = peer.note(bob, { type: 'Hovercraft', name: 'Eels', content: undefined });
  for (const note of [video, odd]) await send(bob, create(bob, note));
  t.regex((await storedAs(video.id)).html, /A tour.*watch\/1/s);
  t.is((await storedAs(odd.id)).card?.type, 'Hovercraft');
});

test.serial('of an encrypted message (MLS) its summary is shown, never its bytes', async (t) => {
  const bytes = 'AAEAAhDIkTdahK5U3s1SQBbA2fIv';
  const sealed = {
    type: ['Object', 'PrivateMessage'],
    to: [ann.account.iri],
    cc: [],
    mediaType: 'message/mls',
    encoding: 'base64',
    content: bytes,
    summary: 'Bob sent you an <b>encrypted</b> message<script>alert(1)</script>',
  };
  const [message, changed] = [peer.note(bob, sealed), peer.note(bob, sealed)];
  await send(bob, create(bob, message), create(bob, changed));
  await send(bob, peer.activity('Update', bob, { ...changed, updated: new Date().toISOString() }));
  const talks = JSON.stringify(await get('/api/v1/conversations'));
  t.regex(talks, /Bob sent you an .*encrypted/);
  for (const { id } of [message, changed]) {
    const { _id } = await storedAs(id);
    const seen = await get(`/api/v1/statuses/${_id}`);
    t.regex(seen.content, /Bob sent you an <b>encrypted<\/b> message.*<a /);
    t.false(seen.content.includes('script'));
    t.is(seen.mitoyen.original_type, 'PrivateMessage');
    t.false(JSON.stringify([seen, await storedAs(id)]).includes(bytes));
  }
});

test.serial('old posts take their place in time, and nobody posts from the future', async (t) => {
  const old = peer.note(bob, { published: '2020-01-01T00:00:00Z' });
  const future = peer.note(bob, { published: '2999-01-01T00:00:00Z' });
  await send(bob, create(bob, old), create(bob, future));
  const [first, second] = [await storedAs(old.id), await storedAs(future.id)];
  t.true(first._id < second._id);
  t.is(first.publishedAt, Date.parse('2020-01-01T00:00:00Z'));
  t.true(second.publishedAt <= Date.now());
});

test.serial('an Update keeps history, takes new pictures and tags, and is done once', async (t) => {
  const note = peer.note(bob, { content: '<p>first</p>' });
  const later = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  await send(bob, create(bob, note));
  const second = {
    ...note,
    content: '<p>second</p>',
    updated: later(1),
    tag: [{ type: 'Hashtag', name: '#Edited' }],
    attachment: [
      { type: 'Document', mediaType: 'image/png', url: `${peer.base}/a.png`, name: 'alt' },
    ],
  };
  const update = peer.activity('Update', bob, second, { to: note.to, cc: note.cc });
  await send(bob, update, { ...update, id: `${String(update.id)}b` });
  const { _id } = await storedAs(note.id);
  const shown = await get(`/api/v1/statuses/${_id}`);
  t.is(shown.content, '<p>second</p>');
  t.is(shown.media_attachments[0].description, 'alt');
  t.truthy(shown.edited_at);
  const history = await get(`/api/v1/statuses/${_id}/history`);
  t.deepEqual(
    history.map((one: AnyJson) => one.content),
    ['<p>first</p>', '<p>second</p>'],
  );
  const tagged = await get('/api/v1/timelines/tag/edited');
  t.is(tagged.length, 1);
});

test.serial('a hashtag timeline is widened and narrowed as asked', async (t) => {
  const form = new FormData();
  form.set('file', new Blob(['%PDF-1.4\n']), 'plan.pdf');
  const media = await app().request('POST', '/api/v1/media', { token: ann.token, body: form });
  const say = async (status: string, more: object = {}) =>
    (await post(ann, { status, ...more })).id as string;
  const [quay, lock] = [await say('#quay'), await say('#lock')];
  const both = await say('#Quay #lock', { media_ids: [media.json.id] });
  const note = peer.note(bob, {
    tag: ['#quay', '#weir'].map((name) => ({ type: 'Hashtag', name })),
  });
  await send(bob, create(bob, note));
  const theirs = (await storedAs(note.id))._id;
  for (const [asked, expected] of [
    ['', [theirs, both, quay]],
    ['any[]=lock', [theirs, both, lock, quay]],
    ['any[]=lock&any[]=%23weir', [theirs, both, lock, quay]],
    ['all[]=Lock', [both]],
    ['all[]=lock&all[]=weir', []],
    ['none[]=lock', [theirs, quay]],
    ['any[]=lock&none[]=weir', [both, lock, quay]],
    ['local=true', [both, quay]],
    ['remote=true', [theirs]],
    ['only_media=true', [both]],
    ['only_media=true&remote=true', []],
    [`any[]=lock&limit=2&max_id=${theirs}`, [both, lock]],
  ] as const) {
    const shown = await get(`/api/v1/timelines/tag/quay?${asked}`);
    t.deepEqual(
      shown.map((one: AnyJson) => one.id),
      expected.toSorted().toReversed(),
      asked,
    );
  }
  const open = await get('/api/v1/timelines/public?only_media=true&local=true');
  t.deepEqual(
    open.map((one: AnyJson) => one.id),
    [both],
  );
});

test.serial(
  'an Update that overtook its Create stands for it; an older one changes nothing',
  async (t) => {
    const published = new Date(Date.now() - 10_000).toISOString();
    const at = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
    const note = peer.note(bob, { content: '<p>v1</p>', published });
    const edited = { ...note, content: '<p>v3</p>', updated: at(2) };
    const between = { ...note, content: '<p>v2</p>', updated: at(6) };
    await send(
      bob,
      peer.activity('Update', bob, edited),
      create(bob, note),
      peer.activity('Update', bob, between),
    );
    t.is((await storedAs(note.id)).html, '<p>v3</p>');
  },
);

test.serial(
  'nobody edits or deletes what is not theirs, not even from the same server',
  async (t) => {
    const note = peer.note(bob);
    await send(bob, create(bob, note));
    const stolen = {
      ...note,
      attributedTo: eve.iri,
      content: '<p>mine</p>',
      updated: new Date().toISOString(),
    };
    await send(eve, peer.activity('Update', eve, stolen), peer.activity('Delete', eve, note.id));
    await send(eve, peer.activity('Delete', eve, { id: note.id, type: 'Tombstone' }));
    const kept = await storedAs(note.id);
    t.is(kept.html, '<p>hello</p>');
    t.is(kept.deletedAt, undefined);
    const own = await post(ann, { status: 'of ours' });
    await send(eve, peer.activity('Delete', eve, own.uri));
    t.is((await storedAs(own.uri)).deletedAt, undefined);
  },
);

test.serial('an Update that narrows a post narrows who may read it', async (t) => {
  const cal = await app().person('calla');
  const note = peer.note(bob);
  await send(bob, create(bob, note));
  const { _id } = await storedAs(note.id);
  const status = async (by: Person) =>
    (await app().request('GET', `/api/v1/statuses/${_id}`, { token: by.token })).status;
  t.is(await status(cal), 200);
  const narrowed = {
    ...note,
    to: [bob.followers],
    cc: [],
    content: '<p>oops</p>',
    updated: new Date(Date.now() + 1000).toISOString(),
  };
  await send(bob, peer.activity('Update', bob, narrowed));
  t.is(await status(cal), 404);
  t.is(await status(ann), 200);
});

test.serial('a Delete erases the content and keeps the post from coming back', async (t) => {
  const note = peer.note(bob, { content: '<p>regret</p>' });
  await send(bob, create(bob, note));
  const { _id } = await storedAs(note.id);
  await send(
    bob,
    peer.activity('Delete', bob, { id: note.id, type: 'Tombstone' }),
    create(bob, note),
  );
  const row = await storedAs(note.id);
  t.truthy(row.deletedAt);
  t.is(row.html, '');
  t.is((await app().request('GET', `/api/v1/statuses/${_id}`, { token: ann.token })).status, 404);
});

test.serial('a Delete that overtook its Create is remembered; only the author’s', async (t) => {
  const note = peer.note(bob);
  await send(bob, peer.activity('Delete', bob, note.id), create(bob, note));
  t.truthy((await storedAs(note.id)).deletedAt);
  const other = peer.note(bob);
  await send(eve, peer.activity('Delete', eve, other.id));
  await send(bob, create(bob, other));
  t.is((await storedAs(other.id)).deletedAt, undefined);
});

test.serial(
  'a comment that came before its post hangs under it, and is counted once',
  async (t) => {
    const first = peer.note(bob);
    const comment = peer.note(bob, { inReplyTo: first.id, content: '<p>one</p>' });
    const below = peer.note(bob, { inReplyTo: comment.id, content: '<p>two</p>' });
    await send(bob, create(bob, comment), create(bob, below), create(bob, first));
    const { _id } = await storedAs(first.id);
    const { descendants } = await get(`/api/v1/statuses/${_id}/context`);
    t.deepEqual(
      descendants.map((one: AnyJson) => one.content),
      ['<p>one</p>', '<p>two</p>'],
    );
    t.is((await get(`/api/v1/statuses/${_id}`)).replies_count, 2);
    const { ancestors } = await get(`/api/v1/statuses/${(await storedAs(below.id))._id}/context`);
    t.is(ancestors.length, 2);
  },
);

test.serial('a mention is told once, and not by those who are blocked', async (t) => {
  const dee = await app().person('dee');
  const mention = (by: PeerPerson) =>
    peer.note(by, {
      to: [PUBLIC],
      cc: [by.followers, dee.account.iri],
      tag: [{ type: 'Mention', href: dee.account.iri, name: '@dee' }],
    });
  const note = mention(eve);
  await send(eve, create(eve, note), create(eve, note));
  const told = await get('/api/v1/notifications', dee);
  t.deepEqual(
    told.map((one: AnyJson) => [one.type, one.status.uri]),
    [['mention', note.id]],
  );
  const evil = await app().apis.accounts.byIri(eve.iri);
  await app().request('POST', `/api/v1/accounts/${evil?._id}/block`, { token: dee.token });
  const second = mention(eve);
  await send(eve, create(eve, second));
  t.is(await stored(second.id), null);
  t.is((await get('/api/v1/notifications', dee)).length, 0, 'the first is hidden too');
});

test.serial(
  'Like, EmojiReact and Misskey’s reactions count once each and are undone',
  async (t) => {
    const { id, uri } = await post(ann, { status: 'react to me' });
    const like = peer.activity('Like', bob, uri);
    const again = peer.activity('Like', bob, uri);
    const emoji = peer.activity('EmojiReact', bob, uri, { content: '🎉' });
    const misskey = peer.activity('Like', eve, uri, { _misskey_reaction: '❤', content: '❤' });
    await send(bob, like, again, emoji);
    await send(eve, misskey);
    const reactions = async () =>
      Object.fromEntries(
        (await get(`/api/v1/statuses/${id}`)).mitoyen.reactions.map((one: AnyJson) => [
          one.name,
          one.count,
        ]),
      );
    t.deepEqual(await reactions(), { '★': 1, '🎉': 1, '❤️': 1 });
    await send(eve, peer.activity('Undo', eve, like), peer.activity('Undo', eve, String(like.id)));
    t.is((await reactions())['★'], 1, 'only by who gave it');
    await send(
      bob,
      peer.activity('Undo', bob, {
        id: `${String(like.id)}/new`,
        type: 'Like',
        actor: bob.iri,
        object: uri,
      }),
    );
    await send(bob, peer.activity('Undo', bob, emoji), peer.activity('Undo', bob, emoji));
    t.deepEqual(await reactions(), { '❤️': 1 });
  },
);

test.serial('an Undo that overtook its Like leaves none', async (t) => {
  const { id, uri } = await post(ann, { status: 'not really' });
  const like = peer.activity('Like', bob, uri);
  await send(bob, peer.activity('Undo', bob, like), like);
  t.is((await get(`/api/v1/statuses/${id}`)).favourites_count, 0);
});

test.serial('nobody reacts to what they may not read, or whom they are blocked by', async (t) => {
  const { id, uri } = await post(ann, { status: 'for us', visibility: 'company' });
  await send(bob, peer.activity('Like', bob, uri));
  t.is((await get(`/api/v1/statuses/${id}`)).favourites_count, 0);
  const fay = await app().person('fay');
  const evil = await app().apis.accounts.byIri(eve.iri);
  await app().request('POST', `/api/v1/accounts/${evil?._id}/block`, { token: fay.token });
  const open = await post(fay, { status: 'open' });
  await send(eve, peer.activity('Like', eve, open.uri), peer.activity('Announce', eve, open.uri));
  const shown = await get(`/api/v1/statuses/${open.id}`, fay);
  t.deepEqual([shown.favourites_count, shown.reblogs_count], [0, 0]);
});

test.serial('an Announce shows the post as its origin tells it, once, and is undone', async (t) => {
  const note = peer.note(eve, { content: '<p>worth reading</p>' });
  const announce = peer.activity('Announce', bob, note.id, { to: [PUBLIC] });
  const twice = peer.activity('Announce', bob, note.id, { to: [PUBLIC] });
  await send(bob, announce, twice);
  const home = await get('/api/v1/timelines/home');
  const shares = home.filter((one: AnyJson) => one.reblog?.uri === note.id);
  t.is(shares.length, 1);
  t.is(shares[0].reblog.content, '<p>worth reading</p>');
  t.is(shares[0].reblog.reblogs_count, 1);
  await send(eve, peer.activity('Undo', eve, announce));
  t.is(
    (await get(`/api/v1/statuses/${shares[0].reblog.id}`)).reblogs_count,
    1,
    'only by who shared',
  );
  await send(bob, peer.activity('Undo', bob, announce));
  t.is((await get(`/api/v1/statuses/${shares[0].reblog.id}`)).reblogs_count, 0);
  await send(bob, peer.activity('Announce', bob, note.id, { to: [PUBLIC] }));
  t.is((await get(`/api/v1/statuses/${shares[0].reblog.id}`)).reblogs_count, 1, 'and shared anew');
});

test.serial('an Undo that overtook its Announce leaves none', async (t) => {
  const { id, uri } = await post(ann, { status: 'share me not' });
  const announce = peer.activity('Announce', bob, uri, { to: [PUBLIC] });
  await send(bob, peer.activity('Undo', bob, announce), announce);
  t.is((await get(`/api/v1/statuses/${id}`)).reblogs_count, 0);
});

test.serial('private words are not shared on, and an embedded note is only a hint', async (t) => {
  const secret = await post(ann, { status: 'followers only', visibility: 'private' });
  await send(bob, peer.activity('Announce', bob, secret.uri, { to: [PUBLIC] }));
  t.is((await get(`/api/v1/statuses/${secret.id}`)).reblogs_count, 0);
  const real = peer.note(eve, { content: '<p>real</p>' });
  const fake = { ...real, content: '<p>fake</p>' };
  await send(bob, peer.activity('Announce', bob, fake, { to: [PUBLIC] }));
  t.is((await storedAs(real.id)).html, '<p>real</p>');
});

test.serial('pins are the author’s own, on the own collection', async (t) => {
  const note = peer.note(bob);
  await send(bob, create(bob, note));
  const { _id, author } = await storedAs(note.id);
  const pinned = async () =>
    (await get(`/api/v1/accounts/${author}/statuses?pinned=true`)).map((one: AnyJson) => one.id);
  await send(eve, peer.activity('Add', eve, note.id, { target: eve.featured }));
  await send(eve, peer.activity('Add', eve, note.id, { target: bob.featured }));
  t.deepEqual(await pinned(), []);
  const add = peer.activity('Add', bob, note.id, { target: bob.featured });
  await send(bob, add, { ...add, id: `${String(add.id)}b` });
  t.deepEqual(await pinned(), [_id]);
  await send(bob, peer.activity('Remove', bob, note.id, { target: bob.featured }));
  t.deepEqual(await pinned(), []);
});

test.serial(
  'a comment for the followers of one of ours is forwarded to them as it came',
  async (t) => {
    const { uri, id } = await post(ann, { status: 'for followers', visibility: 'private' });
    const annIri = ann.account.iri;
    const far = await createPeer();
    try {
      const zoe = far.person('zoe');
      await app().apis.accounts.resolveIri(zoe.iri);
      for (const [at, who] of [
        [peer, bob],
        [far, zoe],
      ] as const)
        await at.deliver(`${app().baseUrl}/inbox`, who, at.activity('Follow', who, annIri));
      await app().settled();
      const note = peer.note(bob, { inReplyTo: uri, to: [`${annIri}/followers`, annIri], cc: [] });
      const activity = peer.proved(create(bob, note) as JsonObject & { id: string });
      await send(bob, activity);
      const forwarded = far.received.filter(
        (one) => one.type === 'Create' && one.id === activity.id,
      );
      t.deepEqual(forwarded, [activity]);
      const { descendants } = await get(`/api/v1/statuses/${id}/context`);
      t.deepEqual(
        descendants.map((one: AnyJson) => one.uri),
        [note.id],
      );
      t.is((await storedAs(note.id)).audience, 'followers');
    } finally {
      await far.stop();
    }
  },
);

test.serial('a group that only shares plainly has its posts in the group, each once', async (t) => {
  const guild = peer.person('guild', 'Group');
  const account = await app().apis.accounts.resolveIri(guild.iri);
  await app().request('POST', `/api/v1/accounts/${account?._id}/follow`, { token: ann.token });
  await app().settled();
  const asked = peer.received.findLast((one) => one.type === 'Follow' && one.object === guild.iri);
  await send(guild, peer.activity('Accept', guild, asked));
  const note = peer.note(eve, { cc: [guild.iri], content: '<p>for the guild</p>' });
  const announce = () => peer.activity('Announce', guild, note.id, { to: [guild.followers] });
  await send(guild, announce(), announce());
  const row = await storedAs(note.id);
  t.deepEqual([row.group, row.feed], [account?._id, `group:${account?._id}`]);
  const home = await get('/api/v1/timelines/home');
  t.is(home.filter((one: AnyJson) => one.uri === note.id).length, 1);
});

test.serial('a private answer in a group is not for the group', async (t) => {
  const made = await app().request('POST', '/api/mitoyen/v1/groups', {
    token: ann.token,
    body: { name: 'inner', access: 'open' },
  });
  const { uri } = await post(ann, {
    status: 'in here',
    visibility: 'group',
    group_id: made.json.id,
  });
  const whisper = peer.note(bob, { inReplyTo: uri, to: [ann.account.iri], cc: [] });
  const stranger = peer.note(bob, { inReplyTo: uri });
  await send(bob, create(bob, whisper), create(bob, stranger));
  t.is((await storedAs(whisper.id)).audience, 'direct');
  t.is(await stored(stranger.id), null, 'who is no member comments on nothing in it');
});

test.serial('a job that runs again after a crash tells what it could not tell, once', async (t) => {
  const gus = await app().person('gus');
  const note = peer.note(bob, {
    cc: [bob.followers, gus.account.iri],
    tag: [{ type: 'Mention', href: gus.account.iri, name: '@gus' }],
  });
  const activity = create(bob, note);
  const { kit } = app();
  const emit = kit.events.emit;
  let failures = 1;
  kit.events.emit = async (event) => {
    if (event.name === 'post.published' && failures > 0) {
      failures -= 1;
      throw new Error('the process died here');
    }
    return emit(event);
  };
  try {
    await peer.deliver(`${app().baseUrl}/inbox`, bob, activity);
    const deadline = Date.now() + 10_000;
    while ((await outcomes(activity.id)) !== 'applied: stored' && Date.now() < deadline) {
      await app().settled();
      await app().app.sweep(0);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    kit.events.emit = emit;
  }
  t.is((await get('/api/v1/notifications', gus)).length, 1);
  t.is(await kit.mongo.collection('posts').countDocuments({ iri: note.id }), 1);
});
