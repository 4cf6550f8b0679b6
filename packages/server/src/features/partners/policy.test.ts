import test from 'ava';
import { type ActiveTerms, type PolicyFacts, permits, permitsAgreement } from './policy.ts';

const NOW = 1_700_000_000_000;
const never = () => false;

const limits = { copiesThen: 'purge' } as const;

function terms(change: Partial<ActiveTerms> = {}): ActiveTerms {
  return {
    name: 'Northwind',
    scopes: new Set(['follow', 'posts']),
    groups: 'all',
    limits,
    ...change,
  };
}

function facts(change: Partial<PolicyFacts> = {}): PolicyFacts {
  return {
    mode: 'partners',
    ownHost: 'acme.example',
    active: new Map([['north.example', terms()]]),
    known: new Set(['north.example']),
    revoked: new Set(),
    paused: new Map(),
    restricted: new Map(),
    blocked: new Set(),
    ...change,
  };
}

test('partners mode allows an active partner and nobody else', (t) => {
  t.true(permits(facts(), { host: 'north.example', now: NOW }));
  t.false(permits(facts(), { host: 'evil.example', now: NOW }));
  t.false(permits(facts(), { host: 'sub.north.example', now: NOW }));
  t.false(permits(facts(), { host: 'north.example:8443', now: NOW }));
});

test('closed mode allows nobody, not even agreement traffic', (t) => {
  const closed = facts({ mode: 'closed' });
  t.false(permits(closed, { host: 'north.example', now: NOW }));
  t.false(permitsAgreement(closed, 'north.example', () => true));
});

test('our own host is never a partner', (t) => {
  for (const mode of ['closed', 'partners', 'open'] as const) {
    const own = facts({ mode, active: new Map([['acme.example', terms()]]) });
    t.false(permits(own, { host: 'acme.example', now: NOW }));
  }
});

test('open mode allows anybody but blocked and revoked hosts', (t) => {
  const open = facts({
    mode: 'open',
    blocked: new Set(['evil.example']),
    revoked: new Set(['former.example']),
  });
  t.true(permits(open, { host: 'anybody.example', now: NOW, scope: 'messages' }));
  t.false(permits(open, { host: 'evil.example', now: NOW }));
  t.false(permits(open, { host: 'former.example', now: NOW }));
});

test('in open mode too an agreement says what is exchanged with its partner, while it is in force', (t) => {
  const asked = { host: 'north.example', now: NOW };
  const open = facts({ mode: 'open' });
  t.true(permits(open, { ...asked, scope: 'posts' }));
  t.false(permits(open, { ...asked, scope: 'messages' }));
  t.false(permits(open, { ...asked, scope: 'groups', groupId: 'x' }));
  t.true(permits(open, { ...asked, host: 'anybody.example', scope: 'messages' }));
  // Once it has expired the host is one of all the others.
  const expired = new Map([['north.example', terms({ expiresAt: NOW })]]);
  t.true(permits({ ...open, active: expired }, { ...asked, scope: 'messages' }));
});

test('a block covers subdomains and ports, and outranks an agreement', (t) => {
  const blocked = facts({ mode: 'open', blocked: new Set(['evil.example', 'north.example']) });
  t.false(permits(blocked, { host: 'a.b.evil.example', now: NOW }));
  t.false(permits(blocked, { host: 'evil.example:8443', now: NOW }));
  t.true(permits(blocked, { host: 'notevil.example', now: NOW }));
  t.false(permits({ ...blocked, mode: 'partners' }, { host: 'north.example', now: NOW }));
  t.false(permitsAgreement(blocked, 'north.example', never));
});

test('only the scopes of the agreement are allowed', (t) => {
  t.true(permits(facts(), { host: 'north.example', scope: 'posts', now: NOW }));
  t.false(permits(facts(), { host: 'north.example', scope: 'messages', now: NOW }));
  t.false(permits(facts(), { host: 'north.example', scope: 'groups', now: NOW }));
});

test('named groups are allowed, others are not', (t) => {
  const some = facts({
    active: new Map([
      ['north.example', terms({ scopes: new Set(['groups']), groups: new Set(['G1']) })],
    ]),
  });
  const ask = (groupId?: string) =>
    permits(some, {
      host: 'north.example',
      scope: 'groups',
      now: NOW,
      ...(groupId && { groupId }),
    });
  t.true(ask('G1'));
  t.false(ask('G2'));
  t.true(ask());
});

test('an agreement ends at its expiry, without anything being written', (t) => {
  const expiring = facts({ active: new Map([['north.example', terms({ expiresAt: NOW })]]) });
  t.true(permits(expiring, { host: 'north.example', now: NOW - 1 }));
  t.false(permits(expiring, { host: 'north.example', now: NOW }));
});

test('agreement traffic is for hosts that were offered to, and for one under review', (t) => {
  t.true(permitsAgreement(facts(), 'north.example', never));
  t.false(permitsAgreement(facts(), 'evil.example', never));
  t.true(permitsAgreement(facts(), 'new.example', (host) => host === 'new.example'));
});
