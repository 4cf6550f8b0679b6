import { generateKeyPairSync } from 'node:crypto';
import test from 'ava';
import { actorTokenHolds, createActorToken, readActorToken } from './actor-token.ts';

const issuer = 'https://hub.example/groups/inner';
const actor = 'https://member.example/actor';
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const NOW = Date.parse('2026-08-01T12:00:00Z');
const keyId = `${issuer}#main-key`;
const token = createActorToken({ issuer, actor, keyId, privateKey: pair.privateKey, now: NOW });
const expected = { issuer, actor, keys: [{ id: keyId, key: pair.publicKey }], now: NOW };

test('a token holds for half an hour, for the actor that it names', (t) => {
  const read = readActorToken(JSON.parse(JSON.stringify(token)));
  t.true(read !== null && actorTokenHolds(read, expected));
  t.true(actorTokenHolds(token, { ...expected, now: NOW + 30 * 60_000 }));
  t.false(actorTokenHolds(token, { ...expected, now: NOW + 36 * 60_000 }));
  t.false(actorTokenHolds(token, { ...expected, now: NOW - 6 * 60_000 }));
  t.false(actorTokenHolds(token, { ...expected, actor: 'https://other.example/actor' }));
  t.false(actorTokenHolds(token, { ...expected, issuer: 'https://hub.example/groups/other' }));
});

test('what is changed, or signed by another key, does not hold', (t) => {
  const longer = { ...token, validUntil: '2026-08-01T13:00:00.000Z' };
  t.false(actorTokenHolds(longer, expected));
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  t.false(actorTokenHolds(token, { ...expected, keys: [{ id: keyId, key: other.publicKey }] }));
  t.false(
    actorTokenHolds(token, { ...expected, keys: [{ id: `${keyId}-2`, key: pair.publicKey }] }),
  );
  t.false(actorTokenHolds({ ...token, issuedAt: 'yesterday' }, expected));
});

test('what is no token is not read', (t) => {
  for (const value of [null, [], {}, 'x', { ...token, signatures: [] }, { ...token, actor: 7 }])
    t.is(readActorToken(value), null);
});
