/** The event of a post: types and pure rules. Who takes part is the calendar feature's. */
import type { JoinMode } from '@mitoyen/federation';
import type { FieldProblem } from '../../platform/app-error.ts';
import type { Post } from './post.ts';

/** A post with one is an invitation; its title is the post's. Times: milliseconds since the epoch. */
export type PostEvent = {
  startsAt: number;
  endsAt?: number;
  /** IANA name of the zone in which it takes place. */
  timeZone?: string;
  location?: string;
  /** Where it takes place online. */
  link?: string;
  /** People who can take part. */
  capacity?: number;
  joinMode: JoinMode;
  cancelled: boolean;
  /** The text alone, where the post's begins with time and place. */
  description: string;
  /** Who said so; of remote events as their origin tells. */
  going: number;
  maybe: number;
};

export type WithEvent = Post & { event: PostEvent };

export type NewEvent = {
  title: string;
  startsAt: number;
  endsAt?: number;
  timeZone?: string;
  location?: string;
  link?: string;
  capacity?: number;
};

export type EventLimits = {
  event_title_characters: number;
  event_location_characters: number;
  event_max_days: number;
  event_max_years_ahead: number;
  event_capacity: number;
};

const DAY_MS = 86_400_000;

/** Every problem of an event that somebody wants to announce. `before`: what it was, of an edit. */
export function eventProblems(
  event: NewEvent,
  limits: EventLimits,
  now: number,
  before?: PostEvent,
): FieldProblem[] {
  const problem = (field: string, code: string, message: string) => ({
    field: `event.${field}`,
    code,
    message,
  });
  const { title, startsAt, endsAt, location = '', capacity = 1 } = event;
  const furthest = now + limits.event_max_years_ahead * 365 * DAY_MS;
  const tooLong = (field: string, most: number) =>
    problem(field, 'ERR_TOO_LONG', `must be ${most} characters at most`);
  return [
    ...(title === '' ? [problem('title', 'ERR_BLANK', "can't be blank")] : []),
    ...([...title].length > limits.event_title_characters
      ? [tooLong('title', limits.event_title_characters)]
      : []),
    ...([...location].length > limits.event_location_characters
      ? [tooLong('location', limits.event_location_characters)]
      : []),
    // What has begun can still be mended.
    ...(startsAt < now && startsAt !== before?.startsAt
      ? [problem('starts_at', 'ERR_INVALID', 'must be in the future')]
      : []),
    ...(startsAt > furthest
      ? [
          problem(
            'starts_at',
            'ERR_INVALID',
            `must be within the next ${limits.event_max_years_ahead} years`,
          ),
        ]
      : []),
    ...(endsAt !== undefined && endsAt <= startsAt
      ? [problem('ends_at', 'ERR_INVALID', 'must be after it starts')]
      : []),
    ...(endsAt !== undefined && endsAt - startsAt > limits.event_max_days * DAY_MS
      ? [problem('ends_at', 'ERR_INVALID', `must be ${limits.event_max_days} days later at most`)]
      : []),
    ...(capacity < 1 || capacity > limits.event_capacity
      ? [problem('capacity', 'ERR_INVALID', `must be between 1 and ${limits.event_capacity}`)]
      : []),
  ];
}

export function makeEvent(event: NewEvent, description: string, before?: PostEvent): PostEvent {
  const { title: _, ...facts } = event;
  return {
    ...facts,
    joinMode: 'free',
    cancelled: before?.cancelled ?? false,
    description,
    // Who invites comes: the calendar seats them.
    going: before?.going ?? 1,
    maybe: before?.maybe ?? 0,
  };
}

export function hasEvent(post: Post | null): post is WithEvent {
  return post?.event !== undefined && post.deletedAt === undefined;
}

/** When it is over; without an end, when its day is. */
export function endOf({ startsAt, endsAt }: Pick<PostEvent, 'startsAt' | 'endsAt'>): number {
  return endsAt ?? startsAt + DAY_MS / 2;
}

/** What those who come planned with: another one is news to them. */
export function planOf({ startsAt, endsAt, location, link, cancelled }: PostEvent): string {
  return JSON.stringify([startsAt, endsAt ?? null, location ?? null, link ?? null, cancelled]);
}
