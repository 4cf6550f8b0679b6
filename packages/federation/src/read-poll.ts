/** Polls (`Question`) of remote posts. */
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
