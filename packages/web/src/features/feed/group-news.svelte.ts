/** How many posts of a group are unread: since the last visit of the feed, or since the group was opened. */
import { SvelteMap } from 'svelte/reactivity';
import { me } from '../../stores/session.svelte.ts';
import { status } from '../../stores/statuses.svelte.ts';
import { isUnread, knownHome } from './feed.svelte.ts';

const NAME = 'opened-groups';
/** The newest post of each group that was open in this tab. */
const opened = new SvelteMap<string, string>(read());

export function openedGroup(group: string, newest: string): void {
  if (newest <= (opened.get(group) ?? '')) return;
  opened.set(group, newest);
  try {
    sessionStorage.setItem(NAME, JSON.stringify([...opened]));
  } catch {
    // Without storage it lasts as long as the page.
  }
}

/** By group, of all that is known of the home feed. */
export function unreadByGroup(): Map<string, number> {
  const counts = new Map<string, number>();
  const home = knownHome();
  for (const id of home ? [...home.fresh, ...home.items] : []) {
    const one = isUnread(id) ? status(id) : null;
    const group = one?.mitoyen?.group?.id;
    if (!one || !group || one.account.id === me().id || id <= (opened.get(group) ?? '')) continue;
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return counts;
}

function read(): [string, string][] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(NAME) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}
