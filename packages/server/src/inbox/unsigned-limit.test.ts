import test from 'ava';
import { AppError } from '../platform/app-error.ts';
import { createUnsignedLimit } from './unsigned-limit.ts';

function limitOf(perMinute: number) {
  const clock = { at: 1_000_000, now: () => clock.at };
  return { clock, limit: createUnsignedLimit({ perMinute, clock }) };
}

test('an address is refused past its limit, others are not, and it is heard the next minute', (t) => {
  const { limit, clock } = limitOf(2);
  for (let turn = 0; turn < 2; turn += 1) {
    limit.admit('203.0.113.1');
    limit.refused('203.0.113.1');
  }
  const error = t.throws(() => limit.admit('203.0.113.1'), { instanceOf: AppError });
  t.is(error?.code, 'rate_limited');
  t.is(error?.retryAfterSeconds, 60);
  t.notThrows(() => limit.admit('203.0.113.2'));
  clock.at += 60_000;
  t.notThrows(() => limit.admit('203.0.113.1'));
});

test('all addresses of one IPv6 network count together, however they are written', (t) => {
  const { limit } = limitOf(1);
  limit.refused('2001:db8::1');
  t.throws(() => limit.admit('2001:db8:0:0:ffff::2'));
  t.throws(() => limit.admit('2001:db8:0:0:1:2:3:4'));
  t.notThrows(() => limit.admit('2001:db8:0:1::1'));
  t.notThrows(() => limit.admit('2001:db8::1:2:3:4:5'), 'its third group is not left out');
});

test('who signs well is never counted, and 0 is no limit', (t) => {
  const { limit } = limitOf(1);
  for (let turn = 0; turn < 5; turn += 1) t.notThrows(() => limit.admit('203.0.113.1'));
  const none = limitOf(0).limit;
  for (let turn = 0; turn < 5; turn += 1) none.refused('203.0.113.1');
  t.notThrows(() => none.admit('203.0.113.1'));
});
