import test from 'ava';
import {
  blobKeyOf,
  fileName,
  isServable,
  parseFileName,
  parseFocus,
  retryPause,
} from './picture.ts';

const NAME = '0123456789ABCDEF0123456789ABCDEF';

test('a file name goes there and back', (t) => {
  for (const size of ['original', 'small'] as const) {
    t.deepEqual(parseFileName(fileName(NAME, size)), { name: NAME, size });
  }
  t.is(blobKeyOf(NAME, 'small'), `media/EF/${NAME}-small.webp`);
});

for (const file of [
  '../../etc/passwd',
  `${NAME}.html`,
  `${NAME}.webp.html`,
  `${NAME.toLowerCase()}.webp`,
  `${NAME}-small-small.webp`,
  `${NAME}\n.webp`,
  '',
]) {
  test(`${JSON.stringify(file)} is no file of ours`, (t) => {
    t.is(parseFileName(file), null);
  });
}

test('a focal point is two numbers between -1 and 1', (t) => {
  t.deepEqual(parseFocus('0.5,-1'), { x: 0.5, y: -1 });
  for (const bad of ['', '1', '1,2', ',', 'a,b', '0,0,0', 'NaN,0', 'Infinity,0']) {
    t.is(parseFocus(bad), null, bad);
  }
});

test('a remote video is not fetched as a picture', (t) => {
  t.true(isServable({ state: 'remote', mediaType: 'image/png' }));
  t.false(isServable({ state: 'remote', mediaType: 'video/mp4' }));
  t.false(isServable({ state: 'failed', mediaType: 'image/png' }));
});

test('a failed fetch is tried again ever more rarely, and at least daily', (t) => {
  t.is(retryPause(1), 60_000);
  t.is(retryPause(2), 300_000);
  t.is(retryPause(30), 24 * 3600_000);
});
