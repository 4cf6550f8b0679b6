/** Quotes: at one server, between two companies, and by servers that lie. */
import type { JsonObject } from '@mitoyen/federation';
import test from 'ava';
import type { PostQuote } from '../src/features/posts/quote.ts';
import type { AnyJson, Booted } from './support/boot.ts';
import { answerProblems } from './support/mastodon-schema.ts';
import { createPeer, type Note, type Peer, type PeerPerson, PUBLIC } from './support/peer.ts';
import { withTwoApps } from './support/two-apps.ts';

const apps = withTwoApps(test);
type Person = Awaited<ReturnType<Booted['person']>> & { at: Booted };
let peer: Peer;
let counter = 0;

test.before(async () => {
  peer = await createPeer();
});
test.after.always(() => peer?.stop());

async function person(at: Booted, name: string): Promise<Person> {
  counter += 1;
  return { ...(await at.person(`${name}${counter}`)), at };
}

async function call(by: Person, method: string, path: string, body?: unknown) {
  const answer = await by.at.request(method, path, { token: by.token, body });
  const problems = answerProblems(method, path, answer);
  if (problems.length > 0) throw new Error(problems.slice(0, 5).join('\n'));
  return answer;
}

async function ok(by: Person, method: string, path: string, body?: unknown): Promise<AnyJson> {
  const answer = await call(by, method, path, body);
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.text}`);
  await apps().settled();
  return answer.json;
}
const say = (by: Person, status: string, more: object = {}) =>
  ok(by, 'POST', '/api/v1/statuses', { status, ...more });
const seen = (by: Person, id: string): Promise<AnyJson> => ok(by, 'GET', `/api/v1/statuses/${id}`);
const statusOf = async (by: Person, method: string, path: string, body?: unknown) =>
  (await call(by, method, path, body)).status;

/** The copy of a post at somebody's server, as they see it. */
async function copy(by: Person, uri: string): Promise<AnyJson> {
  const post = await by.at.apis.posts.byIri(uri);
  return post && seen(by, post._id);
}

async function follow(by: Person, iri: string): Promise<void> {
  const found = await by.at.apis.accounts.resolveIri(iri);
  await ok(by, 'POST', `/api/v1/accounts/${found?._id}/follow`);
}

async function told(by: Person, type: string): Promise<AnyJson[]> {
  return (await ok(by, 'GET', '/api/v1/notifications')).filter((one: AnyJson) => one.type === type);
}

test.serial('a post quotes another, as its author wishes, and as long as they wish', async (t) => {
  const { acme } = apps();
  const [ann, bob, cal] = [
    await person(acme, 'ann'),
    await person(acme, 'bob'),
    await person(acme, 'cal'),
  ];
  const quoted = await say(ann, 'the original');
  t.deepEqual(quoted.quote_approval, {
    automatic: ['public'],
    manual: [],
    current_user: 'automatic',
  });
  const quoting = await say(bob, '', { quoted_status_id: quoted.id });
  t.is(quoting.quote.state, 'accepted');
  t.is(quoting.quote.quoted_status.id, quoted.id);
  t.is((await seen(cal, quoted.id)).quotes_count, 1);
  const [news] = await told(ann, 'quote');
  t.is(news?.status.id, quoting.id);
  const second = await say(cal, 'a quote of a quote', { quoted_status_id: quoting.id });
  const inner = second.quote.quoted_status;
  t.deepEqual(inner.quote, { state: 'accepted', quoted_status_id: quoted.id });
  const list = await ok(cal, 'GET', `/api/v1/statuses/${quoted.id}/quotes`);
  t.deepEqual(
    list.map((one: AnyJson) => one.id),
    [quoting.id],
  );

  await ok(ann, 'PUT', `/api/v1/statuses/${quoted.id}`, { status: 'said in other words' });
  t.regex((await seen(cal, quoting.id)).quote.quoted_status.content, /other words/);
  t.is((await told(bob, 'quoted_update'))[0]?.status.id, quoting.id);
  const [version] = await ok(cal, 'GET', `/api/v1/statuses/${quoting.id}/history`);
  t.deepEqual(version.quote, { state: 'accepted', quoted_status_id: quoted.id });

  const revoke = `/api/v1/statuses/${quoted.id}/quotes/${quoting.id}/revoke`;
  t.is(await statusOf(cal, 'POST', revoke), 403);
  t.deepEqual((await ok(ann, 'POST', revoke)).quote, { state: 'revoked', quoted_status: null });
  t.deepEqual((await ok(ann, 'POST', revoke)).quote, { state: 'revoked', quoted_status: null });
  t.is((await seen(cal, quoted.id)).quotes_count, 0);
  t.deepEqual(await ok(cal, 'GET', `/api/v1/statuses/${quoted.id}/quotes`), []);

  const again = await say(bob, 'once more', { quoted_status_id: quoted.id });
  await ok(ann, 'DELETE', `/api/v1/statuses/${quoted.id}`);
  t.deepEqual((await seen(cal, again.id)).quote, { state: 'deleted', quoted_status: null });
});

test.serial('who may quote is the author’s choice, for one post or for all', async (t) => {
  const { acme } = apps();
  const [ann, bob] = [await person(acme, 'ann'), await person(acme, 'bob')];
  const quote = (id: string) =>
    statusOf(bob, 'POST', '/api/v1/statuses', { status: 'x', quoted_status_id: id });
  const quoted = await say(ann, 'for followers to quote', { quote_approval_policy: 'followers' });
  t.is((await seen(bob, quoted.id)).quote_approval.current_user, 'denied');
  t.is(await quote(quoted.id), 403);
  await follow(bob, ann.account.iri);
  t.is((await seen(bob, quoted.id)).quote_approval.current_user, 'automatic');
  t.is(await quote(quoted.id), 200);
  const policy = `/api/v1/statuses/${quoted.id}/interaction_policy`;
  t.is(await statusOf(bob, 'PUT', policy, { quote_approval_policy: 'public' }), 403);
  t.is(await statusOf(ann, 'PUT', policy, { quote_approval_policy: 'everybody' }), 422);
  const changed = await ok(ann, 'PUT', policy, { quote_approval_policy: 'nobody' });
  t.deepEqual(changed.quote_approval.automatic, []);
  t.is(await quote(quoted.id), 403);
  t.is((await seen(ann, quoted.id)).quotes_count, 1, 'what was agreed to stays');
  const edit = (more: object) =>
    call(ann, 'PUT', `/api/v1/statuses/${quoted.id}`, { status: 'in other words', ...more });
  t.is((await edit({ quote_approval_policy: 'everybody' })).status, 422);
  const opened = (await edit({ quote_approval_policy: 'public' })).json;
  t.deepEqual(opened.quote_approval.automatic, ['public'], 'by an edit');
  t.deepEqual((await edit({})).json.quote_approval.automatic, ['public'], 'not said: as it was');
  const chosen = { 'posting:default:quote_policy': 'followers' };
  await ok(ann, 'PATCH', '/api/mitoyen/v1/preferences', chosen);
  t.deepEqual((await say(ann, 'as I like it')).quote_approval.automatic, ['followers']);
  await ok(ann, 'PATCH', '/api/v1/accounts/update_credentials', {
    source: { quote_policy: 'nobody' },
  });
  const preferences = await ok(ann, 'GET', '/api/v1/preferences');
  t.is(preferences['posting:default:quote_policy'], 'nobody');
  t.deepEqual((await say(ann, 'a later one')).quote_approval.automatic, []);
  await ok(ann, 'POST', `/api/v1/accounts/${bob.account._id}/block`);
  const open = await say(ann, 'for all but bob', { quote_approval_policy: 'public' });
  t.not(await quote(open.id), 200, 'nobody whom its author blocked');
});

test.serial('a quote widens nothing: not by its place, nor by who reads it', async (t) => {
  const { acme } = apps();
  const [ann, bob, cal] = [
    await person(acme, 'ann'),
    await person(acme, 'bob'),
    await person(acme, 'cal'),
  ];
  const inside = await say(ann, 'kept inside', { visibility: 'company' });
  const quote = (visibility: string, id = inside.id) =>
    call(bob, 'POST', '/api/v1/statuses', { status: 'look', visibility, quoted_status_id: id });
  t.is((await quote('public')).status, 422);
  t.is((await quote('direct')).status, 422);
  const among = await quote('company');
  t.is(among.json.quote.state, 'accepted');
  const secret = await say(ann, 'only for those who follow', { visibility: 'private' });
  t.is((await quote('public', secret.id)).status, 404, 'what one may not read is not there');

  // A server that lets its people quote their own posts for more than who could read them.
  const pat = peer.person(`pat${counter}`);
  await follow(ann, pat.iri);
  const asked = peer.received.findLast((one) => one.type === 'Follow');
  await send(pat, peer.activity('Accept', pat, asked));
  const narrow = peer.note(pat, { to: [pat.followers], cc: [], content: '<p>among friends</p>' });
  const wide = peer.note(pat, { quote: narrow.id });
  for (const note of [narrow, wide]) await send(pat, peer.activity('Create', pat, note));
  t.regex((await copy(ann, wide.id)).quote.quoted_status.content, /among friends/);
  t.deepEqual((await copy(cal, wide.id)).quote, { state: 'unauthorized', quoted_status: null });

  const shown = await say(bob, 'see', { quoted_status_id: (await say(ann, 'public words')).id });
  await ok(cal, 'POST', `/api/v1/accounts/${ann.account._id}/mute`);
  t.is((await seen(cal, shown.id)).quote.state, 'muted_account');
  await ok(ann, 'POST', `/api/v1/accounts/${cal.account._id}/block`);
  t.deepEqual((await seen(cal, shown.id)).quote, { state: 'unauthorized', quoted_status: null });
});

test.serial('companies quote each other: asked, agreed, seen, edited, taken back', async (t) => {
  const { acme, north } = apps();
  const [ann, al, bo] = [
    await person(acme, 'ann'),
    await person(acme, 'al'),
    await person(north, 'bo'),
  ];
  await follow(bo, ann.account.iri);
  await follow(al, bo.account.iri);
  const quoted = await say(ann, 'from acme');
  const there = await copy(bo, quoted.uri);
  t.is(there.quote_approval.current_user, 'automatic');
  const answer = await call(bo, 'POST', '/api/v1/statuses', {
    status: 'bo has read this',
    quoted_status_id: there.id,
  });
  t.deepEqual(answer.json.quote, { state: 'pending', quoted_status: null });
  await apps().settled();
  const quoting = answer.json;
  t.is((await seen(bo, quoting.id)).quote.quoted_status?.id, there.id);
  const here = await copy(al, quoting.uri);
  t.is(here.quote.quoted_status?.id, quoted.id);
  t.is((await seen(al, quoted.id)).quotes_count, 1);
  t.is((await told(ann, 'quote'))[0]?.status.id, here.id);
  const { quote } = (await north.apis.posts.get(quoting.id)) ?? {};
  t.true(quote?.stamp?.startsWith(`${acme.baseUrl}/quotes/`));

  await ok(ann, 'PUT', `/api/v1/statuses/${quoted.id}`, { status: 'from acme, again' });
  t.regex((await seen(bo, quoting.id)).quote.quoted_status.content, /again/);
  t.is((await told(bo, 'quoted_update')).length, 1);

  await ok(ann, 'POST', `/api/v1/statuses/${quoted.id}/quotes/${here.id}/revoke`);
  t.deepEqual((await seen(bo, quoting.id)).quote, { state: 'revoked', quoted_status: null });
  t.is((await copy(al, quoting.uri)).quote.state, 'revoked');
  const stamp = await fetch(quote?.stamp ?? '', {
    headers: { accept: 'application/activity+json' },
  });
  t.is(stamp.status, 404);

  await ok(ann, 'PUT', `/api/v1/statuses/${quoted.id}/interaction_policy`, {
    quote_approval_policy: 'nobody',
  });
  t.is((await seen(bo, there.id)).quote_approval.current_user, 'denied');
  const refused = { status: 'and again', quoted_status_id: there.id };
  t.is(await statusOf(bo, 'POST', '/api/v1/statuses', refused), 403);
});

test.serial('the end of a quoted post is felt by who quotes it elsewhere', async (t) => {
  const { acme, north } = apps();
  const [ann, ada, bo] = [
    await person(acme, 'ann'),
    await person(acme, 'ada'),
    await person(north, 'bo'),
  ];
  for (const one of [ann, ada]) await follow(bo, one.account.iri);
  const quoted = await say(ann, 'soon gone');
  // Bo’s server checks the stamp that Acme gave to one of its own.
  const quoting = await say(ada, 'look at this', { quoted_status_id: quoted.id });
  t.is((await copy(bo, quoting.uri)).quote.quoted_status?.uri, quoted.uri);
  await ok(ann, 'DELETE', `/api/v1/statuses/${quoted.id}`);
  t.is((await copy(bo, quoting.uri)).quote.state, 'deleted');
});

async function send(by: PeerPerson, ...activities: JsonObject[]): Promise<void> {
  for (const activity of activities) {
    const status = await peer.deliver(`${apps().acme.baseUrl}/inbox`, by, activity);
    if (status !== 202) throw new Error(`not accepted: ${status}`);
    await apps().settled();
  }
}

/** A quote by somebody of the peer, with a stamp as it is served there. */
async function stampedQuote(by: PeerPerson, quoted: string, stamp: JsonObject): Promise<Note> {
  const note = peer.note(by);
  const id = `${note.id}-stamp`;
  peer.serve({
    id,
    type: 'QuoteAuthorization',
    interactingObject: note.id,
    interactionTarget: quoted,
    ...stamp,
  } as Note);
  const whole = { ...note, quote: quoted, quoteAuthorization: stamp.id ?? id };
  peer.serve(whole);
  await send(by, peer.activity('Create', by, whole));
  return whole;
}
const quoteAt = async (iri: string): Promise<PostQuote | undefined> =>
  (await apps().acme.apis.posts.byIri(iri))?.quote;

async function peopleOfPeer(ann: Person): Promise<[PeerPerson, PeerPerson, PeerPerson]> {
  counter += 1;
  const [pat, eve, vic] = ['pat', 'eve', 'vic'].map((name) => peer.person(`${name}${counter}`));
  if (!pat || !eve || !vic) throw new Error('nobody');
  for (const one of [pat, eve, vic]) {
    await follow(ann, one.iri);
    const asked = peer.received.findLast((row) => row.type === 'Follow' && row.object === one.iri);
    await send(one, peer.activity('Accept', one, asked));
  }
  return [pat, eve, vic];
}

test.serial('only the quoted author’s own stamp counts, for this post and that one', async (t) => {
  const ann = await person(apps().acme, 'ann');
  const [pat, eve, vic] = await peopleOfPeer(ann);
  const victim = peer.note(vic);
  await send(vic, peer.activity('Create', vic, victim));
  const own = await say(ann, 'a post of ours');
  const state = async (quoted: string, stamp: JsonObject) =>
    (await quoteAt((await stampedQuote(pat, quoted, stamp)).id))?.state;
  t.is(await state(victim.id, { attributedTo: eve.iri }), 'rejected', 'by another of that host');
  t.is(await state(victim.id, { attributedTo: vic.iri, interactionTarget: own.uri }), 'rejected');
  t.is(await state(victim.id, { attributedTo: vic.iri, interactingObject: victim.id }), 'rejected');
  t.is(await state(victim.id, { attributedTo: vic.iri, type: 'Note' }), 'rejected');
  t.is(await state(own.uri, { attributedTo: ann.account.iri }), 'rejected', 'of another host');
  t.is(await state(own.uri, { id: `${apps().acme.baseUrl}/quotes/none` }), 'rejected');
  t.is((await seen(ann, own.id)).quotes_count, 0);

  const good = await stampedQuote(pat, victim.id, { attributedTo: vic.iri });
  t.is((await quoteAt(good.id))?.state, 'accepted');
  const stamp = String(good.quoteAuthorization);
  await send(eve, peer.activity('Delete', eve, stamp));
  t.is((await quoteAt(good.id))?.state, 'accepted', 'not hers to take back');
  const end = peer.activity('Delete', vic, stamp);
  await send(vic, end, end, peer.activity('Delete', vic, stamp));
  t.is((await quoteAt(good.id))?.state, 'revoked');
  t.deepEqual((await copy(ann, good.id)).quote, { state: 'revoked', quoted_status: null });
});

test.serial('naming a post as a stamp keeps nobody from deleting that post', async (t) => {
  const ann = await person(apps().acme, 'ann');
  const [pat, , vic] = await peopleOfPeer(ann);
  const [quoted, own, gone] = [peer.note(vic), peer.note(pat), peer.note(vic)];
  for (const note of [quoted, gone]) await send(vic, peer.activity('Create', vic, note));
  await send(pat, peer.activity('Create', pat, own));
  for (const quote of [quoted.id, own.id]) {
    const forged = peer.note(pat, { quote, quoteAuthorization: gone.id });
    await send(pat, peer.activity('Create', pat, forged));
    t.is((await quoteAt(forged.id))?.iri, quote);
  }
  await send(vic, peer.activity('Delete', vic, gone.id));
  t.not((await apps().acme.apis.posts.byIri(gone.id))?.deletedAt, undefined);
});

test.serial(
  'asking to quote is answered once, by the policy, and not about the unreadable',
  async (t) => {
    const ann = await person(apps().acme, 'ann');
    const [pat, eve] = await peopleOfPeer(ann);
    const own = await say(ann, 'may be quoted');
    const secret = await say(ann, 'may not be read', { visibility: 'private' });
    const ask = async (by: PeerPerson, object: string, instrument: string) => {
      const request = peer.activity('QuoteRequest', by, object, { instrument });
      await send(by, request);
      const answers = peer.received.filter((one) => (one.object as JsonObject)?.id === request.id);
      return { request, types: answers.map((one) => one.type), answer: answers[0] };
    };
    const note = peer.note(pat, { quote: own.uri });
    const { request, types, answer } = await ask(pat, own.uri, note.id);
    t.deepEqual(types, ['Accept']);
    t.regex(String(answer?.result), new RegExp(`^${apps().acme.baseUrl}/quotes/`));
    t.is((await quoteAt(note.id))?.state, 'accepted');
    await send(pat, request);
    t.is((await seen(ann, own.id)).quotes_count, 1, 'told again, counted once');
    t.is((await told(ann, 'quote')).length, 1);
    const stamp = await peer.get(String(answer?.result), pat);
    t.is(stamp.json.interactingObject, note.id);
    t.is(stamp.json.interactionTarget, own.uri);

    t.deepEqual((await ask(eve, own.uri, note.id)).types, ['Reject'], 'with somebody else’s post');
    t.deepEqual(
      (await ask(pat, own.uri, peer.note(pat).id)).types,
      ['Reject'],
      'it quotes nothing',
    );
    t.deepEqual((await ask(pat, own.uri, own.uri)).types, [], 'with a post of another host');
    const prying = peer.note(pat, { quote: secret.uri });
    t.deepEqual(
      (await ask(pat, secret.uri, prying.id)).types,
      [],
      'nothing tells that it is there',
    );
    const group = await ok(ann, 'POST', '/api/mitoyen/v1/groups', {
      ...{ name: `inner ${counter}`, access: 'open', partners: [new URL(pat.iri).host] },
    });
    await send(pat, peer.activity('Follow', pat, group.uri));
    const inside = await say(ann, 'among us', { group_id: group.id, visibility: 'group' });
    const widened = peer.note(pat, { quote: inside.uri });
    t.deepEqual((await ask(pat, inside.uri, widened.id)).types, ['Reject'], 'for more people');
    t.is((await quoteAt(widened.id))?.state, 'pending');

    await ok(ann, 'PUT', `/api/v1/statuses/${own.id}/interaction_policy`, {
      quote_approval_policy: 'nobody',
    });
    const late = peer.note(pat, { quote: own.uri });
    t.deepEqual((await ask(pat, own.uri, late.id)).types, ['Reject']);
    t.is((await quoteAt(late.id))?.state, 'pending');
  },
);

test.serial(
  'an answer to our question counts from whom we asked, with a stamp that holds',
  async (t) => {
    const ann = await person(apps().acme, 'ann');
    const [, eve, vic] = await peopleOfPeer(ann);
    const open = peer.note(vic, { interactionPolicy: { canQuote: { automaticApproval: PUBLIC } } });
    await send(vic, peer.activity('Create', vic, open));
    const quoted = await copy(ann, open.id);
    const quoting = await say(ann, 'we ask', { quoted_status_id: quoted.id });
    const asked = peer.received.find((one) => one.instrument === quoting.uri) as Note;
    t.is(asked.type, 'QuoteRequest');
    const stamp = (more: JsonObject) => {
      const note = { ...peer.note(vic), type: 'QuoteAuthorization', attributedTo: vic.iri };
      peer.serve({ ...note, interactingObject: quoting.uri, interactionTarget: open.id, ...more });
      return note.id;
    };
    const answer = (by: PeerPerson, result: string, type = 'Accept') =>
      send(by, peer.activity(type, by, asked, { result }));
    await answer(eve, stamp({}));
    await answer(vic, stamp({ attributedTo: eve.iri }));
    await answer(vic, stamp({ interactingObject: open.id }));
    await answer(vic, `${apps().north.baseUrl}/quotes/1`);
    t.is((await quoteAt(quoting.uri))?.state, 'pending');
    const good = stamp({});
    await answer(vic, good);
    await answer(vic, good, 'Reject');
    t.is((await quoteAt(quoting.uri))?.state, 'accepted');
    const told = peer.received.findLast((one) => one.type === 'Update')?.object as JsonObject;
    t.is(told?.quoteAuthorization, good, 'whoever got the post hears of the stamp');
    const other = await say(ann, 'once more', { quoted_status_id: quoted.id });
    const request = peer.received.find((one) => one.instrument === other.uri);
    await send(vic, peer.activity('Reject', vic, request));
    t.deepEqual((await seen(ann, other.id)).quote, { state: 'rejected', quoted_status: null });
  },
);

test.serial('servers that ask nobody quote what everybody may quote', async (t) => {
  const ann = await person(apps().acme, 'ann');
  const [pat] = await peopleOfPeer(ann);
  const [open, closed] = [
    await say(ann, 'open'),
    await say(ann, 'closed', { quote_approval_policy: 'nobody' }),
  ];
  const quote = async (quoteUrl: string) => {
    const note = peer.note(pat, { quoteUrl });
    await send(pat, peer.activity('Create', pat, note));
    return note;
  };
  const note = await quote(open.uri);
  t.is((await copy(ann, note.id)).quote.quoted_status?.id, open.id);
  t.is((await copy(ann, (await quote(closed.uri)).id)).quote.state, 'pending');
  const { id } = await copy(ann, note.id);
  await ok(ann, 'POST', `/api/v1/statuses/${open.id}/quotes/${id}/revoke`);
  await send(
    pat,
    peer.activity('Update', pat, {
      ...note,
      updated: new Date().toISOString(),
      content: '<p>again</p>',
    }),
  );
  t.is((await copy(ann, note.id)).quote.state, 'revoked');
});
