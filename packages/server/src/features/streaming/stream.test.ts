import test from 'ava';
import { labelOf, readStream } from './stream.ts';

test('streams are read as apps name them, with what they need', (t) => {
  t.deepEqual(readStream({ stream: 'user' }), { name: 'user' });
  t.deepEqual(readStream({ stream: 'hashtag', tag: '#Été' }), { name: 'hashtag', key: 'été' });
  t.deepEqual(readStream({ stream: 'list', list: '01' }), { name: 'list', key: '01' });
  t.like(readStream({ stream: 'list' }), { field: 'list' });
  t.like(readStream({ stream: 'gossip' }), { field: 'stream' });
  t.like(readStream({}), { field: 'stream' });
});

test('events are labelled as Mastodon labels them', (t) => {
  t.deepEqual(labelOf({ name: 'user' }), ['user']);
  t.deepEqual(labelOf({ name: 'hashtag:local', key: 'work' }), ['hashtag:local', 'work']);
});
