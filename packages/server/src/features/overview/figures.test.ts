import test from 'ava';
import { figuresOf } from './figures.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const daysAgo = (days: number) => NOW - days * 86_400_000;

test('a week counts posts and each author once; the week before is its own', (t) => {
  const figures = figuresOf(
    [
      { author: 'a', at: daysAgo(1) },
      { author: 'a', at: daysAgo(2) },
      { author: 'b', at: daysAgo(3) },
      { author: 'c', at: daysAgo(9) },
    ],
    NOW,
  );
  t.deepEqual(figures.this_week, { posts: 3, authors: 2 });
  t.deepEqual(figures.week_before, { posts: 1, authors: 1 });
});

test('every day of thirty is there, also those without a post', (t) => {
  const { days } = figuresOf([{ author: 'a', at: NOW }], NOW);
  t.is(days.length, 30);
  t.deepEqual(days.at(-1), { date: '2026-11-23', posts: 1, authors: 1 });
  t.deepEqual(days[0], { date: '2026-10-25', posts: 0, authors: 0 });
});

test('the first reply counts by others, in groups, at the middle', (t) => {
  const minutes = (count: number) => NOW - 3_600_000 + count * 60_000;
  const post = (id: string, at: number) => ({ id, author: 'a', at, group: 'g' });
  const reply = (root: string, author: string, at: number) => ({
    id: `${root}${at}`,
    author,
    at,
    root,
    group: 'g',
  });
  const { first_reply: found } = figuresOf(
    [
      post('one', minutes(0)),
      post('two', minutes(0)),
      post('three', minutes(0)),
      reply('one', 'a', minutes(1)),
      reply('one', 'b', minutes(5)),
      reply('one', 'c', minutes(9)),
      reply('two', 'b', minutes(11)),
      reply('three', 'b', minutes(40)),
      { id: 'wall', author: 'a', at: minutes(0) },
      { id: 'answer', author: 'b', at: minutes(1), root: 'wall' },
    ],
    NOW,
  );
  t.deepEqual(found, { this_week: 11, week_before: null });
});
