import test from 'ava';
import { isBlobKey } from '../../platform/blobs.ts';
import { parseBytes, parseMetadata, partKey } from './resumable.ts';

test('metadata is names with base64 values', (t) => {
  t.deepEqual(parseMetadata('filename cGhvdG8ucG5n, filetype aW1hZ2UvcG5n,flag'), {
    filename: 'photo.png',
    filetype: 'image/png',
    flag: '',
  });
  t.deepEqual(parseMetadata(''), {});
});

test('what is no metadata is refused', (t) => {
  for (const header of ['a b c', 'name not*base64', 'é cGg=', 'x '.repeat(5000)])
    t.is(parseMetadata(header), null, header.slice(0, 20));
});

test('a number of bytes is digits alone', (t) => {
  t.is(parseBytes('0'), 0);
  t.is(parseBytes('12345'), 12_345);
  for (const header of ['', '-1', '1.5', '1e3', 'x', '9'.repeat(16)])
    t.is(parseBytes(header), null);
});

test('parts have keys that the storage takes', (t) => {
  t.true(isBlobKey(partKey('0123456789ABCDEF0123456789ABCDEF')));
});
