/**
 * A group chat: what a message says of the conversation that it is in. A term of ours; elsewhere
 * each message is a direct one to all of them, and a change is one that says so in words.
 */
import { parseIri } from '@mitoyen/protocol';
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { asList, text } from './values.ts';

export const TALK_CHANGES = ['made', 'named', 'added', 'left'] as const;
export type TalkChange = (typeof TALK_CHANGES)[number];

/** Terms of group chats, beside those of posts. */
export const TALK_TERMS = {
  talk: { '@id': 'mitoyen:talk', '@type': '@id' },
  Talk: 'mitoyen:Talk',
  change: 'mitoyen:change',
  people: { '@id': 'mitoyen:people', '@type': '@id', '@container': '@set' },
};

export type TalkFacts = {
  name: string;
  /** What the message itself changes; absent where it only says something. */
  change?: TalkChange;
  /** Ids of the actors whom it adds. */
  people: string[];
};

export function talkTerms({ name, change, people }: TalkFacts): JsonObject {
  return {
    talk: { type: 'Talk', name, ...(change && { change }), ...(people.length > 0 && { people }) },
  };
}

/** Undefined where there is none; a change that nobody here knows is a plain message. */
export function readTalk(json: JsonObject): TalkFacts | undefined {
  const { talk } = json;
  if (!isObject(talk)) return undefined;
  const change = TALK_CHANGES.find((one) => one === talk.change);
  const people = asList(talk.people)
    .slice(0, LIMITS.talkPeople)
    .flatMap((one) => parseIri(one) ?? []);
  const name = text(talk.name, LIMITS.talkNameCharacters)?.trim() ?? '';
  return { name, ...(change && { change }), people };
}
