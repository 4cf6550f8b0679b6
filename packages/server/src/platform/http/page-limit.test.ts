import test from 'ava';
import { pageLimit } from './page-limit.ts';

const limit = pageLimit(20, 40);

test('who asks for more rows than a page may have, has as many as it may', (t) => {
  t.is(limit.parse('5'), 5);
  t.is(limit.parse('40'), 40);
  t.is(limit.parse('1000'), 40);
  t.is(limit.parse('0'), 1);
  t.is(pageLimit(40, 500, 0).parse('0'), 0);
});

test('what is no number of rows counts as not said', (t) => {
  for (const wrong of [undefined, 'all', '1.5', 'Infinity']) t.is(limit.parse(wrong), 20);
});
