/** Praise: a post that thanks people, with a badge. A term of ours; elsewhere it is a Note that names them. */
import { parseIri } from '@mitoyen/protocol';
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { asList, text } from './values.ts';

export const BADGES = ['thanks', 'teamwork', 'great_work', 'idea', 'help', 'milestone'] as const;
export type Badge = (typeof BADGES)[number];

/** Terms of praise, beside those of posts. */
export const PRAISE_TERMS = {
  praise: { '@id': 'mitoyen:praise', '@type': '@id' },
  Praise: 'mitoyen:Praise',
  badge: 'mitoyen:badge',
  people: { '@id': 'mitoyen:people', '@type': '@id', '@container': '@set' },
};

export type PraiseFacts = {
  badge: Badge;
  /** Ids of the actors who are praised. */
  people: string[];
  /** The text alone as HTML, where the post's begins with badge and names. */
  content: string;
};

export function praiseTerms({ badge, people, content }: PraiseFacts): JsonObject {
  return { praise: { type: 'Praise', badge, people, content } };
}

/** Undefined where there is none, or one with a badge that nobody here knows. Not sanitized yet. */
export function readPraise(json: JsonObject): PraiseFacts | undefined {
  const { praise } = json;
  if (!isObject(praise)) return undefined;
  const badge = BADGES.find((one) => one === praise.badge);
  const people = asList(praise.people)
    .slice(0, LIMITS.praised)
    .flatMap((one) => parseIri(one) ?? []);
  if (!badge || people.length === 0) return undefined;
  return { badge, people, content: text(praise.content, LIMITS.htmlCharacters) ?? '' };
}
