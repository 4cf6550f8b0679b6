/** Who is there, who writes, who has read: things of the moment, kept in Redis alone. */
export const STATES = ['online', 'away', 'busy', 'offline'] as const;
export type PresenceState = (typeof STATES)[number];

/** An app says again every minute that somebody is there. */
export const PRESENCE_SECONDS = 90;
/** And every few seconds that somebody writes. */
export const TYPING_SECONDS = 6;
export const RECEIPT_SECONDS = 180 * 86_400;
