/** What many talk of, where an organization wants to know: pure. Nobody makes a trend alone. */
import type { Post } from './post.ts';

export const TREND_DAYS = 3;
const LEAST_AUTHORS = 2;
const DAY_MS = 24 * 3600_000;

export type TrendingTag = {
  name: string;
  /** Of each of the last days, newest first. */
  history: { day: string; uses: string; accounts: string }[];
};

/** Hashtags by how many people used them, then by how often. */
export function trendingTags(posts: Post[], now: number): TrendingTag[] {
  const uses = Map.groupBy(
    posts.flatMap((post) => post.hashtags.map((name) => ({ name, post }))),
    ({ name }) => name,
  );
  const ranked = [...uses].map(([name, found]) => {
    const of = found.map(({ post }) => post);
    return { name, of, authors: authorsOf(of), uses: of.length };
  });
  return ranked
    .filter(({ authors }) => authors >= LEAST_AUTHORS)
    .sort((a, b) => b.authors - a.authors || b.uses - a.uses || (a.name < b.name ? -1 : 1))
    .map(({ name, of }) => ({ name, history: historyOf(of, now) }));
}

/** Posts by how much was answered, shared and liked; those of which nothing was, not. */
export function trendingPosts(posts: Post[]): Post[] {
  return posts
    .map((post) => ({ post, weight: weightOf(post) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.post._id < b.post._id ? 1 : -1))
    .map(({ post }) => post);
}

function weightOf({ counts }: Post): number {
  return counts.reactions + counts.comments + 2 * counts.shares;
}

function historyOf(posts: Post[], now: number): TrendingTag['history'] {
  const today = Math.floor(now / DAY_MS);
  return Array.from({ length: TREND_DAYS }, (_, back) => {
    const day = today - back;
    const of = posts.filter((post) => Math.floor(post.publishedAt / DAY_MS) === day);
    return {
      day: String((day * DAY_MS) / 1000),
      uses: String(of.length),
      accounts: String(authorsOf(of)),
    };
  });
}

const authorsOf = (posts: Post[]) => new Set(posts.map((post) => post.author)).size;
