/** A thread around a post: what it answers, and its answers, each after what it answers. Bounded. */
import type { Post } from './post.ts';
import type { PostStore } from './post-store.ts';

const MOST_ANCESTORS = 100;
const MOST_DESCENDANTS = 500;
/** Levels below a post that are read one by one, where the thread is too long to be read whole. */
const MOST_LEVELS = 20;

export type Thread = { ancestors: Post[]; descendants: Post[] };

export async function readThread(store: PostStore, post: Post): Promise<Thread> {
  const root = post.root ?? post._id;
  const rows = await store.thread(root, MOST_DESCENDANTS + 1);
  const isWhole = rows.length <= MOST_DESCENDANTS;
  const known = new Map<string, Post>(rows.map((row) => [row._id, row]));
  return {
    ancestors: await ancestorsOf(store, post, known),
    descendants: inOrder(post, isWhole ? rows : await levelsBelow(store, post)),
  };
}

async function ancestorsOf(
  store: PostStore,
  post: Post,
  known: Map<string, Post>,
): Promise<Post[]> {
  const chain: Post[] = [];
  const seen = new Set([post._id]);
  let above = post.inReplyTo;
  while (above && !seen.has(above) && chain.length < MOST_ANCESTORS) {
    seen.add(above);
    const found = known.get(above) ?? (await store.byId(above));
    if (!found) break;
    chain.unshift(found);
    above = found.inReplyTo;
  }
  return chain;
}

async function levelsBelow(store: PostStore, post: Post): Promise<Post[]> {
  const all: Post[] = [];
  let level = [post._id];
  for (let depth = 0; depth < MOST_LEVELS && level.length > 0; depth += 1) {
    const below = await store.answers(level, MOST_DESCENDANTS - all.length);
    all.push(...below);
    level = all.length < MOST_DESCENDANTS ? below.map((one) => one._id) : [];
  }
  return all;
}

/** Depth first, oldest first. Who answers in a circle (it can be sent) is met once. */
function inOrder(post: Post, all: Post[]): Post[] {
  const children = Map.groupBy(all, (one) => one.inReplyTo ?? '');
  const ordered = new Map<string, Post>();
  const waiting = (children.get(post._id) ?? []).toReversed();
  while (waiting.length > 0) {
    const next = waiting.pop() as Post;
    if (next._id === post._id || ordered.has(next._id)) continue;
    ordered.set(next._id, next);
    waiting.push(...(children.get(next._id) ?? []).toReversed());
  }
  return [...ordered.values()];
}
