/** What somebody wants by e-mail: types and defaults. */
import type { Frequency, QuietHours } from './quiet-hours.ts';

/** Kinds of news that can come at once; all others only in the digest. */
export const INSTANT_KINDS = [
  'mention',
  'follow_request',
  'admin.sign_up',
  'admin.report',
  'mitoyen.group_invite',
  'mitoyen.group_request',
  'mitoyen.partner',
  'mitoyen.must_read',
  'mitoyen.event_changed',
  'mitoyen.event_reminder',
] as const;
export type InstantKind = (typeof INSTANT_KINDS)[number];

export type MailPreferences = {
  instant: InstantKind[];
  digest: Frequency;
  quietHours: QuietHours | null;
  /** Whether quiet hours hold for pushes too: they are not sent then. */
  quietPush: boolean;
  timeZone: string;
};

/** Of one person: what they chose, and how far they have been told. */
export type MailRow = Partial<MailPreferences> & {
  _id: string;
  /** When there may be something to send at once; absent: nothing. */
  dueAt?: number;
  /** The newest notification that was looked at for that. */
  toldUpTo?: string;
  digestAt?: number;
  /** The newest notification, and post, that a digest looked at. */
  digestUpTo?: string;
};

export function preferencesOf(row: MailRow | null, timeZone: string): MailPreferences {
  return {
    instant: row?.instant ?? [...INSTANT_KINDS],
    digest: row?.digest ?? 'daily',
    quietHours: row?.quietHours ?? null,
    quietPush: row?.quietPush ?? true,
    timeZone: row?.timeZone ?? timeZone,
  };
}

export function isInstant(type: string): type is InstantKind {
  return (INSTANT_KINDS as readonly string[]).includes(type);
}
