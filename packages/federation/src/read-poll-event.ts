/** Polls (`Question`) and events of remote posts. */
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { asList, count, text, time } from './values.ts';

export type RemotePoll = {
  multiple: boolean;
  options: { name: string; votes: number }[];
  votersCount?: number;
  /** Milliseconds since the epoch. */
  endsAt?: number;
  closed: boolean;
};

export type RemoteEvent = {
  /** Milliseconds since the epoch. */
  startsAt?: number;
  endsAt?: number;
  /** The place, as text. */
  location?: string;
};

/** The poll of a Question; undefined where it has none, or more options than can be shown. */
export function readPoll(json: JsonObject): RemotePoll | undefined {
  const multiple = json.anyOf !== undefined;
  const given = asList(multiple ? json.anyOf : json.oneOf);
  if (given.length === 0 || given.length > LIMITS.pollOptions) return undefined;
  const options = given.flatMap((option) => {
    const name = isObject(option) ? text(option.name, LIMITS.nameCharacters)?.trim() : undefined;
    if (!isObject(option) || !name) return [];
    return [
      { name, votes: isObject(option.replies) ? (count(option.replies.totalItems) ?? 0) : 0 },
    ];
  });
  if (options.length !== given.length) return undefined;
  return {
    multiple,
    options,
    votersCount: count(json.votersCount),
    endsAt: time(json.endTime),
    // A date, or only `true` (AS2 section 4.7).
    closed: json.closed === true || time(json.closed) !== undefined,
  };
}

export function readEvent(json: JsonObject): RemoteEvent {
  return {
    startsAt: time(json.startTime),
    endsAt: time(json.endTime),
    location: readPlace(json.location),
  };
}

function readPlace(value: unknown): string | undefined {
  const [place] = asList(value);
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
