import test from 'ava';
import { createBoundedCache } from './bounded-cache.ts';

test('it keeps what was used last, and no more than it may', (t) => {
  const cache = createBoundedCache<string, number>(3);
  for (const [index, key] of ['a', 'b', 'c'].entries()) cache.set(key, index);
  t.is(cache.get('a'), 0);
  cache.set('d', 3);
  t.is(cache.size, 3);
  t.is(cache.get('b'), undefined);
  t.deepEqual(
    ['a', 'c', 'd'].map((key) => cache.get(key)),
    [0, 2, 3],
  );
});

test('an entry past its time is not given', async (t) => {
  const cache = createBoundedCache<string, number>(10, { ttl: 5 });
  cache.set('a', 1);
  t.is(cache.get('a'), 1);
  const set = performance.now();
  // The library looks at the clock once a millisecond at most, by a timer.
  while (cache.get('a') !== undefined && performance.now() - set < 5000)
    await new Promise(setImmediate);
  t.is(cache.get('a'), undefined);
});
