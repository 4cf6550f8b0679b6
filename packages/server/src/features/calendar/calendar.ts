/** What other features may ask of the calendar feature. */
import type { Answered } from './attendance.ts';

export type Calendar = {
  /** What this person answered to the events of these posts. */
  answersOf: (posts: string[], account: string | null) => Promise<Map<string, Answered>>;
  /** People who come, or may: to tell them of changes (bounded). */
  attendees: (post: string, most: number) => Promise<string[]>;
  purge: (posts: string[]) => Promise<void>;
};
