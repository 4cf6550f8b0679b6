/** A share has no words of its own: its language is that of the post that it shares. */
import type { Post } from './post.ts';
import type { PostStore } from './post-store.ts';

/** @param wanted people followed in some languages only: their shares alone are looked up */
export async function withSharedLanguage(
  store: Pick<PostStore, 'many'>,
  posts: Post[],
  wanted: ReadonlyMap<string, unknown>,
): Promise<Post[]> {
  const asked = posts.flatMap(({ author, shareOf }) =>
    shareOf !== undefined && wanted.has(author) ? [shareOf] : [],
  );
  if (asked.length === 0) return posts;
  const shared = new Map((await store.many([...new Set(asked)])).map((post) => [post._id, post]));
  return posts.map((post) => {
    const language = shared.get(post.shareOf ?? '')?.language;
    return language ? { ...post, language } : post;
  });
}
