/** Posts at the top of a profile or of a group: who may put them there, and which are known to be. */

import { SvelteSet } from 'svelte/reactivity';
import { post, remove } from '../../api/http.ts';
import type { Status } from '../../api/types.ts';
import { t } from '../../i18n/i18n.svelte.ts';
import { myGroups } from '../../stores/groups.svelte.ts';
import { me } from '../../stores/session.svelte.ts';
import { keep } from '../../stores/statuses.svelte.ts';
import { say } from '../../stores/toasts.svelte.ts';
import { attempt } from '../../ui/attempt.ts';

const inGroups = new SvelteSet<string>();

/** What the page of a group shows as pinned. */
export function knowPinned(group: string, ids: string[]): void {
  for (const one of [...inGroups]) if (one.startsWith(`${group} `)) inGroups.delete(one);
  for (const id of ids) inGroups.add(`${group} ${id}`);
}

export function pinnedIn(group: string): string[] {
  return [...inGroups].flatMap((one) => {
    const [of, id = ''] = one.split(' ');
    return of === group ? id : [];
  });
}

type Item = { label: string; run: () => void };

/** For the menu of a post: nothing where it cannot be pinned by this reader. */
export function pinItem(status: Status): Item[] {
  const group = status.mitoyen?.group;
  if (status.in_reply_to_id || status.reblog) return [];
  if (group) return runs(group.id) ? [groupItem(status, group)] : [];
  if (status.account.id !== me().id || status.mitoyen?.audience === 'direct') return [];
  const pinned = status.pinned ?? false;
  return [
    {
      label: t(pinned ? 'post.unpin' : 'post.pin'),
      run: () => void toggle(status, !pinned),
    },
  ];
}

function groupItem(status: Status, group: { id: string; name: string }): Item {
  const key = `${group.id} ${status.id}`;
  const pinned = inGroups.has(key);
  const path = `/api/mitoyen/v1/groups/${group.id}/pins/${status.id}`;
  return {
    label: t(pinned ? 'post.unpinGroup' : 'post.pinGroup', { group: group.name }),
    run: () =>
      void attempt(async () => {
        await (pinned ? remove(path) : post(path));
        if (pinned) inGroups.delete(key);
        else inGroups.add(key);
        say(t(pinned ? 'post.unpinned' : 'post.pinned'));
      }),
  };
}

async function toggle(status: Status, wanted: boolean): Promise<void> {
  await attempt(async () => {
    keep(await post<Status>(`/api/v1/statuses/${status.id}/${wanted ? 'pin' : 'unpin'}`));
    say(t(wanted ? 'post.pinned' : 'post.unpinned'));
  });
}

function runs(group: string): boolean {
  const membership = myGroups()?.find((one) => one.id === group)?.membership;
  return membership?.state === 'member' && membership.role !== 'member';
}
