import test from 'ava';
import { PUBLIC } from '../addressing.ts';
import { readActor } from '../read-actor.ts';
import { buildActor } from '../vocabulary.ts';
import { createApexKit } from './apex-kit.ts';

const kit = createApexKit();

test('a collection and its page are built with their links', async (t) => {
  const collection = await kit.collection('https://us.example/users/ann/outbox', 3);
  t.is(collection.type, 'OrderedCollection');
  t.is(collection.totalItems, 3);
  t.is(collection.first, 'https://us.example/users/ann/outbox?page=true');
  const page = await kit.collectionPage('https://us.example/users/ann/outbox', {
    cursor: true,
    items: ['https://us.example/posts/1'],
    next: 'abc',
  });
  t.is(page.type, 'OrderedCollectionPage');
  t.is(page.next, 'https://us.example/users/ann/outbox?page=abc');
  t.deepEqual(page.orderedItems, ['https://us.example/posts/1']);
});

test('renamed terms become the usual ones', async (t) => {
  const activity = await kit.normalise({
    '@context': {
      as: 'https://www.w3.org/ns/activitystreams#',
      who: { '@id': 'as:actor', '@type': '@id' },
    },
    '@id': 'https://a.example/1',
    '@type': 'as:Like',
    who: 'https://a.example/users/ann',
  });
  t.is(activity.type, 'Like');
  t.is(activity.actor, 'https://a.example/users/ann');
});

test('an activity is built with our id and time, and no collections of its own', async (t) => {
  const activity = await kit.buildActivity('Follow', {
    id: 'https://us.example/follows/01ABC',
    actor: 'https://us.example/users/ann',
    to: ['https://them.example/users/bob', 'https://them.example/users/eve'],
    object: 'https://them.example/users/bob',
    published: '2026-11-23T10:00:00Z',
  });
  t.like(activity, {
    type: 'Follow',
    id: 'https://us.example/follows/01ABC',
    actor: 'https://us.example/users/ann',
    to: ['https://them.example/users/bob', 'https://them.example/users/eve'],
    object: 'https://them.example/users/bob',
    published: '2026-11-23T10:00:00Z',
  });
  t.deepEqual(Object.keys(activity).sort(), [
    '@context',
    'actor',
    'id',
    'object',
    'published',
    'to',
    'type',
  ]);
  t.true(kit.isActivity(activity));
});

test('the audience is everyone named, once, and what is sent names no blind recipients', (t) => {
  const ann = 'https://us.example/users/ann';
  const activity = {
    id: 'https://us.example/1',
    type: 'Create',
    actor: ann,
    to: 'as:Public',
    cc: [ann, 'https://b.example/1'],
    bto: ['https://c.example/1'],
    bcc: { id: 'https://d.example/1' },
    audience: 'https://b.example/1',
  };
  t.deepEqual(kit.audienceOf(activity), [
    PUBLIC,
    'https://c.example/1',
    ann,
    'https://b.example/1',
    'https://d.example/1',
  ]);
  const { bto: _, bcc: __, ...sent } = activity;
  t.deepEqual(JSON.parse(kit.serialise({ ...activity, _local: 'secret' })), sent);
});

test('an owner is the object itself, its actor or its first author', (t) => {
  const ann = 'https://us.example/users/ann';
  const note = { id: 'https://us.example/1', type: 'Note' };
  t.true(kit.isOwner({ ...note, attributedTo: ann }, ann));
  t.true(kit.isOwner({ ...note, attributedTo: [{ id: ann, type: 'Person' }] }, ann));
  t.true(kit.isOwner({ id: ann, type: 'Person' }, ann));
  t.false(kit.isOwner({ ...note, attributedTo: ['https://us.example/users/bob', ann] }, ann));
  t.false(kit.isOwner(note, ann));
  t.false(kit.isActivity(note));
});

test('what we write is read back with its terms by full JSON-LD', async (t) => {
  const actor = buildActor({
    id: 'https://us.example/users/ann',
    type: 'Person',
    username: 'ann',
    name: 'Ann',
    summary: '',
    url: 'https://us.example/@ann',
    inbox: 'https://us.example/users/ann/inbox',
    sharedInbox: 'https://us.example/inbox',
    publicKey: { id: 'https://us.example/users/ann#main-key', pem: '-----BEGIN PUBLIC KEY-----' },
    assertionKeys: [{ id: 'https://us.example/users/ann#ed25519-key', multibase: 'z6Mk' }],
    manuallyApprovesFollowers: true,
    discoverable: true,
    fields: [{ name: 'a', value: 'b' }],
  });
  const read = readActor(await kit.normalise(actor));
  t.like(read, {
    id: 'https://us.example/users/ann',
    sharedInbox: 'https://us.example/inbox',
    manuallyApprovesFollowers: true,
    discoverable: true,
    fields: [{ name: 'a', value: 'b' }],
  });
  t.deepEqual(read, readActor(actor));
});

test('an unknown context is refused without asking the network', async (t) => {
  await t.throwsAsync(
    kit.normalise({ '@context': 'https://evil.example/context', id: 'https://a.example/1' }),
  );
});

test('calling a shimmed dependency says what to use instead', async (t) => {
  const { createRequire } = await import('node:module');
  const require = createRequire(createRequire(import.meta.url).resolve('activitypub-express'));
  const error = t.throws(() => require('http-signature').sign());
  t.regex(error?.message ?? '', /not part of Mitoyen/);
});
