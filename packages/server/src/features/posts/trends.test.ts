import test from 'ava';
import { blankContent, type Post } from './post.ts';
import { trendingPosts, trendingTags } from './trends.ts';

const NOW = Date.parse('2026-05-03T12:00:00Z');
let made = 0;

function post(author: string, more: Partial<Post> = {}): Post {
  made += 1;
  const _id = String(made).padStart(4, '0');
  const place = { place: 'company', audience: 'public', readers: ['public'] } as const;
  return {
    ...blankContent(),
    ...place,
    readers: ['public'],
    _id,
    kind: 'post',
    iri: _id,
    url: _id,
    author,
    local: true,
    publishedAt: NOW,
    ...more,
  };
}

test('a hashtag that several people use comes before one that somebody repeats', (t) => {
  const yesterday = NOW - 24 * 3600_000;
  const tags = trendingTags(
    [
      ...Array.from({ length: 5 }, () => post('ann', { hashtags: ['mine'] })),
      post('ann', { hashtags: ['lyon'] }),
      post('bob', { hashtags: ['lyon'], publishedAt: yesterday }),
      post('cal', { hashtags: ['lyon', 'works'] }),
      post('bob', { hashtags: ['works'] }),
    ],
    NOW,
  );
  t.deepEqual(
    tags.map((tag) => tag.name),
    ['lyon', 'works'],
  );
  t.deepEqual(
    tags[0]?.history.map(({ uses, accounts }) => `${uses} by ${accounts}`),
    ['2 by 2', '1 by 1', '0 by 0'],
  );
});

test('posts are ranked by what was done with them; untouched ones are none', (t) => {
  const counts = (reactions: number, shares: number) => ({ comments: 0, reactions, shares });
  const [quiet, liked, shared] = [
    post('ann'),
    post('ann', { counts: counts(1, 0) }),
    post('ann', { counts: counts(0, 1) }),
  ];
  t.deepEqual(
    trendingPosts([quiet, liked, shared]).map((one) => one._id),
    [shared._id, liked._id],
  );
});
