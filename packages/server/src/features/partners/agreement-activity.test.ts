import { guardActivity, type JsonObject, readActivity } from '@mitoyen/federation';
import test from 'ava';
import { digestOf, outranks, problemOf, sameTerms } from './agreement.ts';
import {
  buildAgreement,
  buildAgreementList,
  buildAnswer,
  namedIri,
  readAgreement,
} from './agreement-activity.ts';
import type { Agreement, Party } from './partners.ts';

const NOW = 1_700_000_000_000;
const pem = (letter: string) =>
  `-----BEGIN PUBLIC KEY-----\n${letter.repeat(120)}\n-----END PUBLIC KEY-----\n`;
const acme: Party = {
  host: 'acme.example',
  actor: 'https://acme.example/actor',
  name: 'Acme',
  publicKeyPem: pem('A'),
};
const north: Party = {
  host: 'north.example',
  actor: 'https://north.example/actor',
  name: 'Northwind',
  publicKeyPem: pem('N'),
};

function agreement(change: Partial<Agreement> = {}): Agreement {
  return {
    _id: '01',
    iri: 'https://acme.example/agreements/01',
    host: 'north.example',
    state: 'offered',
    offeredBy: 'us',
    version: 1,
    purpose: 'One project',
    scopes: ['follow', 'posts'],
    groups: ['https://acme.example/groups/project'],
    expiresAt: NOW + 86_400_000,
    us: acme,
    them: north,
    inbox: 'https://north.example/inbox',
    digest: 'D',
    createdAt: NOW,
    updatedAt: NOW,
    ...change,
  };
}

/** As the other side sees what we sent: through the parser and the origin guard. */
function received(activity: JsonObject): JsonObject {
  const read = readActivity(JSON.stringify(activity));
  if (read.kind !== 'ok') throw new Error(read.reason);
  const guarded = guardActivity(read.activity, { signer: acme.actor });
  if (guarded.kind !== 'ok') throw new Error(guarded.reason);
  return guarded.activity;
}

function facts(change: { now?: number; ourKey?: string; theirKey?: string } = {}) {
  return {
    us: { host: north.host, actor: north.actor, keys: [change.ourKey ?? north.publicKeyPem] },
    them: { host: acme.host, actor: acme.actor, keys: [change.theirKey ?? acme.publicKeyPem] },
    now: change.now ?? NOW,
  };
}

function wire(change: Partial<Agreement> = {}) {
  const read = readAgreement(buildAgreement(agreement(change)));
  if (read.kind !== 'ok') throw new Error(read.reason);
  return read.agreement;
}

test('an Offer arrives whole on the other side, and both compute one digest', (t) => {
  const offered = agreement();
  const { object } = received(buildAnswer('https://acme.example', offered, 'offer'));
  const read = readAgreement(object as JsonObject);
  if (read.kind !== 'ok') return t.fail(read.reason);
  t.is(read.agreement.iri, offered.iri);
  t.true(sameTerms(read.agreement, offered));
  t.is(problemOf(read.agreement, facts()), null);
  t.is(digestOf(read.agreement), digestOf({ ...offered, parties: [acme, north] }));
});

test('an Undo names the agreement, whoever offered it', (t) => {
  const ours = received(buildAnswer('https://acme.example', agreement(), 'undo'));
  t.is(namedIri(ours), 'https://acme.example/agreements/01');
  const theirs = agreement({ offeredBy: 'them', iri: 'https://north.example/agreements/77' });
  const undo = received(buildAnswer('https://acme.example', theirs, 'undo'));
  t.is(namedIri(undo), 'https://north.example/agreements/77');
});

test('the digest changes with every word, and not with the order of words', (t) => {
  const base = { ...agreement(), parties: [acme, north] };
  t.is(digestOf(base), digestOf({ ...base, scopes: ['posts', 'follow'], parties: [north, acme] }));
  const others: Partial<typeof base>[] = [
    { purpose: 'Two projects' },
    { scopes: ['follow'] },
    { groups: 'all' },
    { version: 2 },
    { iri: 'https://acme.example/agreements/02' },
    { expiresAt: NOW },
    { parties: [acme, { ...north, publicKeyPem: pem('E') }] },
  ];
  for (const other of others) t.not(digestOf(base), digestOf({ ...base, ...other }));
});

const wrong: Record<string, [ReturnType<typeof wire>, ReturnType<typeof facts>, RegExp]> = {
  'of another host': [wire({ iri: 'https://evil.example/agreements/1' }), facts(), /id/],
  'at another path': [wire({ iri: 'https://acme.example/posts/1' }), facts(), /id/],
  'between others': [
    wire({ them: { ...north, host: 'other.example' } }),
    facts(),
    /our domain is not in it/,
  ],
  'with a key that is not ours': [wire(), facts({ ourKey: pem('X') }), /our key/],
  'with a key that is not theirs': [wire(), facts({ theirKey: pem('X') }), /their key/],
  'with another instance actor': [
    wire({ them: { ...north, actor: 'https://north.example/users/eve' } }),
    facts(),
    /our instance actor/,
  ],
  'that has expired': [wire(), facts({ now: NOW + 2 * 86_400_000 }), /expired/],
  'that names a group elsewhere': [
    wire({ groups: ['https://third.example/groups/x'] }),
    facts(),
    /somebody else/,
  ],
};
for (const [name, [document, about, expected]] of Object.entries(wrong)) {
  test(`an agreement ${name} is refused`, (t) => {
    t.regex(problemOf(document, about) ?? '', expected);
  });
}

for (const [name, change] of Object.entries({
  'no scope': { 'mitoyen:scopes': [] },
  'an unknown scope': { 'mitoyen:scopes': ['follow', 'everything'] },
  'no version': { 'mitoyen:version': undefined },
  'a broken expiry': { 'mitoyen:expires': 'soon' },
  'three parties': { 'mitoyen:parties': [{}, {}, {}] },
  'another type': { type: 'Note' },
  'too many words': { 'mitoyen:purpose': 'x'.repeat(100_000) },
  'a purpose that is no text': { 'mitoyen:purpose': { html: '<script>' } },
})) {
  test(`a document with ${name} is refused, not thrown on`, (t) => {
    t.is(readAgreement({ ...buildAgreement(agreement()), ...change }).kind, 'refused');
  });
}

test('the list of offers carries them whole', (t) => {
  const list = buildAgreementList('https://acme.example/actor/agreements', [agreement()]);
  const read = readActivity(JSON.stringify(list));
  t.is(read.kind, 'ok');
  t.is((list.orderedItems as unknown[]).length, 1);
});

test('of two agreements the higher version counts, of two that crossed the smaller id', (t) => {
  const a = { version: 1, iri: 'https://acme.example/agreements/1' };
  const b = { version: 1, iri: 'https://north.example/agreements/1' };
  t.true(outranks(a, b));
  t.false(outranks(b, a));
  t.true(outranks({ ...b, version: 2 }, a));
});
