import test from 'ava';
import { isTimeZone } from '../../platform/time-zone.ts';
import { nextDigest, quietUntil } from './quiet-hours.ts';

const at = (text: string) => Date.parse(text);
const night = { from: '22:00', to: '07:00' };

test('quiet hours go over midnight and are in the own time zone', (t) => {
  t.is(quietUntil(at('2026-11-23T12:00:00Z'), night, 'Europe/Paris'), null);
  t.is(
    quietUntil(at('2026-11-23T21:30:30Z'), night, 'Europe/Paris'),
    at('2026-11-24T06:00:00Z'),
    'half past ten in Paris, until seven',
  );
  t.is(quietUntil(at('2026-11-23T05:59:00Z'), night, 'Europe/Paris'), at('2026-11-23T06:00:00Z'));
  t.is(quietUntil(at('2026-11-23T06:00:00Z'), night, 'Europe/Paris'), null);
  t.is(quietUntil(at('2026-11-23T12:00:00Z'), null, 'Europe/Paris'), null);
});

test('a digest comes at its hour, on the next day or the next Monday', (t) => {
  const morning = { hour: 7, timeZone: 'Europe/Paris' };
  const monday = at('2026-11-23T12:00:00Z');
  t.is(nextDigest(monday, 'daily', morning), at('2026-11-24T06:00:00Z'));
  t.is(nextDigest(at('2026-11-23T05:00:00Z'), 'daily', morning), at('2026-11-23T06:00:00Z'));
  t.is(nextDigest(monday, 'weekly', morning), at('2026-11-30T06:00:00Z'));
  t.is(nextDigest(at('2026-11-25T05:00:00Z'), 'weekly', morning), at('2026-11-30T06:00:00Z'));
  t.is(
    nextDigest(at('2026-11-23T06:00:00Z'), 'daily', morning),
    at('2026-11-24T06:00:00Z'),
    'right at the hour it is the next one',
  );
});

test('time zones are those of the IANA', (t) => {
  t.true(isTimeZone('America/Montreal'));
  t.false(isTimeZone('Mars/Olympus'));
});
