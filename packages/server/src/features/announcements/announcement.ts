/** What admins tell all colleagues, for a time. */
import type { WithPending } from '../../platform/pending.ts';

export type Announcement = WithPending & {
  _id: string;
  /** Markdown as written, and its HTML. */
  source: string;
  html: string;
  startsAt?: number;
  endsAt?: number;
  allDay: boolean;
  publishedAt: number;
  updatedAt: number;
  by: string;
};

export type AnnouncementReaction = {
  _id: string;
  announcement: string;
  account: string;
  name: string;
};

/** Different emojis on one announcement. */
export const MOST_KINDS = 50;
export const MOST_CHARACTERS = 5000;

export function isShown(one: Pick<Announcement, 'endsAt'>, now: number): boolean {
  return one.endsAt === undefined || one.endsAt > now;
}
