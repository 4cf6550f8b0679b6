import { createPrivateKey } from 'node:crypto';
import test from 'ava';
import { PUBLIC } from './addressing.ts';
import { buildNote, type NoteFacts } from './build-note.ts';
import { guardActivity } from './guard.ts';
import type { JsonObject } from './json.ts';
import { generateEd25519Keys } from './keys.ts';
import { createProof, verifyProof } from './proofs.ts';
import { readActivity } from './read-activity.ts';
import { readActor } from './read-actor.ts';
import { readNote } from './read-note.ts';
import { buildActivityDocument, buildActor, buildTombstone, withContext } from './vocabulary.ts';

const base = 'https://us.example';
const ann = `${base}/users/ann`;
const at = '2026-11-23T10:00:00.000Z';

const facts: NoteFacts = {
  id: `${base}/posts/01K`,
  type: 'Note',
  attributedTo: ann,
  to: [PUBLIC],
  cc: [`${ann}/followers`, `${base}/groups/g`],
  audience: `${base}/groups/g`,
  inReplyTo: 'https://them.example/posts/1',
  content: '<p>hi</p>',
  source: 'hi',
  language: 'en',
  summary: 'careful',
  sensitive: true,
  published: at,
  updated: at,
  url: `${base}/@ann/01K`,
  conversation: `${base}/contexts/1`,
  context: `${base}/contexts/1`,
  attachments: [
    {
      type: 'Image',
      mediaType: 'image/webp',
      url: `${base}/media/1`,
      name: 'a cat',
      blurhash: 'UBL_',
      focalPoint: [0, 0.5],
      width: 4,
      height: 3,
    },
  ],
  mentions: [{ href: 'https://them.example/users/bob', name: '@bob@them.example' }],
  hashtags: [{ href: `${base}/tags/x`, name: '#x' }],
};

/** As another server of ours gets it: as text, on the fast path. */
function received(document: JsonObject): JsonObject {
  const read = readActivity(JSON.stringify(document));
  if (read.kind === 'refused') throw new Error(read.reason);
  return read.activity;
}

test('praise is read back with its badge, its people and its own words', (t) => {
  const praise = { badge: 'teamwork' as const, people: [`${base}/u/b`], content: '<p>hi</p>' };
  const document = withContext(buildNote({ ...facts, praise }));
  t.deepEqual(readNote(received(document))?.praise, praise);
  const unknown = { ...document, praise: { type: 'Praise', badge: 'gold', people: [`${base}/u`] } };
  t.is(readNote(received(unknown))?.praise, undefined);
});

test('a post that we write is read back whole', (t) => {
  const note = readNote(received(withContext(buildNote(facts))));
  t.like(note, {
    id: facts.id,
    type: 'Note',
    attributedTo: ann,
    to: [PUBLIC],
    cc: facts.cc,
    audience: facts.audience,
    inReplyTo: facts.inReplyTo,
    content: facts.content,
    language: 'en',
    summary: 'careful',
    sensitive: true,
    published: Date.parse(at),
    updated: Date.parse(at),
    url: facts.url,
    conversation: facts.conversation,
    context: facts.context,
    source: { content: 'hi', mediaType: 'text/markdown' },
  });
  t.deepEqual(note?.tags, { mentions: facts.mentions, hashtags: ['x'], emojis: [] });
  t.like(note?.attachments[0], {
    url: `${base}/media/1`,
    name: 'a cat',
    focalPoint: { x: 0, y: 0.5 },
  });
});

test('an activity that we prove passes the guard and the proof at the other side', async (t) => {
  const keys = generateEd25519Keys();
  const proved = createProof(
    buildActivityDocument('Create', {
      id: `${facts.id}/create`,
      actor: ann,
      to: facts.to,
      cc: facts.cc,
      object: buildNote(facts),
    }),
    {
      verificationMethod: `${ann}#ed25519-key`,
      privateKey: createPrivateKey(keys.privatePem),
      created: at,
    },
  );
  const activity = received(proved);
  const findKey = async () => ({ controller: ann, multibase: keys.publicMultibase });
  t.true((await verifyProof(activity, { findKey })).ok);
  const guarded = guardActivity(activity, { signer: ann });
  t.deepEqual(guarded.kind === 'ok' && guarded.activity.object, buildNote(facts));
});

test('an actor that we write is read back whole', (t) => {
  const group = buildActor({
    id: `${base}/groups/g`,
    type: 'Group',
    username: 'g',
    name: 'The group',
    summary: '<p>about</p>',
    url: `${base}/@g`,
    inbox: `${base}/groups/g/inbox`,
    outbox: `${base}/groups/g/outbox`,
    followers: `${base}/groups/g/followers`,
    featured: `${base}/groups/g/featured`,
    sharedInbox: `${base}/inbox`,
    publicKey: { id: `${base}/groups/g#main-key`, pem: '-----BEGIN PUBLIC KEY-----' },
    assertionKeys: [{ id: `${base}/groups/g#ed25519-key`, multibase: 'z6Mk' }],
    manuallyApprovesFollowers: true,
    discoverable: false,
    icon: { url: `${base}/media/i`, mediaType: 'image/webp' },
    fields: [{ name: 'Site', value: 'x' }],
    more: {
      accessType: 'closed',
      attributedTo: `${base}/groups/g/moderators`,
      postingRestrictedToMods: true,
    },
  });
  t.like(readActor(received(group)), {
    id: `${base}/groups/g`,
    type: 'Group',
    sharedInbox: `${base}/inbox`,
    followers: `${base}/groups/g/followers`,
    featured: `${base}/groups/g/featured`,
    iconUrl: `${base}/media/i`,
    manuallyApprovesFollowers: true,
    discoverable: false,
    accessType: 'closed',
    attributedTo: `${base}/groups/g/moderators`,
    postingRestrictedToMods: true,
    fields: [{ name: 'Site', value: 'x' }],
  });
});

test('a Tombstone tells what was there, and nothing of it', (t) => {
  t.deepEqual(received(buildTombstone({ id: facts.id, deleted: at, formerType: 'Note' })), {
    '@context': 'https://www.w3.org/ns/activitystreams',
    id: facts.id,
    type: 'Tombstone',
    formerType: 'Note',
    deleted: at,
  });
});
