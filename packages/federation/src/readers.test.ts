import test from 'ava';
import fc from 'fast-check';
import { addressing, PUBLIC } from './addressing.ts';
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { readActor } from './read-actor.ts';
import { readNote } from './read-note.ts';
import { objectId, objectIds } from './values.ts';

const ann = 'https://a.example/users/ann';
const actor = {
  id: ann,
  type: 'Person',
  preferredUsername: 'ann',
  inbox: `${ann}/inbox`,
  publicKey: { id: `${ann}#main-key`, owner: ann, publicKeyPem: '-----BEGIN PUBLIC KEY-----' },
};
const note = { id: 'https://a.example/notes/1', type: 'Note', attributedTo: ann, content: 'x' };

test('the id of a value is found in every shape that servers give it', (t) => {
  for (const value of [ann, [ann], { id: ann }, [{ id: ann }], { type: 'Link', href: ann }])
    t.is(objectId(value), ann, JSON.stringify(value));
  for (const value of [undefined, null, 1, {}, [], 'x', { id: 1 }, [[[]]]])
    t.is(objectId(value), null);
  t.deepEqual(objectIds([ann, { id: ann }, 'x', 'https://b.example/1']), [
    ann,
    'https://b.example/1',
  ]);
});

test('of an encrypted message everything is read but its bytes', (t) => {
  const summary = 'An encrypted message';
  const bytes = { mediaType: 'message/mls', encoding: 'base64', content: 'AAEAAhDIkTda', summary };
  const shapes = [
    { ...note, ...bytes, type: ['Object', 'PrivateMessage'], contentMap: { en: 'AAEAAhDI' } },
    { ...note, ...bytes, type: ['PrivateMessage', 'Object'], mediaType: undefined },
    { ...note, ...bytes, type: 'mls:PrivateMessage' },
    { ...note, ...bytes, type: 'Note', source: { content: 'AAEAAhDIkTda' } },
  ];
  for (const shape of shapes) {
    const read = readNote(shape);
    t.like(read, { type: 'PrivateMessage', summary, content: '' }, JSON.stringify(shape));
    t.false(JSON.stringify(read).includes('AAEAAhDI'));
  }
  t.like(readNote({ ...note, type: ['Object', 'Note'] }), { type: 'Note', content: 'x' });
});

test('everybody is addressed by three names, to and cc tell public from unlisted', (t) => {
  const followers = `${ann}/followers`;
  for (const name of [PUBLIC, 'as:Public', 'Public']) {
    t.deepEqual(addressing({ to: name, cc: [followers] }), {
      to: [],
      cc: [followers],
      isPublic: true,
      isUnlisted: false,
    });
    t.like(addressing({ to: [followers], cc: [name] }), { isPublic: false, isUnlisted: true });
  }
  t.like(addressing({ to: [{ id: ann }], cc: null }), {
    to: [ann],
    isPublic: false,
    isUnlisted: false,
  });
  // Only these names: a look-alike does not open a post to everybody.
  t.like(
    addressing({ to: ['https://www.w3.org/ns/activitystreams#public', 'public', 'as:public'] }),
    {
      isPublic: false,
      isUnlisted: false,
    },
  );
});

test('recipients, mentions, hashtags, attachments and poll options are bounded', (t) => {
  const many = <T>(make: (at: number) => T) => Array.from({ length: 5_000 }, (_, at) => make(at));
  const read = readNote({
    ...note,
    to: many((at) => `https://a.example/${at}`),
    tag: [
      ...many((at) => ({ type: 'Mention', href: `https://a.example/${at}`, name: '@x' })),
      ...many((at) => ({ type: 'Hashtag', name: `#t${at}` })),
    ],
    attachment: many((at) => ({ type: 'Image', url: `https://a.example/${at}.png` })),
    content: 'x'.repeat(900_000),
    contentMap: Object.fromEntries(many((at) => [`l${at}`, 'x'])),
  });
  t.is(read?.to.length, LIMITS.recipients);
  t.is(read?.tags.mentions.length, LIMITS.mentions);
  t.true((read?.tags.hashtags.length ?? 0) <= LIMITS.hashtags);
  t.is(read?.attachments.length, LIMITS.attachments);
  t.is(read?.content.length, LIMITS.htmlCharacters);
  t.is(Object.keys(read?.contentMap ?? {}).length, LIMITS.languages);
  t.is(
    readNote({ ...note, type: 'Question', oneOf: many(() => ({ name: 'x' })) })?.poll,
    undefined,
  );
});

test('keys, fields, aliases, capabilities, emojis and texts are bounded', (t) => {
  const many = <T>(make: (at: number) => T) => Array.from({ length: 500 }, (_, at) => make(at));
  const read = readActor({
    ...actor,
    name: 'n'.repeat(9_000),
    summary: 's'.repeat(900_000),
    publicKey: many((at) => ({ ...actor.publicKey, id: `${ann}#${at}` })),
    assertionMethod: many((at) => ({
      id: `${ann}#${at}`,
      controller: ann,
      publicKeyMultibase: 'z6Mk',
    })),
    attachment: many((at) => ({ type: 'PropertyValue', name: `${at}`, value: 'v'.repeat(99_000) })),
    alsoKnownAs: many((at) => `https://b.example/${at}`),
    implements: many((at) => `https://w3id.org/fep/${at}`),
  });
  t.is(read?.name.length, LIMITS.nameCharacters);
  t.is(read?.summary.length, LIMITS.htmlCharacters);
  t.is(read?.publicKeys.length, LIMITS.publicKeys);
  t.is(read?.assertionKeys.length, LIMITS.publicKeys);
  t.is(read?.fields.length, LIMITS.profileFields);
  t.is(read?.fields[0]?.value.length, LIMITS.textCharacters);
  t.is(read?.alsoKnownAs.length, LIMITS.aliases);
  t.is(read?.capabilities.length, LIMITS.capabilities);
  const post = readNote({
    ...note,
    tag: many((at) => ({
      type: 'Emoji',
      name: `:${at}:`,
      icon: { url: `https://a.example/${at}` },
    })),
    attachment: { type: 'Image', url: 'https://a.example/1', name: 'x'.repeat(90_000) },
    source: { content: 'x'.repeat(90_000) },
  });
  t.is(post?.tags.emojis.length, LIMITS.emojis);
  t.is(post?.attachments[0]?.name.length, LIMITS.altTextCharacters);
  t.is(post?.source?.content.length, LIMITS.textCharacters);
});

test('nobody writes in the name of another host (CVE-2025-25306)', (t) => {
  t.is(readNote({ ...note, attributedTo: 'https://victim.example/users/v' }), null);
  t.is(readNote({ ...note, attributedTo: 'https://a.example.evil/users/ann' }), null);
  t.is(readNote({ ...note, attributedTo: undefined }), null);
  t.is(readNote({ ...note, id: undefined, url: 'https://a.example/notes/1' }), null);
});

test('a poll keeps its options, votes and end', (t) => {
  const poll = readNote({
    ...note,
    type: 'Question',
    anyOf: [
      { type: 'Note', name: 'tea', replies: { type: 'Collection', totalItems: 3 } },
      { type: 'Note', name: 'coffee' },
    ],
    votersCount: 3,
    endTime: '2026-11-24T10:00:00Z',
    closed: '2026-11-24T10:00:00Z',
  })?.poll;
  t.deepEqual(poll, {
    multiple: true,
    options: [
      { name: 'tea', votes: 3 },
      { name: 'coffee', votes: 0 },
    ],
    votersCount: 3,
    endsAt: Date.parse('2026-11-24T10:00:00Z'),
    closed: true,
  });
  t.is(readNote({ ...note, type: 'Question', oneOf: [{ name: 'x' }, 'y'] })?.poll, undefined);
});

test('plain text and Markdown become HTML', (t) => {
  t.is(
    readNote({ ...note, mediaType: 'text/plain', content: '<b>\nx' })?.content,
    '&lt;b&gt;<br>x',
  );
  const markdown = readNote({ ...note, mediaType: 'text/markdown', content: '**x** <script>' });
  t.is(markdown?.content, '<p><strong>x</strong> &lt;script&gt;</p>');
});

test('an attachment keeps its description, blurhash and focus', (t) => {
  const read = readNote({
    ...note,
    attachment: {
      type: 'Document',
      mediaType: 'image/png',
      url: [{ type: 'Link', href: 'https://a.example/1.png' }],
      name: 'a cat',
      blurhash: 'UBL_',
      focalPoint: [0.5, -1],
      width: 10,
      height: -3,
    },
  });
  t.deepEqual(read?.attachments, [
    {
      mediaType: 'image/png',
      url: 'https://a.example/1.png',
      name: 'a cat',
      blurhash: 'UBL_',
      focalPoint: { x: 0.5, y: -1 },
      width: 10,
      height: undefined,
    },
  ]);
});

test("an actor's inbox, collections and keys are of its own origin", (t) => {
  t.is(readActor({ ...actor, inbox: 'https://victim.example/inbox' }), null);
  t.is(readActor({ ...actor, inbox: 'https://10.0.0.1/' }), null);
  const read = readActor({
    ...actor,
    endpoints: { sharedInbox: 'https://victim.example/inbox' },
    followers: 'https://victim.example/users/v/followers',
    outbox: `${ann}/outbox`,
    publicKey: [
      actor.publicKey,
      { ...actor.publicKey, id: 'https://victim.example/users/v#main-key' },
      { ...actor.publicKey, id: `${ann}#2`, owner: 'https://a.example/users/bob' },
    ],
    assertionMethod: [
      { id: `${ann}#e`, type: 'Multikey', controller: ann, publicKeyMultibase: 'z6Mk' },
      { id: `${ann}#f`, controller: 'https://a.example/users/bob', publicKeyMultibase: 'z6Mk' },
      { id: 'https://victim.example/#e', controller: ann, publicKeyMultibase: 'z6Mk' },
    ],
  });
  t.is(read?.sharedInbox, undefined);
  t.is(read?.followers, undefined);
  t.is(read?.outbox, `${ann}/outbox`);
  t.deepEqual(
    read?.publicKeys.map((key) => key.id),
    [`${ann}#main-key`],
  );
  t.deepEqual(
    read?.assertionKeys.map((key) => key.id),
    [`${ann}#e`],
  );
});

test('what is no actor is none', (t) => {
  for (const change of [
    { type: 'Note' },
    { id: 1 },
    { inbox: undefined },
    { preferredUsername: 'a b' },
    { preferredUsername: '../x' },
  ])
    t.is(readActor({ ...actor, ...change }), null, JSON.stringify(change));
});

test('group settings and capabilities are read', (t) => {
  t.like(
    readActor({
      ...actor,
      type: 'Group',
      'sm:accessType': 'closed',
      manuallyApprovesFollowers: true,
      postingRestrictedToMods: true,
      attributedTo: `${ann}/moderators`,
      generator: { implements: [{ href: 'https://w3id.org/fep/8b32' }] },
    }),
    {
      type: 'Group',
      accessType: 'closed',
      manuallyApprovesFollowers: true,
      postingRestrictedToMods: true,
      attributedTo: `${ann}/moderators`,
      capabilities: ['https://w3id.org/fep/8b32'],
    },
  );
});

test('whatever a property holds, reading does not throw and authors stay of their origin', (t) => {
  const names =
    'id type attributedTo actor to cc tag attachment image content contentMap name summary url icon source location oneOf anyOf closed replies published inbox endpoints publicKey assertionMethod preferredUsername followers mediaType focalPoint width href toString valueOf endpoints generator implements summaryMap accessType'.split(
      ' ',
    );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(
        ann,
        note.id,
        'https://b.example/1',
        PUBLIC,
        'Image',
        'Person',
        'Mention',
        'Question',
        null,
        true,
        -1,
        Number.MAX_VALUE,
      ),
      fc.string({ maxLength: 6 }),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 5 }),
    ),
  }));
  const document = fc.record(Object.fromEntries(names.map((name) => [name, json])), {
    requiredKeys: [],
  });
  fc.assert(
    fc.property(document, fc.boolean(), (change, keep) => {
      const base: JsonObject = keep ? { ...change, ...note } : { ...note, ...change };
      const read = readNote(base);
      if (read) t.is(new URL(read.attributedTo).origin, new URL(read.id).origin);
      const person = readActor({ ...actor, ...change });
      if (person) t.is(new URL(person.inbox).origin, new URL(person.id).origin);
      t.true(isObject(addressing(base)));
    }),
    { numRuns: 1000 },
  );
});
