/** Praise: its badges, and one that is being written. */

import type { Account, Audience, Status } from '../../api/types.ts';
import type { MessageKey } from '../../i18n/i18n.svelte.ts';
import type { Badge, DraftPraise } from '../../stores/draft.ts';

export type Praise = NonNullable<NonNullable<Status['mitoyen']>['praise']>;

export const MOST_PRAISED = 10;
export const BADGES: { badge: Badge; emoji: string; label: MessageKey }[] = [
  { badge: 'thanks', emoji: '🙏', label: 'praise.thanks' },
  { badge: 'teamwork', emoji: '🤝', label: 'praise.teamwork' },
  { badge: 'great_work', emoji: '🌟', label: 'praise.great_work' },
  { badge: 'idea', emoji: '💡', label: 'praise.idea' },
  { badge: 'help', emoji: '🛟', label: 'praise.help' },
  { badge: 'milestone', emoji: '🏆', label: 'praise.milestone' },
];

export function labelOf(badge: Badge): MessageKey {
  return BADGES.find((one) => one.badge === badge)?.label ?? 'praise.title';
}

export function newDraftPraise(): DraftPraise {
  return { badge: 'thanks', people: [] };
}

/** People of other companies cannot read what is for one's own alone. */
export function outsiders({ people }: DraftPraise, audience: Audience): Account[] {
  return audience === 'company' ? people.filter((one) => one.mitoyen?.company) : [];
}

export function isGiven(praise: DraftPraise, audience: Audience): boolean {
  const { length } = praise.people;
  return length > 0 && length <= MOST_PRAISED && outsiders(praise, audience).length === 0;
}

export function toPraiseBody({ badge, people }: DraftPraise) {
  return { badge, account_ids: people.map((one) => one.id) };
}
