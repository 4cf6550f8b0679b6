/** What nobody told us of: missing parts of threads, edits, deletions and profiles, bounded. */
import test, { type ExecutionContext } from 'ava';
import { FETCH_LIMITS } from '../src/inbox/fetch-limits.ts';
import { type AnyJson, withApp } from './support/boot.ts';
import { createPeer, type Note, type Peer, type PeerPerson } from './support/peer.ts';

const app = withApp(test);
let count = 0;

async function eventually<T>(what: string, check: () => Promise<T | null | false | undefined>) {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const found = await check();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it did not happen in time: ${what}`);
}

async function world(t: ExecutionContext) {
  const peer = await createPeer();
  t.teardown(() => peer.stop());
  const { token, account } = await app().person(`reader${++count}`);
  const ben = peer.person('ben');
  const me = { to: [account.iri], tag: [{ type: 'Mention', href: account.iri, name: '@me' }] };
  return {
    peer,
    ben,
    /** A note of ben's, to everybody and to the reader. */
    toMe: (more: AnyJson = {}) =>
      peer.note(ben, { cc: [ben.followers, account.iri], tag: me.tag, ...more }),
    send: async (note: Note) => {
      const status = await peer.deliver(
        `${app().baseUrl}/inbox`,
        ben,
        peer.activity('Create', ben, note),
      );
      t.is(status, 202);
      await app().settled();
    },
    get: async (path: string) => (await app().request('GET', path, { token })).json,
    find: async (iri: string) => {
      const query = `type=statuses&resolve=false&q=${encodeURIComponent(iri)}`;
      const { json } = await app().request('GET', `/api/v2/search?${query}`, { token });
      return json.statuses[0] as AnyJson | undefined;
    },
  };
}

function collection(peer: Peer, items: unknown[], next?: string): Note {
  const id = `${peer.base}/collections/${++count}`;
  const document = { id, type: 'CollectionPage', items, ...(next && { next }) };
  peer.serve(document);
  return document;
}

const contents = (posts: AnyJson[]) => posts.map((one) => one.content.replace(/<[^>]+>/g, ''));

test.serial('what a comment answers is fetched, up to the first post', async (t) => {
  const { peer, ben, toMe, send, get, find } = await world(t);
  const cleo = peer.person('cleo');
  const first = peer.note(cleo, { content: 'first' });
  const second = peer.note(ben, { content: 'second', inReplyTo: first.id });
  const third = toMe({ content: 'third', inReplyTo: second.id });
  await send(third);
  await eventually('the first post, though nobody opened the thread', () => find(first.id));
  const post = await eventually('its place in the thread', async () => {
    const found = await find(third.id);
    return found?.in_reply_to_id && found;
  });
  const ancestors = await eventually('the place of what it answers', async () => {
    const context = await get(`/api/v1/statuses/${post.id}/context`);
    return context.ancestors.length > 1 && context.ancestors;
  });
  t.deepEqual(contents(ancestors), ['first', 'second']);
  t.is(ancestors[0].account.uri, cleo.iri);
});

test.serial('opening a thread fetches its answers, also from a third server', async (t) => {
  const { peer, ben, toMe, send, get, find } = await world(t);
  const other = await createPeer();
  t.teardown(() => other.stop());
  const post = toMe({ content: 'post' });
  const far = other.note(other.person('dora'), { content: 'far', inReplyTo: post.id });
  const near = peer.note(ben, { content: 'near', inReplyTo: post.id });
  const below = peer.note(ben, { content: 'below', inReplyTo: near.id });
  const stray = peer.note(ben, { content: 'stray' });
  const forged = { ...other.note(other.person('eve'), { inReplyTo: post.id }), content: 'forged' };
  const last = collection(peer, [forged.id, stray.id]);
  peer.serve({ ...forged, attributedTo: ben.iri });
  other.serve({ ...forged, attributedTo: ben.iri });
  const replies = collection(peer, [near.id, far.id], last.id);
  peer.serve({
    ...post,
    replies: { id: `${post.id}/replies`, type: 'Collection', first: replies },
  });
  peer.serve({ ...near, replies: collection(peer, [below.id]).id });
  await send(post);
  const held = await find(post.id);
  await get(`/api/v1/statuses/${held?.id}/context`);
  const descendants = await eventually('the answers', async () => {
    const context = await get(`/api/v1/statuses/${held?.id}/context`);
    return context.descendants.length === 3 && context.descendants;
  });
  t.deepEqual(contents(descendants).sort(), ['below', 'far', 'near']);
  t.is(await find(stray.id), undefined, 'a list may name anything, it answers nothing');
  t.is(await find(forged.id), undefined, 'nobody writes in the name of another server');
});

test.serial('a context collection (FEP-f228) is read like replies', async (t) => {
  const { peer, ben, toMe, send, get, find } = await world(t);
  const post = toMe({ content: 'post' });
  const answer = peer.note(ben, { content: 'answer', inReplyTo: post.id });
  const context = collection(peer, [post.id, answer.id]);
  peer.serve({ ...post, context: context.id });
  await send(post);
  const held = await find(post.id);
  await get(`/api/v1/statuses/${held?.id}/context`);
  await eventually('the answer', () => find(answer.id));
  t.pass();
});

test.serial('a host that lists without end is not followed without end', async (t) => {
  const { peer, ben, toMe, send, get, find } = await world(t);
  const post = toMe({ content: 'post' });
  const answers = Array.from({ length: 120 }, () =>
    peer.note(ben, { content: 'one of many', inReplyTo: post.id }),
  );
  const endless = collection(
    peer,
    answers.map((one) => one.id),
  );
  peer.serve({ ...endless, next: endless.id });
  peer.serve({ ...post, replies: endless.id });
  await send(post);
  const held = await find(post.id);
  const before = askedOf(peer);
  await get(`/api/v1/statuses/${held?.id}/context`);
  const last = FETCH_LIMITS.documentsPerHost - FETCH_LIMITS.pages - 1;
  await eventually('as many as are allowed', () => find(answers[last - 1]?.id ?? ''));
  t.true(askedOf(peer) - before <= FETCH_LIMITS.documentsPerHost);
  // How many pages and authors are among them depends on what is asked in the same turn; one page is.
  t.is(await find(answers[FETCH_LIMITS.documentsPerHost - 1]?.id ?? ''), undefined);
});

function askedOf(peer: Peer): number {
  return [...peer.asked]
    .filter(([path]) => !/inbox|users/.test(path))
    .reduce((n, [, of]) => n + of, 0);
}

test.serial('what its origin deleted goes here too when the thread is opened', async (t) => {
  const { peer, ben, toMe, send, get, find } = await world(t);
  const ends: Record<string, (note: Note) => void> = {
    gone: (note) => peer.gone(note.id),
    tombstone: (note) => peer.serve({ id: note.id, type: 'Tombstone' }),
    missing: (note) => peer.missing(note.id),
  };
  for (const [how, end] of Object.entries(ends)) {
    const note = toMe({ content: how });
    await send(note);
    const held = await find(note.id);
    end(note);
    await get(`/api/v1/statuses/${held?.id}/context`);
    await eventually(`${how}: it goes`, async () => !(await find(note.id)));
  }
  const edited = toMe({ content: 'before' });
  await send(edited);
  const held = await find(edited.id);
  peer.serve({ ...edited, content: 'after', updated: new Date(Date.now() + 2000).toISOString() });
  await get(`/api/v1/statuses/${held?.id}/context`);
  await eventually('the edit', async () => (await find(edited.id))?.content === 'after');
  t.truthy(ben);
});

test.serial('a server that knows nothing any more deletes nothing', async (t) => {
  const { peer, ben, toMe, send, get, find } = await world(t);
  const note = toMe({ content: 'still here' });
  await send(note);
  const held = await find(note.id);
  peer.missing(note.id);
  peer.missing(ben.iri);
  const path = new URL(note.id).pathname;
  const before = peer.asked.get(path) ?? 0;
  await get(`/api/v1/statuses/${held?.id}/context`);
  await eventually('it was looked at', async () => (peer.asked.get(path) ?? 0) > before);
  await eventually('and its author', async () => (peer.asked.get('/users/ben') ?? 0) > 1);
  t.truthy(await find(note.id));
});

async function makeStale(iri: string): Promise<void> {
  const accounts = app().kit.mongo.collection<AnyJson>('accounts');
  const fetchedAt = Date.now() - FETCH_LIMITS.profileStaleMs - 1000;
  await accounts.updateOne({ iri }, { $set: { fetchedAt } });
}

async function nameOf(person: PeerPerson): Promise<string | undefined> {
  return (await app().apis.accounts.byIri(person.iri))?.displayName;
}

test.serial('a profile older than a day is fetched again when its person writes', async (t) => {
  const { peer, ben, toMe, send } = await world(t);
  await send(toMe());
  peer.serve({ ...peer.actorOf(ben), name: 'Ben the Second' });
  await send(toMe());
  t.is(await nameOf(ben), 'ben', 'a fresh one is not asked for');
  await makeStale(ben.iri);
  await send(toMe());
  await eventually('the new name', async () => (await nameOf(ben)) === 'Ben the Second');
});

test.serial('an account that its server buried goes with what it wrote', async (t) => {
  const { peer, ben, toMe, send, find, get } = await world(t);
  const note = toMe();
  await send(note);
  const held = await find(note.id);
  await makeStale(ben.iri);
  peer.gone(ben.iri);
  await get(`/api/v1/accounts/${held?.account.id}`);
  await eventually('the post goes', async () => !(await find(note.id)));
  t.is((await app().apis.accounts.byIri(ben.iri))?.state, 'gone');
});
