/** Addressing: who an object is for (ActivityPub section 5.6 on the Public collection). */
import type { JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { asList, objectId } from './values.ts';

/** The IRI of everybody. */
export const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';

const PUBLIC_NAMES = new Set([PUBLIC, 'as:Public', 'Public']);

export type Addressing = { to: string[]; cc: string[]; isPublic: boolean; isUnlisted: boolean };

/** `isPublic`: everybody is in `to`; `isUnlisted`: everybody is only in `cc`. PUBLIC itself is left out of the lists. */
export function addressing(json: JsonObject): Addressing {
  const to = recipients(json.to);
  const cc = recipients(json.cc);
  const isPublic = to.includes(PUBLIC);
  const others = (all: string[]) => all.filter((iri) => iri !== PUBLIC);
  return { to: others(to), cc: others(cc), isPublic, isUnlisted: !isPublic && cc.includes(PUBLIC) };
}

/** The ids of a recipient list, without repeats; every name of everybody is PUBLIC. */
export function recipients(value: unknown): string[] {
  const all = asList(value)
    .slice(0, LIMITS.recipients)
    .flatMap((one) =>
      typeof one === 'string' && PUBLIC_NAMES.has(one) ? PUBLIC : (objectId(one) ?? []),
    );
  return [...new Set(all)];
}
