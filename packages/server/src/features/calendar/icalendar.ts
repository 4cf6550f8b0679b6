/** Events as an iCalendar file (RFC 5545), for the calendars that people have already. */
import { htmlToText } from '@mitoyen/federation';
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { endOf, type WithEvent } from '../posts/event.ts';

export const ICALENDAR_TYPE = 'text/calendar; charset=utf-8';

/** `organizer`: the name of who invites; no addresses of people go out. */
export function toICalendar(
  events: { post: WithEvent; organizer: string }[],
  options: { name: string; host: string },
): string {
  const calendar = ical({
    name: options.name,
    prodId: { company: 'Mitoyen', product: 'Mitoyen' },
    method: ICalCalendarMethod.PUBLISH,
  });
  for (const { post, organizer } of events) {
    const { event } = post;
    calendar.createEvent({
      id: `${post._id}@${options.host}`,
      stamp: new Date(post.editedAt ?? post.publishedAt),
      start: new Date(event.startsAt),
      end: new Date(event.endsAt ?? Math.min(endOf(event), event.startsAt + 3600_000)),
      summary: post.title,
      description: [htmlToText(event.description), organizer].filter(Boolean).join('\n\n'),
      ...(event.location && { location: event.location }),
      url: event.link ?? post.url,
      status: event.cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      sequence: post.edits?.length ?? 0,
      created: new Date(post.publishedAt),
    });
  }
  return calendar.toString();
}
