import test from 'ava';
import { readRange } from './byte-range.ts';

const cases: [string, ReturnType<typeof readRange>][] = [
  ['bytes=0-', { start: 0, end: 99 }],
  ['bytes=10-19', { start: 10, end: 19 }],
  ['bytes=90-500', { start: 90, end: 99 }],
  ['bytes=-10', { start: 90, end: 99 }],
  ['bytes=-500', { start: 0, end: 99 }],
  ['bytes=100-', 'outside'],
  ['bytes=-0', 'outside'],
  ['bytes=20-10', 'whole'],
  ['bytes=0-1,5-6', 'whole'],
  ['items=0-1', 'whole'],
  ['bytes=-', 'whole'],
  ['bytes=a-b', 'whole'],
  ['', 'whole'],
];
for (const [header, expected] of cases) {
  test(`"${header}" of 100 bytes is ${JSON.stringify(expected)}`, (t) => {
    t.deepEqual(readRange(header, 100), expected);
  });
}

test('of an empty file no part can be had', (t) => {
  t.is(readRange('bytes=0-', 0), 'outside');
});
