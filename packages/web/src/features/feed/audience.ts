/** Who will be able to read a post, in words and with their number, before it is sent. */
import type { Group } from '../../api/types.ts';
import { t } from '../../i18n/i18n.svelte.ts';
import { instance, me } from '../../stores/session.svelte.ts';

export type Choice =
  | { audience: 'company' | 'followers' | 'public'; group: null }
  | { audience: 'group'; group: Group | null };

export function nameOf(choice: Choice): string {
  switch (choice.audience) {
    case 'company':
      return instance().title;
    case 'followers':
      return t('audience.followers');
    case 'public':
      return t('audience.public');
    case 'group':
      return choice.group?.name ?? '';
  }
}

/** How many can see it; null where nobody can tell. */
export function countOf(choice: Choice): number | null {
  switch (choice.audience) {
    case 'company':
      return instance().usage.users.active_month;
    case 'followers':
      return me().followers_count;
    case 'public':
      return null;
    case 'group':
      return choice.group?.members_count ?? null;
  }
}

export function reach(choice: Choice): string {
  const count = countOf(choice);
  return count === null ? t('audience.everybody') : t('audience.count', { count });
}

/** Other companies that can read what is posted there. */
export function partnersOf(choice: Choice): string[] {
  const group = choice.group;
  if (!group) return [];
  const own = location.host;
  return (group.companies ?? []).filter((one) => one.host !== own).map((one) => one.name);
}

export function bodyOf(choice: Choice): Record<string, string> {
  switch (choice.audience) {
    case 'company':
      return { visibility: 'company' };
    case 'followers':
      return { visibility: 'private' };
    case 'public':
      return { visibility: 'public' };
    case 'group':
      return { visibility: 'group', group_id: choice.group?.id ?? '' };
  }
}
