/** The event of a post, as the client API shows it: `mitoyen.event` of a Status. */
import type { Answered } from '../calendar/attendance.ts';
import type { PostEvent } from './event.ts';
import type { Post } from './post.ts';

export function viewEvent(
  post: Pick<Post, '_id' | 'title'> & { event: PostEvent },
  mine: Answered | null,
) {
  const { event } = post;
  return {
    title: post.title,
    starts_at: new Date(event.startsAt).toISOString(),
    ends_at: event.endsAt ? new Date(event.endsAt).toISOString() : null,
    time_zone: event.timeZone ?? null,
    location: event.location ?? null,
    url: event.link ?? null,
    capacity: event.capacity ?? null,
    join_mode: event.joinMode,
    cancelled: event.cancelled,
    /** The text without time and place, which `content` begins with. */
    description: event.description,
    going_count: event.going,
    maybe_count: event.maybe,
    my_answer: mine?.answer ?? null,
    /** Whether the organizer's server took it: `accepted`, `asked` (not yet), `rejected`. */
    my_answer_state: mine?.state ?? null,
  };
}
