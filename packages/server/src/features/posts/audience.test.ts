import test from 'ava';
import type { GroupReach } from '../groups/group.ts';
import { countedIn, placeComment, placeTopLevel, streamsOf } from './audience.ts';
import { mayRead, type Post } from './post.ts';

const post = (change: Partial<Post>) =>
  ({ author: 'ann', audience: 'public', readers: ['public'], ...change }) as Post;

test('each audience has its readers and its place', (t) => {
  const facts = { author: 'ann', mentioned: ['bob'] };
  t.deepEqual(placeTopLevel({ ...facts, audience: 'public' }).readers, ['public']);
  t.deepEqual(placeTopLevel({ ...facts, audience: 'company' }), {
    audience: 'company',
    place: 'company',
    feed: 'company',
    readers: ['company'],
  });
  t.deepEqual(placeTopLevel({ ...facts, audience: 'followers' }).readers, [
    'followers:ann',
    'account:bob',
  ]);
  const closed = placeTopLevel({
    ...facts,
    audience: 'group',
    group: { id: 'g', reach: 'members' },
  });
  t.deepEqual([closed.feed, closed.readers], ['group:g', ['group:g']]);
  const inGroup = (reach: GroupReach) =>
    placeTopLevel({ ...facts, audience: 'group', group: { id: 'g', reach } }).readers;
  t.deepEqual(inGroup('everybody'), ['public', 'group:g']);
  t.deepEqual(inGroup('companies'), ['company', 'group:g']);
  const direct = placeTopLevel({
    ...facts,
    audience: 'direct',
    conversation: { id: 'c', participants: ['ann', 'bob'] },
  });
  t.is(direct.feed, undefined);
  t.deepEqual(direct.readers, ['account:ann', 'account:bob']);
});

test('a comment is never for more people than its post', (t) => {
  const facts = { author: 'bob', audience: 'public' as const, mentioned: ['eve'] };
  t.deepEqual(placeComment(post({ audience: 'company', readers: ['company'] }), facts).readers, [
    'company',
  ]);
  t.deepEqual(
    placeComment(post({ audience: 'group', group: 'g', readers: ['group:g'] }), facts).readers,
    ['group:g'],
  );
  const private_ = placeComment(post({ audience: 'followers', readers: ['followers:ann'] }), facts);
  t.is(private_.audience, 'followers');
  t.false(private_.readers.includes('public'));
  t.true(private_.readers.includes('followers:ann'));
  t.is(placeComment(post({ audience: 'unlisted' }), facts).audience, 'unlisted');
});

test('comments and messages are in no feed; messages in no list', (t) => {
  const facts = { author: 'bob', audience: 'public' as const, mentioned: [] };
  t.is(placeComment(post({}), facts).feed, undefined);
  t.deepEqual(streamsOf({ audience: 'direct', local: true, hashtags: ['x'] }), []);
  t.deepEqual(streamsOf({ audience: 'public', local: true, hashtags: ['x'] }), ['local', 'tag:x']);
  t.deepEqual(streamsOf({ audience: 'unlisted', local: true, hashtags: ['x'] }), ['tag:x']);
});

test('the author and whoever holds one of the tokens may read', (t) => {
  const private_ = post({ readers: ['followers:ann', 'account:bob'] });
  t.true(mayRead(private_, 'ann', new Set()));
  t.true(mayRead(private_, 'bob', new Set(['account:bob'])));
  t.false(mayRead(private_, 'eve', new Set(['public', 'company', 'account:eve'])));
  t.false(mayRead(private_, null, new Set(['public'])));
});

test('a comment counts above it only where it is for as many', (t) => {
  const root = post({ _id: 'root' });
  const open = post({ _id: 'open', root: 'root', countedIn: countedIn(post({}), root) });
  t.deepEqual(open.countedIn, ['root']);
  t.deepEqual(countedIn(post({}), open), ['open', 'root']);
  const narrow = post({ audience: 'direct', readers: ['account:ann'], conversation: 'c' });
  t.deepEqual(countedIn(narrow, root), []);
  const first = post({ ...narrow, _id: 'first' });
  t.deepEqual(countedIn(narrow, first), ['first']);
  t.deepEqual(countedIn({ ...narrow, conversation: 'other' }, first), []);
  const hidden = post({
    _id: 'hidden',
    audience: 'followers',
    readers: ['followers:ann'],
    root: 'root',
    countedIn: [],
  });
  t.deepEqual(countedIn(hidden, hidden), ['hidden'], 'and not in what is for more');
});

test('a post that is not for everybody has no comments for everybody, in an open group too', (t) => {
  const facts = {
    author: 'bob',
    audience: 'public' as const,
    mentioned: [],
    groupReach: 'everybody' as const,
  };
  const inside = post({ audience: 'group', group: 'g', readers: ['group:g'] });
  t.deepEqual(placeComment(inside, facts).readers, ['group:g']);
  const open = post({ audience: 'group', group: 'g', readers: ['public', 'group:g'] });
  t.true(placeComment(open, facts).readers.includes('public'));
  const shared = post({ audience: 'group', group: 'g', readers: ['company', 'group:g'] });
  const inHouse = placeComment(shared, facts);
  t.deepEqual(inHouse.readers, ['company', 'group:g'], 'not for more than the post');
  const narrowed = placeComment(open, { ...facts, groupReach: 'companies' });
  t.deepEqual(narrowed.readers, ['company', 'group:g'], 'nor for more than the group');
  t.deepEqual(countedIn(inHouse, shared), [shared._id]);
  t.deepEqual(countedIn(inside, shared), [], 'a number would tell of what members say');
});
