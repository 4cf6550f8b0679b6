/** Moves the focus to the post after (or before) the one that has it, or the first on the screen. */
export function nextPost(step: 1 | -1): boolean {
  const posts = [...document.querySelectorAll<HTMLElement>('[data-post]')];
  if (posts.length === 0) return false;
  const focused = document.activeElement?.closest<HTMLElement>('[data-post]');
  const at = focused ? posts.indexOf(focused) + step : firstInView(posts);
  const post = posts[Math.min(posts.length - 1, Math.max(0, at))];
  post?.focus({ preventScroll: true });
  post?.scrollIntoView({ block: 'nearest' });
  return true;
}

function firstInView(posts: HTMLElement[]): number {
  const found = posts.findIndex((post) => post.getBoundingClientRect().bottom > 120);
  return Math.max(0, found);
}
