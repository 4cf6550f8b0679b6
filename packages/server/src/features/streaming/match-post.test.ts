import test from 'ava';
import type { Subscription } from './connection.ts';
import { type Match, showsPost } from './match-post.ts';
import type { StreamName } from './stream.ts';
import type { PostFacts } from './stream-message.ts';

const post: PostFacts = {
  _id: '1',
  kind: 'post',
  author: 'ann',
  readers: ['public'],
  feed: 'wall:ann',
  streams: ['local', 'tag:work'],
  audience: 'public',
  local: true,
  withMedia: false,
  answers: null,
  isAnswer: false,
};
const reading = {
  tags: new Set<string>(),
  elsewhere: new Set<string>(),
  withoutShares: new Set<string>(),
  languages: new Map<string, string[]>(),
  hasFilters: false,
};
const seen = (change: Partial<Match> = {}): Match => ({
  post,
  viewer: 'bob',
  reading,
  inHome: false,
  followsAnswered: false,
  ...change,
});
const on = (
  name: StreamName,
  more: { key?: string; source?: Subscription['source'] } = {},
): Subscription => ({
  stream: { name, ...(more.key && { key: more.key }) },
  ...(more.source !== undefined && { source: more.source }),
});

test('public streams show what is listed, by where it came from and whether it has pictures', (t) => {
  const shown = (name: StreamName, change: Partial<PostFacts> = {}) =>
    showsPost(on(name), seen({ post: { ...post, ...change } }));
  t.true(shown('public'));
  t.true(shown('public:local'));
  t.false(shown('public:remote'));
  t.true(shown('public:remote', { streams: ['remote'] }));
  t.false(shown('public:media'));
  t.true(shown('public:local:media', { withMedia: true }));
  t.false(shown('public', { streams: [] }));
  t.false(shown('user:notification'));
  t.false(shown('direct'));
});

test('a hashtag is heard by who asked for it, here or from anywhere', (t) => {
  t.true(showsPost(on('hashtag', { key: 'work' }), seen()));
  t.false(showsPost(on('hashtag', { key: 'play' }), seen()));
  const elsewhere = { ...post, local: false, streams: ['remote', 'tag:work'] };
  t.false(showsPost(on('hashtag:local', { key: 'work' }), seen({ post: elsewhere })));
  // A comment is in no public list, and with its hashtag all the same.
  const comment = { ...post, streams: ['tag:work'], isAnswer: true };
  t.true(showsPost(on('hashtag:local', { key: 'work' }), seen({ post: comment })));
});

test('the home feed has the own places and hashtags, less what is read elsewhere', (t) => {
  const home = on('user');
  t.false(showsPost(home, seen()));
  t.true(showsPost(home, seen({ inHome: true })));
  t.true(showsPost(home, seen({ reading: { ...reading, tags: new Set(['work']) } })));
  const elsewhere = { ...reading, elsewhere: new Set(['ann']) };
  t.false(showsPost(home, seen({ inHome: true, reading: elsewhere })));
  t.true(showsPost(home, seen({ inHome: true, reading: elsewhere, viewer: 'ann' })));
  const company = { ...post, feed: 'company' as const };
  t.false(showsPost(home, seen({ inHome: true, reading: elsewhere, post: company })));
  const share = { ...post, kind: 'share' as const };
  const quiet = { ...reading, withoutShares: new Set(['ann']) };
  t.false(showsPost(home, seen({ inHome: true, post: share, reading: quiet })));
  t.true(showsPost(home, seen({ inHome: true, reading: quiet })));
  const french = { ...reading, languages: new Map([['ann', ['fr']]]) };
  const said = (language?: string) => ({ ...post, ...(language && { language }) });
  for (const language of ['fr', 'fr-CA', 'FR', undefined])
    t.true(showsPost(home, seen({ inHome: true, reading: french, post: said(language) })));
  t.false(showsPost(home, seen({ inHome: true, reading: french, post: said('en') })));
});

test('a list shows its people and groups, and answers as it was told to', (t) => {
  const source = { people: ['ann'], groups: ['club'], replies: 'list' as const };
  const list = on('list', { key: 'l', source });
  t.true(showsPost(list, seen()));
  t.false(showsPost(list, seen({ post: { ...post, author: 'eve' } })));
  t.true(showsPost(list, seen({ post: { ...post, author: 'eve', feed: 'group:club' } })));
  t.false(showsPost(list, seen({ post: { ...post, audience: 'direct' } })));
  const answer = { ...post, isAnswer: true, answers: 'eve' };
  t.false(showsPost(list, seen({ post: answer })));
  t.true(showsPost(list, seen({ post: { ...answer, answers: 'ann' } })));
  const followed = on('list', { key: 'l', source: { ...source, replies: 'followed' } });
  t.true(showsPost(followed, seen({ post: answer, followsAnswered: true })));
  const none = on('list', { key: 'l', source: { ...source, replies: 'none' } });
  t.false(showsPost(none, seen({ post: { ...answer, answers: 'ann' } })));
  t.false(showsPost(on('list', { key: 'l', source: null }), seen()), 'not theirs any more');
});
