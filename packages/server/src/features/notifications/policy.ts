/** Whose notifications somebody wants: at once, held back for a look, or not at all. Pure rules. */
import type { NotificationType } from './notification.ts';

export const POLICY_CHOICES = ['accept', 'filter', 'drop'] as const;
export type PolicyChoice = (typeof POLICY_CHOICES)[number];

export const POLICY_FIELDS = [
  'for_not_following',
  'for_not_followers',
  'for_new_accounts',
  'for_private_mentions',
  'for_limited_accounts',
] as const;
export type NotificationPolicy = Record<(typeof POLICY_FIELDS)[number], PolicyChoice>;

/**
 * In a house of colleagues nothing is held back until somebody wants it so; only what comes from
 * accounts and servers that admins silenced waits for a look, as in Mastodon.
 */
export const DEFAULT_POLICY: NotificationPolicy = {
  for_not_following: 'accept',
  for_not_followers: 'accept',
  for_new_accounts: 'accept',
  for_private_mentions: 'accept',
  for_limited_accounts: 'filter',
};

/** Accounts are new, and follows too fresh to count, for so long (as in Mastodon). */
const NEW_ACCOUNT_MS = 30 * 86_400_000;
const FRESH_FOLLOW_MS = 3 * 86_400_000;

/** What the house itself has to say, and what somebody asked for by name. */
const ALWAYS = new Set<NotificationType>([
  'poll',
  'status',
  'update',
  'admin.sign_up',
  'admin.report',
  'mitoyen.must_read',
  'mitoyen.group_invite',
  'mitoyen.group_request',
  'mitoyen.group_accepted',
  'mitoyen.event_changed',
  'mitoyen.event_reminder',
  'mitoyen.moved',
  'mitoyen.partner',
]);

export type SenderFacts = {
  /** An admin or moderator here. */
  staff: boolean;
  createdAt: number;
  /** The recipient follows the sender. */
  followed: boolean;
  /** Since when the sender follows the recipient; null: does not. */
  followsSince: number | null;
  /** Admins silenced it, or its server. */
  limited: boolean;
  /** Nobody hears of it. */
  suspended: boolean;
  /** The recipient accepted notifications of this very sender. */
  permitted: boolean;
};

export function judge(
  policy: NotificationPolicy,
  notification: { type: NotificationType; direct: boolean; answer: boolean },
  sender: SenderFacts,
  now: number,
): PolicyChoice {
  if (sender.suspended) return 'drop';
  if (sender.staff || sender.permitted) return 'accept';
  // Whatever it is that they do: an invitation of theirs, too.
  const limited = sender.limited && !sender.followed ? policy.for_limited_accounts : 'accept';
  if (ALWAYS.has(notification.type)) return limited;
  const isFollower = sender.followsSince !== null && now - sender.followsSince >= FRESH_FOLLOW_MS;
  const isStranger = !sender.followed && !notification.answer;
  const choices = [
    limited,
    ...(isStranger ? [policy.for_not_following] : []),
    ...(!isFollower && !sender.followed && !notification.answer ? [policy.for_not_followers] : []),
    ...(isStranger && now - sender.createdAt < NEW_ACCOUNT_MS ? [policy.for_new_accounts] : []),
    ...(isStranger && notification.direct ? [policy.for_private_mentions] : []),
  ];
  if (choices.includes('drop')) return 'drop';
  return choices.includes('filter') ? 'filter' : 'accept';
}
