import test from 'ava';
import { CONNECTION_WORDS, connectionOf } from './connection.ts';

const NOW = 1_700_000_000_000;
const quiet = { waiting: 0, dead: 0, oldestAt: null, mostAttempts: 0, lastError: null };
const pause = { host: '*', since: NOW, reason: 'admin' } as const;
const active = { state: 'active' } as const;
const of = (
  agreement: Parameters<typeof connectionOf>[0],
  known: Partial<Parameters<typeof connectionOf>[1]> = {},
) => CONNECTION_WORDS[connectionOf(agreement, { pause: null, figures: quiet, now: NOW, ...known })];

test('an admin reads one word for each state', (t) => {
  t.is(of({ state: 'offered' }), 'Offered, waiting for them');
  t.is(of({ state: 'waiting_for_us' }), 'Waiting for us');
  t.is(of(active), 'Connected');
  t.is(of(active, { pause }), 'Paused by us');
  t.is(of({ state: 'expired' }), 'Expired');
  t.is(of({ state: 'revoked' }), 'Ended');
  t.is(of({ state: 'rejected' }), 'Rejected');
  t.is(of({ state: 'revoked' }, { pause }), 'Ended', 'a pause says nothing about what is over');
});

test('an agreement has expired at its minute, whatever the timer has written down', (t) => {
  t.is(of({ ...active, expiresAt: NOW }), 'Expired');
  t.is(of({ ...active, expiresAt: NOW + 1 }), 'Connected');
});

test('a partner is slow when deliveries fail again and again or wait long, not at a hiccup', (t) => {
  const figures = { ...quiet, waiting: 3, oldestAt: NOW - 5000, mostAttempts: 1 };
  t.is(of(active, { figures }), 'Connected');
  t.is(of(active, { figures: { ...figures, mostAttempts: 3 } }), 'Slow');
  t.is(of(active, { figures: { ...figures, oldestAt: NOW - 3600_000 } }), 'Slow');
  t.is(of(active, { figures: { ...figures, mostAttempts: 9 }, pause }), 'Paused by us');
});
