import test from 'ava';
import { createIds, idFloor, idTime, isId } from './ids.ts';

test('ids asked for in one millisecond still sort in the order asked', (t) => {
  const nextId = createIds({ now: () => 1_700_000_000_000 });
  const ids = Array.from({ length: 5000 }, () => nextId());
  t.deepEqual(ids, ids.toSorted());
  t.is(new Set(ids).size, ids.length);
});

test('a clock that steps back does not make ids step back', (t) => {
  let now = 1_700_000_000_000;
  const nextId = createIds({ now: () => now });
  const first = nextId();
  now -= 60_000;
  t.true(nextId() > first);
});

test('an id carries its time and its form is checked', (t) => {
  const nextId = createIds({ now: () => 0 });
  const id = nextId(1_700_000_000_123);
  t.is(idTime(id), 1_700_000_000_123);
  t.true(id > idFloor(1_700_000_000_123) && id < idFloor(1_700_000_000_124));
  t.true(isId(id));
  t.false(isId('../../etc/passwd'));
  t.false(isId('8ZZZZZZZZZZZZZZZZZZZZZZZZZ'));
});
