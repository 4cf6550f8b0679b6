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
