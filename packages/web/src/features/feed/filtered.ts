/** What somebody's own filters say of a post, where it is shown. */
import type { Status } from '../../api/types.ts';
import { here } from '../../router/router.svelte.ts';

type Context = 'home' | 'notifications' | 'public' | 'thread' | 'account';
export type Covering = { action: 'warn' | 'hide' | 'blur'; title: string };

const CONTEXTS: Record<string, Context> = {
  posts: 'thread',
  profile: 'account',
  notifications: 'notifications',
  tags: 'public',
  search: 'public',
};
const STRENGTH = { blur: 0, warn: 1, hide: 2 };

/** The strongest filter that fits here; null where none does. */
export function coveringOf(
  { filtered = [] }: Pick<Status, 'filtered'>,
  context: Context = CONTEXTS[here().route?.name ?? ''] ?? 'home',
): Covering | null {
  const fitting = filtered
    .map(({ filter }) => filter)
    .filter((one) => one.context.includes(context))
    .toSorted((a, b) => STRENGTH[b.filter_action] - STRENGTH[a.filter_action]);
  const [first] = fitting;
  return first ? { action: first.filter_action, title: first.title } : null;
}
