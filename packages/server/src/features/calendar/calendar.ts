/** What other features may ask of the calendar feature. */
import type { WithEvent } from '../posts/event.ts';
import type { Answered } from './attendance.ts';

export type Calendar = {
  /** Lists the event of a post, and seats its host where that is one of ours. */
  enter: (post: WithEvent) => Promise<void>;
  /** What this person answered to the events of these posts. */
  answersOf: (posts: string[], account: string | null) => Promise<Map<string, Answered>>;
  /** People who come, or may: to tell them of changes (bounded). */
  attendees: (post: string, most: number) => Promise<string[]>;
  purge: (posts: string[]) => Promise<void>;
};
