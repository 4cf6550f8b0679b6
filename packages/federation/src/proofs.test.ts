import { createPrivateKey } from 'node:crypto';
import test from 'ava';
import { canonicalise } from './jcs.ts';
import type { JsonObject } from './json.ts';
import { generateEd25519Keys } from './keys.ts';
import { createProof, verifyProof } from './proofs.ts';

const keys = generateEd25519Keys();
const actor = 'https://a.example/users/ann';
const method = `${actor}#ed25519-key`;
const findKey = async (id: string) =>
  id === method ? { controller: actor, multibase: keys.publicMultibase } : null;

function proved(change: JsonObject = {}) {
  const document = {
    '@context': ['https://www.w3.org/ns/activitystreams'],
    id: 'https://a.example/1',
    type: 'Create',
    actor,
    object: { id: 'https://a.example/2', content: 'é "x"', n: 1.5 },
    ...change,
  };
  return createProof(document, {
    verificationMethod: method,
    privateKey: createPrivateKey(keys.privatePem),
    created: '2026-11-23T10:00:00.123Z',
  });
}

test('a proof that we make, we verify, also after a round trip through JSON', async (t) => {
  const document = JSON.parse(JSON.stringify(proved()));
  t.true((await verifyProof(document, { findKey })).ok);
  t.is(document.proof.created, '2026-11-23T10:00:00Z');
});

test('one changed character breaks it', async (t) => {
  const document = JSON.parse(JSON.stringify(proved()).replace('1.5', '1.6'));
  t.false((await verifyProof(document, { findKey })).ok);
});

test('a key of somebody else does not prove for the actor', async (t) => {
  const document = proved({ actor: 'https://a.example/users/bob' });
  t.deepEqual(await verifyProof(document, { findKey }), {
    ok: false,
    reason: "the key is not the actor's",
  });
});

test('an unknown key, another suite and a missing proof are refused', async (t) => {
  const document = proved();
  t.false((await verifyProof(document, { findKey: async () => null })).ok);
  t.false(
    (
      await verifyProof(
        { ...document, proof: { ...document.proof, cryptosuite: 'eddsa-rdfc-2022' } },
        { findKey },
      )
    ).ok,
  );
  t.false((await verifyProof({ id: 'https://a.example/1', actor }, { findKey })).ok);
});

test("FEP-8b32's own example verifies, and is what we would make", async (t) => {
  const document = {
    '@context': [
      'https://www.w3.org/ns/activitystreams',
      'https://w3id.org/security/data-integrity/v1',
    ],
    type: 'Create',
    actor: 'https://server.example/users/alice',
    object: { type: 'Note', content: 'Hello world' },
    proof: {
      type: 'DataIntegrityProof',
      cryptosuite: 'eddsa-jcs-2022',
      verificationMethod: 'https://server.example/users/alice#ed25519-key',
      proofPurpose: 'assertionMethod',
      proofValue:
        'z3sXaxjKs4M3BRicwWA9peyNPJvJqxtGsDmpt1jjoHCjgeUf71TRFz56osPSfDErszyLp5Ks1EhYSgpDaNM977Rg2',
      created: '2023-02-24T23:36:38Z',
    },
  };
  const multibase = 'z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2';
  const controller = 'https://server.example/users/alice';
  const verdict = await verifyProof(document, { findKey: async () => ({ controller, multibase }) });
  t.true(verdict.ok, verdict.ok ? '' : verdict.reason);
});

test('of several proofs the one that we know counts, and one that has ended does not', async (t) => {
  const document = proved();
  const several = { ...document, proof: [{ type: 'Other' }, document.proof] };
  t.true((await verifyProof(several, { findKey })).ok);
  const ended = { ...document, proof: { ...document.proof, expires: '2026-11-23T10:00:00Z' } };
  t.deepEqual(await verifyProof(ended, { findKey, now: Date.parse('2026-11-24T00:00:00Z') }), {
    ok: false,
    reason: 'it ended',
  });
});

test('what is added, taken away or re-contexted after signing breaks the proof', async (t) => {
  const document = proved();
  const { object: _, ...without } = document;
  for (const changed of [
    { ...document, content: 'added' },
    without,
    { ...document, '@context': ['https://www.w3.org/ns/activitystreams'] },
    { ...document, actor: 'https://a.example/users/eve' },
    { ...document, proof: { ...document.proof, created: '2026-11-23T10:00:01Z' } },
    { ...document, proof: { ...document.proof, proofPurpose: 'authentication' } },
    { ...document, proof: { ...document.proof, proofValue: `z${'1'.repeat(88)}` } },
  ])
    t.false((await verifyProof(changed, { findKey })).ok, JSON.stringify(changed).slice(0, 80));
});

test('RFC 8785: numbers, strings and the order of members', (t) => {
  t.is(
    canonicalise({
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0],
      string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    }),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
  const sorted = canonicalise(Object.fromEntries(names.map((name) => [name, 1])));
  t.deepEqual(Object.keys(JSON.parse(sorted)).sort(), names.toSorted());
  t.is(sorted, '{"\\r":1,"1":1,"\u0080":1,"ö":1,"€":1,"😀":1,"\ufb33":1}');
});
