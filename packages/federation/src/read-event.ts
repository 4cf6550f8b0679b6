/** Events as Mobilizon, Friendica, Gancio and Mitoyen send them (AS2 `Event`, FEP-8a8e). */
import { parseIri } from '@mitoyen/protocol';
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { asList, count, firstType, text, time } from './values.ts';

/** Who may take part: everybody, whom the organizer lets, on another site, nobody. */
export type JoinMode = 'free' | 'restricted' | 'external' | 'none';

export type RemoteEvent = {
  /** Milliseconds since the epoch. */
  startsAt?: number;
  endsAt?: number;
  /** IANA name of the zone in which it takes place. */
  timeZone?: string;
  /** The place, as text. */
  location?: string;
  /** Where it takes place online. */
  link?: string;
  joinMode: JoinMode;
  /** People who take part, and at most. */
  participants?: number;
  maybes?: number;
  capacity?: number;
  cancelled: boolean;
};

export function readEvent(json: JsonObject): RemoteEvent {
  return {
    startsAt: time(json.startTime),
    endsAt: time(json.endTime),
    timeZone: readTimeZone(json.timezone),
    location: readPlace(json.location),
    link: readOnline(json),
    joinMode: readJoinMode(json.joinMode),
    participants: count(json.participantCount),
    maybes: count(json.maybeCount),
    // Mobilizon writes 0 where there is no bound.
    capacity: count(json.maximumAttendeeCapacity) || undefined,
    cancelled: json['ical:status'] === 'CANCELLED',
  };
}

function readJoinMode(value: unknown): JoinMode {
  if (value === 'restricted' || value === 'external') return value;
  return value === 'none' || value === 'invite' ? 'none' : 'free';
}

function readTimeZone(value: unknown): string | undefined {
  const name = text(value, 60);
  if (name === undefined) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** A `VirtualLocation` (FEP-8a8e) or a link beside the text (Mobilizon). */
function readOnline(json: JsonObject): string | undefined {
  const places = asList(json.location).slice(0, LIMITS.attachments).filter(isObject);
  const online = places.find((one) => firstType(one.type) === 'VirtualLocation');
  const links = asList(json.attachment).slice(0, LIMITS.attachments).filter(isObject);
  const link = links.find((one) => firstType(one.type) === 'Link');
  return parseIri(online?.url) ?? parseIri(link?.href) ?? undefined;
}

function readPlace(value: unknown): string | undefined {
  const place = asList(value)
    .slice(0, LIMITS.attachments)
    .find((one) => !isObject(one) || firstType(one.type) !== 'VirtualLocation');
  if (!isObject(place)) return text(place, LIMITS.nameCharacters);
  const address = isObject(place.address) ? place.address : {};
  const parts = [
    place.name,
    isObject(place.address) ? undefined : place.address,
    address.streetAddress,
    [address.postalCode, address.addressLocality].filter(Boolean).join(' '),
    address.addressCountry,
  ];
  const words = parts.flatMap((part) => text(part, LIMITS.nameCharacters)?.trim() || []);
  return words.length > 0 ? words.join(', ').slice(0, LIMITS.nameCharacters) : undefined;
}
