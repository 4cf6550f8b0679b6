/** The times that are offered for a post that is published later. */
import test from 'ava';
import { earliest, instantOf, nextMorning, toLocalInput } from '../src/features/feed/schedule.ts';

test('the next morning is that of a working day', (t) => {
  const friday = new Date(2026, 10, 20, 16, 30).getTime();
  const monday = nextMorning(friday);
  t.deepEqual([monday.getDay(), monday.getDate(), monday.getHours()], [1, 23, 9]);
});

test('a field of date and time gives the same instant back', (t) => {
  const at = new Date(2026, 10, 24, 9, 5);
  t.is(toLocalInput(at), '2026-11-24T09:05');
  t.is(instantOf(toLocalInput(at), at.getTime() - 3_600_000), at.toISOString());
});

test('what is empty or too soon is no time to publish at', (t) => {
  const now = Date.now();
  t.is(instantOf('', now), null);
  t.is(instantOf(toLocalInput(new Date(now + 60_000)), now), null);
  t.not(instantOf(toLocalInput(earliest(now)), now), null);
});
