/** Whether somebody comes to an event: types. */
import type { WithPending } from '../../platform/pending.ts';

export const ANSWERS = ['going', 'maybe', 'declined'] as const;
export type Answer = (typeof ANSWERS)[number];

/** `asked`: the organizer's server has not said yes (yet). */
export type AnswerState = 'accepted' | 'asked' | 'rejected';

export type Attendance = WithPending & {
  _id: string;
  /** The post that announced the event. */
  post: string;
  account: string;
  answer: Answer;
  state: AnswerState;
  /** Of the activity that said so. */
  iri: string;
  /** The person is here. */
  local: boolean;
  at: number;
};

export type Answered = Pick<Attendance, 'answer' | 'state'>;

/** An event in the calendars of those who read the place it was announced in. */
export type CalendarEntry = {
  /** Of its post. */
  _id: string;
  feed: string;
  startsAt: number;
  endsAt: number;
  /** Sorts by start: its time, then the post. */
  order: string;
  /** When those who come are reminded. */
  remindAt?: number;
  /** What they planned with. */
  planned: string;
};

export function orderOf(at: number, post = ''): string {
  return `${String(Math.max(0, at)).padStart(15, '0')}:${post}`;
}
