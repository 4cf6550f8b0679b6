import test from 'ava';
import { guardActivity, guardFetched, isActivityType } from './guard.ts';
import type { JsonObject } from './json.ts';
import { readActivity } from './read-activity.ts';

const ann = 'https://a.example/users/ann';
const bob = 'https://a.example/users/bob';
const base = { id: 'https://a.example/act/1', type: 'Create', actor: ann };
const note = { id: 'https://a.example/notes/1', type: 'Note', attributedTo: ann, content: 'x' };
const guard = (activity: JsonObject, signer = ann) => guardActivity(activity, { signer });

test("an actor's own object stays inline", (t) => {
  const result = guard({ ...base, object: note });
  t.is(result.kind, 'ok');
  t.deepEqual(result.kind === 'ok' && result.activity.object, note);
});

test('the actor must be the signer, and the id of its origin', (t) => {
  t.is(guard({ ...base, object: note }, bob).kind, 'rejected');
  t.is(guard({ ...base, id: 'https://b.example/act/1', object: note }).kind, 'rejected');
  t.is(guard({ ...base, id: 'https://a.example.evil/act/1', object: note }).kind, 'rejected');
});

test('one user of a host cannot create, change, delete or undo for another', (t) => {
  t.is(guard({ ...base, object: { ...note, attributedTo: bob } }).kind, 'rejected');
  t.is(
    guard({ ...base, type: 'Update', object: { id: bob, type: 'Person', inbox: `${bob}/inbox` } })
      .kind,
    'rejected',
  );
  t.is(
    guard({
      ...base,
      type: 'Undo',
      object: { id: 'https://a.example/f/1', type: 'Follow', actor: bob, object: ann },
    }).kind,
    'rejected',
  );
});

test('an object of another origin is only a hint, or refused where it must be the own', (t) => {
  const foreign = {
    ...note,
    id: 'https://victim.example/notes/1',
    attributedTo: 'https://victim.example/users/v',
  };
  t.is(guard({ ...base, object: foreign }).kind, 'rejected');
  t.is(guard({ ...base, type: 'Delete', object: foreign.id }).kind, 'rejected');
  const shared = guard({ ...base, type: 'Announce', object: foreign });
  t.is(shared.kind === 'ok' && shared.activity.object, foreign.id);
  t.deepEqual(shared.kind === 'ok' && shared.refetch, [foreign.id]);
});

test('of an accepted Follow only its parts are kept', (t) => {
  const inner = {
    id: 'https://us.example/follows/1',
    type: 'Follow',
    actor: 'https://us.example/users/x',
    object: ann,
    content: 'smuggled',
  };
  const result = guard({ ...base, type: 'Accept', object: inner });
  t.deepEqual(result.kind === 'ok' && result.activity.object, {
    id: inner.id,
    type: 'Follow',
    actor: inner.actor,
    object: ann,
  });
});

test('a fetched document carries the id that it was fetched from', (t) => {
  const at = (id: string, requestedUrl: string, finalUrl = requestedUrl) =>
    guardFetched({ id }, { requestedUrl, finalUrl }).kind;
  t.is(at('https://a.example/1', 'https://a.example/1'), 'ok');
  t.is(at('https://victim.example/1', 'https://a.example/1'), 'rejected');
  t.is(at('https://a.example/1', 'https://a.example/alias'), 'refetch');
  t.is(at('https://a.example/1', 'https://b.example/1', 'https://a.example/1'), 'refetch');
});

test('only ActivityPub media types are documents', (t) => {
  t.true(isActivityType('application/activity+json; charset=utf-8'));
  t.true(isActivityType('application/ld+json; profile="https://www.w3.org/ns/activitystreams"'));
  for (const type of [
    'application/json',
    'application/ld+json',
    'text/html',
    'image/png',
    'application/octet-stream',
    undefined,
  ])
    t.false(isActivityType(type));
});

test('JSON-LD that means something else than it says is refused', (t) => {
  const refuse = (json: object) =>
    t.is(readActivity(JSON.stringify(json)).kind, 'refused', JSON.stringify(json));
  refuse({ '@context': { actor: 'https://evil.example/x' }, actor: ann });
  refuse({
    '@context': ['https://www.w3.org/ns/activitystreams', { object: { '@id': 'as:actor' } }],
  });
  refuse({ '@graph': [{ id: 'https://a.example/1' }] });
  refuse({ '@reverse': {} });
  refuse({ object: { '@included': [] } });
  refuse({ '@context': { x: '@nest', '@import': 'https://evil.example' } });
  t.is(
    readActivity(
      JSON.stringify({
        '@context': [
          'https://www.w3.org/ns/activitystreams',
          { sensitive: 'as:sensitive', id: '@id' },
        ],
      }),
    ).kind,
    'ok',
  );
});

test('depth, size and number of parts are bounded', (t) => {
  t.is(readActivity(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`).kind, 'refused');
  t.is(
    readActivity(JSON.stringify({ tag: Array.from({ length: 30_000 }, () => 1) })).kind,
    'refused',
  );
  t.is(readActivity(`{"a":"${'x'.repeat(1_100_000)}"}`).kind, 'refused');
  t.is(readActivity('[1]').kind, 'refused');
  t.is(readActivity('{').kind, 'refused');
});
