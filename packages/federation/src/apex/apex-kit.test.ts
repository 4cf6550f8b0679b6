import test from 'ava';
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
