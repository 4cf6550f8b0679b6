/** What an `Event` says beside what every post says, in the words of Mobilizon and FEP-8a8e. */
import type { JsonObject } from './json.ts';

/** Terms of events, beside those of posts. */
export const EVENT_TERMS = {
  sc: 'http://schema.org#',
  mz: 'https://joinmobilizon.org/ns#',
  ical: 'http://www.w3.org/2002/12/cal/ical#',
  pt: 'https://joinpeertube.org/ns#',
  joinMode: { '@id': 'mz:joinMode', '@type': 'mz:joinModeType' },
  timezone: { '@id': 'mz:timezone', '@type': 'sc:Text' },
  participantCount: { '@id': 'mz:participantCount', '@type': 'sc:Integer' },
  repliesModerationOption: 'mz:repliesModerationOption',
  commentsEnabled: { '@id': 'pt:commentsEnabled', '@type': 'sc:Boolean' },
  maximumAttendeeCapacity: 'sc:maximumAttendeeCapacity',
  remainingAttendeeCapacity: 'sc:remainingAttendeeCapacity',
  maybeCount: 'mitoyen:maybeCount',
};

/** Times are ISO 8601. */
export type EventFacts = {
  startTime: string;
  endTime?: string;
  timeZone?: string;
  location?: string;
  link?: string;
  participants: number;
  maybes: number;
  capacity?: number;
  cancelled: boolean;
};

/** Members of an `Event` object; its attachments (the link) are returned apart. */
export function eventTerms(event: EventFacts): JsonObject {
  const { capacity, participants } = event;
  return {
    startTime: event.startTime,
    ...(event.endTime && { endTime: event.endTime }),
    ...(event.timeZone && { timezone: event.timeZone }),
    ...(event.location && { location: { type: 'Place', name: event.location } }),
    joinMode: 'free',
    participantCount: participants,
    maybeCount: event.maybes,
    ...(capacity && {
      maximumAttendeeCapacity: capacity,
      remainingAttendeeCapacity: Math.max(0, capacity - participants),
    }),
    'ical:status': event.cancelled ? 'CANCELLED' : 'CONFIRMED',
    commentsEnabled: true,
    repliesModerationOption: 'allow_all',
  };
}

/** Where it takes place online, as an attachment. */
export function eventLink({ link }: EventFacts): JsonObject[] {
  return link ? [{ type: 'Link', mediaType: 'text/html', href: link, name: 'Website' }] : [];
}
