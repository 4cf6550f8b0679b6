import { createPrivateKey } from 'node:crypto';
import {
  createProof,
  generateEd25519Keys,
  guardActivity,
  type JsonObject,
  readActivity,
} from '@mitoyen/federation';
import test from 'ava';
import { digestOf, outranks, problemOf, sameTerms } from './agreement.ts';
import {
  buildAgreement,
  buildAgreementList,
  buildAnswer,
  type Drafted,
  namedIri,
  readAgreement,
} from './agreement-activity.ts';
import type { Agreement, Party } from './partners.ts';
import { isSignedBy, readSigned, signature } from './sign-agreement.ts';

const NOW = 1_700_000_000_000;
const pem = (letter: string) =>
  `-----BEGIN PUBLIC KEY-----\n${letter.repeat(120)}\n-----END PUBLIC KEY-----\n`;
const [acmeKeys, northKeys] = [generateEd25519Keys(), generateEd25519Keys()];
const acme: Party = {
  host: 'acme.example',
  actor: 'https://acme.example/actor',
  name: 'Acme',
  publicKeyPem: pem('A'),
  proofKey: acmeKeys.publicMultibase,
};
const north: Party = {
  host: 'north.example',
  actor: 'https://north.example/actor',
  name: 'Northwind',
  publicKeyPem: pem('N'),
  proofKey: northKeys.publicMultibase,
};

function agreement(change: Partial<Agreement> = {}): Agreement {
  const drafted: Drafted = {
    _id: '01',
    iri: 'https://acme.example/agreements/01',
    host: 'north.example',
    state: 'offered',
    offeredBy: 'us',
    version: 1,
    purpose: 'One project',
    scopes: ['follow', 'posts'],
    groups: ['https://acme.example/groups/project'],
    limits: { mediaBytes: 1_000_000, copyDays: 30, copiesThen: 'freeze' },
    expiresAt: NOW + 86_400_000,
    us: acme,
    them: north,
    inbox: 'https://north.example/inbox',
    createdAt: NOW,
    updatedAt: NOW,
    ...change,
  };
  const { proof, ...document } = createProof(buildAgreement(drafted), {
    verificationMethod: `${acme.actor}#ed25519-key`,
    privateKey: createPrivateKey(acmeKeys.privatePem),
    created: new Date(NOW).toISOString(),
  });
  return {
    ...drafted,
    digest: 'D',
    document: JSON.stringify(document),
    signatures: [signature('us', proof)],
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

function facts(
  change: { now?: number; ourKey?: string; theirKey?: string; theirProofKey?: string } = {},
) {
  return {
    us: {
      host: north.host,
      actor: north.actor,
      keys: [change.ourKey ?? north.publicKeyPem],
      proofKeys: [north.proofKey],
    },
    them: {
      host: acme.host,
      actor: acme.actor,
      keys: [change.theirKey ?? acme.publicKeyPem],
      proofKeys: [change.theirProofKey ?? acme.proofKey],
    },
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
  t.deepEqual(read.agreement.limits, offered.limits);
  t.true(sameTerms(read.agreement, offered));
  t.is(problemOf(read.agreement, facts()), null);
  t.is(digestOf(read.agreement), digestOf({ ...offered, parties: [acme, north] }));
});

test('a signature holds for the text that was signed and for who signed it, and for nothing else', async (t) => {
  const { object } = received(buildAnswer('https://acme.example', agreement(), 'offer'));
  const { document, proofs } = readSigned(object as JsonObject);
  t.is(JSON.stringify(document), agreement().document, 'the same bytes on both sides');
  t.true(await isSignedBy(acme, document, proofs[0]));
  t.false(await isSignedBy(north, document, proofs[0]));
  t.false(await isSignedBy({ ...acme, proofKey: north.proofKey }, document, proofs[0]));
  t.false(await isSignedBy(acme, { ...document, 'mitoyen:purpose': 'more' }, proofs[0]));
  for (const none of [undefined, null, 'z1', {}, [], { ...proofs[0], proofValue: 'z1' }])
    t.false(await isSignedBy(acme, document, none));
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
    { limits: { ...base.limits, copyDays: 31 } },
    { limits: { ...base.limits, mediaBytes: 999_999 } },
    { limits: { ...base.limits, copiesThen: 'purge' } },
    { limits: { ...base.limits, copyLevel: 'headers' } },
    { version: 2 },
    { iri: 'https://acme.example/agreements/02' },
    { expiresAt: NOW },
    { parties: [acme, { ...north, publicKeyPem: pem('E') }] },
    { parties: [acme, { ...north, proofKey: acme.proofKey }] },
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
  'with a key for proofs that is not theirs': [
    wire(),
    facts({ theirProofKey: north.proofKey }),
    /their key for proofs/,
  ],
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
  'a term that nobody here would enforce': { 'mitoyen:exclusive': true },
  'no room for any picture': { 'mitoyen:mediaBytes': 1 },
  'copies for no day': { 'mitoyen:copyDays': 0 },
  'an unknown fate of copies': { 'mitoyen:copiesThen': 'sell' },
  'an unknown level of copies': { 'mitoyen:copyLevel': 'most' },
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
