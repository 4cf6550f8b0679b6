import test from 'ava';
import { createMatcher, type Filter } from './filter.ts';

const filterOf = (keyword: string, wholeWord = true): Filter => ({
  _id: 'f',
  owner: 'a',
  title: 't',
  contexts: ['home'],
  action: 'warn',
  keywords: [{ id: 'k', keyword, wholeWord }],
  posts: [{ id: 's', post: 'p1' }],
});
const says = (text: string, keyword: string, wholeWord?: boolean) =>
  createMatcher([filterOf(keyword, wholeWord)])(text, []).length === 1;

test('a whole word is found in any case and script, and not inside another one', (t) => {
  t.true(says('The Budget is late', 'budget'));
  t.false(says('budgetary', 'budget'));
  t.true(says('budgetary', 'budget', false));
  t.true(says('vive l’été!', 'été'));
  t.false(says('répété', 'été'));
  t.true(says('(c++) rocks', 'c++'));
  t.true(says('#spoiler', '#spoiler'));
});

test('what looks like a pattern is taken as it is written', (t) => {
  t.false(says('aaaa', '.*'));
  t.true(says('a .* b', '.*'));
  t.true(says('a-b/c', 'a-b/c'));
  t.true(says('{x}[y]', '{x}[y]', false));
});

test('a post is found by its id', (t) => {
  const [match] = createMatcher([filterOf('nothing')])('text', ['p0', 'p1']);
  t.deepEqual(match?.posts, ['p1']);
});
