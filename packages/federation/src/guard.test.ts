import { parseIri, sameOrigin } from '@mitoyen/protocol';
import test from 'ava';
import fc from 'fast-check';
import { guardActivity } from './guard.ts';
import { guardFetched, isActivityType } from './guard-fetched.ts';
import { isObject, type JsonObject } from './json.ts';
import { readNote } from './read-note.ts';

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
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams.evil"',
    'application/activity+jsonx',
    'text/html; application/activity+json',
    'text/html',
    'image/png',
    'application/octet-stream',
    undefined,
  ])
    t.false(isActivityType(type));
});

const object = (result: ReturnType<typeof guard>) =>
  result.kind === 'ok' ? result.activity.object : result.reason;

test('the signer is the one author of what it creates, whoever is named beside it (CVE-2025-25306)', (t) => {
  const victim = 'https://victim.example/users/v';
  for (const attributedTo of [[victim, ann], [{ type: 'Person', id: bob }, ann], undefined]) {
    const result = guard({ ...base, object: { ...note, url: victim, attributedTo } });
    const created = object(result) as JsonObject;
    t.is(created.attributedTo, ann);
    t.is(readNote(created)?.attributedTo, ann);
  }
});

test("an event with an organizer beside its author is the signer's", (t) => {
  const event = { ...note, type: 'Event', actor: ann, attributedTo: 'https://a.example/groups/g' };
  t.like(object(guard({ ...base, object: event })), { id: note.id, attributedTo: ann });
  t.is(guard({ ...base, object: { ...event, actor: bob } }).kind, 'rejected');
});

test('every object of a Flag is kept, as an id', (t) => {
  const named = [
    bob,
    'https://us.example/posts/1',
    { id: 'https://us.example/posts/2', type: 'Note' },
  ];
  const result = guard({ ...base, type: 'Flag', object: named });
  t.deepEqual(object(result), [bob, 'https://us.example/posts/1', 'https://us.example/posts/2']);
});

test('an activity of somebody else that is embedded is a hint: its object is refetched', (t) => {
  const inner = {
    id: 'https://victim.example/act/9',
    type: 'Create',
    actor: 'https://victim.example/users/v',
    object: { id: 'https://victim.example/notes/9', type: 'Note', content: 'forged' },
  };
  const result = guard({ ...base, type: 'Announce', object: inner });
  t.deepEqual(object(result), { ...inner, object: inner.object.id });
  t.deepEqual(result.kind === 'ok' && result.refetch, [inner.object.id]);
  for (const type of ['Create', 'Update', 'Delete'])
    t.is(guard({ ...base, type, object: inner }).kind, 'rejected', type);
});

test('what is taken back was done by the signer, and its object is guarded too', (t) => {
  const like = {
    id: 'https://a.example/l/1',
    type: 'Like',
    actor: ann,
    object: { id: 'https://us.example/posts/1', content: 'smuggled' },
  };
  const result = guard({ ...base, type: 'Undo', object: like });
  t.deepEqual(object(result), { ...like, object: 'https://us.example/posts/1' });
  t.is(
    guard({ ...base, type: 'Undo', object: { ...like, id: 'https://us.example/l/1' } }).kind,
    'rejected',
  );
  t.is(guard({ ...base, type: 'Undo', object: 'https://us.example/l/1' }).kind, 'rejected');
});

test('target, origin, result and instrument only point', (t) => {
  const target = {
    id: 'https://us.example/groups/g',
    type: 'Group',
    inbox: 'https://evil.example',
  };
  const result = guard({
    ...base,
    type: 'Add',
    object: bob,
    target,
    origin: [target, bob],
    result: 'x',
  });
  t.like(result, { activity: { target: target.id, result: undefined } });
  t.deepEqual(result.kind === 'ok' && result.activity.origin, [target.id, bob]);
});

test("another's object passes only as an id, and only where the caller checks moderation", (t) => {
  const foreign = 'https://victim.example/notes/1';
  const moderate = (activity: JsonObject) =>
    guardActivity({ ...base, ...activity }, { signer: ann, mayModerate: true });
  t.is(object(moderate({ type: 'Delete', object: foreign })), foreign);
  t.is(object(moderate({ type: 'Update', object: { id: bob, type: 'Person' } })), bob);
  t.is(moderate({ type: 'Create', object: foreign }).kind, 'rejected');
});

test('an id that is malformed or missing is no id, but for verbs that may lack one', (t) => {
  t.is(guard({ ...base, id: undefined, object: note }).kind, 'rejected');
  t.is(guard({ type: 'Like', actor: ann, object: note.id }).kind, 'ok');
  t.is(guard({ id: 'nonsense', type: 'Like', actor: ann, object: note.id }).kind, 'rejected');
  t.is(guard({ ...base, object: { ...note, id: undefined } }).kind, 'rejected');
  t.is(guard({ ...base, type: undefined, object: note }).kind, 'rejected');
});

/** Objects that are left inline, as anybody who reads the guarded activity could find them. */
function inline(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(inline);
  return isObject(value) ? [value, ...inline(value.object)] : [];
}

test('whatever is embedded, what stays inline is of the signer, or only parts that point', (t) => {
  const hosts = [
    'https://a.example',
    'https://a.example:8443',
    'https://a.example.evil',
    'https://victim.example',
  ];
  const iri = fc.constantFrom(
    ann,
    bob,
    `${ann}#x`,
    ...hosts.map((host) => `${host}/notes/1`),
    'nonsense',
  );
  const { object } = fc.letrec((tie) => ({
    object: fc.oneof(
      { maxDepth: 3 },
      iri,
      fc.array(tie('object'), { maxLength: 3 }),
      fc.record(
        {
          id: iri,
          type: fc.constantFrom(
            'Note',
            'Person',
            'Group',
            'Follow',
            'Create',
            'Announce',
            'Tombstone',
            'Delete',
            'Undo',
            'Event',
          ),
          actor: fc.oneof(iri, fc.array(iri, { maxLength: 2 }), fc.record({ id: iri })),
          attributedTo: fc.oneof(iri, fc.array(iri, { maxLength: 2 })),
          object: tie('object'),
          content: fc.constant('said'),
        },
        { requiredKeys: [] },
      ),
    ),
  }));
  const verbs = fc.constantFrom(
    'Create',
    'Update',
    'Delete',
    'Undo',
    'Announce',
    'Like',
    'Accept',
    'Follow',
    'Flag',
    'Offer',
  );
  let kept = 0;
  fc.assert(
    fc.property(verbs, object, object, fc.boolean(), (type, value, target, mayModerate) => {
      const result = guardActivity(
        { ...base, type, object: value, target },
        { signer: ann, mayModerate },
      );
      if (result.kind !== 'ok') return;
      for (const one of inline(result.activity.object)) {
        kept += 1;
        const isHint = !('content' in one) && !isObject(one.object);
        const id = parseIri(one.id);
        const ours = id === null ? one.actor === ann : sameOrigin(id, ann);
        t.true(isHint || ours, JSON.stringify(one));
        if ('content' in one && one.type !== 'Tombstone') {
          const isActor = one.type === 'Person' || one.type === 'Group';
          const author = isActor ? one.id : (one.attributedTo ?? one.actor);
          t.is(Array.isArray(author) ? 'many' : author, ann, JSON.stringify(one));
        }
      }
      for (const one of inline(result.activity.target)) t.fail(JSON.stringify(one));
    }),
    { numRuns: 4000 },
  );
  t.true(kept > 50);
});
