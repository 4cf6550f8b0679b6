/**
 * What a server says that it can do: FEP-844e, `implements` of its Application, or of the
 * `generator` of its actors.
 */
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { asList, objectId } from './values.ts';

/**
 * Our own word for the promise that closed groups hang on: what is posted in one is shown to its
 * members alone, and to nobody any more who was removed.
 */
const CLOSED_GROUPS = 'https://mitoyen.org/ns#closed-groups';
/** Groups that are not public, with tokens of their home: made for the same promise. */
const ACTOR_TOKENS = 'https://w3id.org/fep/db0e';

export const IMPLEMENTS_TERM = {
  implements: {
    '@id': 'https://w3id.org/fep/844e#implements',
    '@type': '@id',
    '@container': '@set',
  },
};

/** Ours, as links. */
export const OUR_CAPABILITIES: JsonObject[] = [
  ['https://datatracker.ietf.org/doc/html/rfc9421', 'RFC-9421: HTTP Message Signatures'],
  ['https://w3id.org/fep/8b32', 'FEP-8b32: Object Integrity Proofs'],
  ['https://w3id.org/fep/8fcf', 'FEP-8fcf: Followers collection synchronization'],
  ['https://w3id.org/fep/1b12', 'FEP-1b12: Group federation'],
  [ACTOR_TOKENS, 'FEP-db0e: Authentication mechanism for non-public groups'],
  [CLOSED_GROUPS, 'Closed groups are shown to their members alone'],
].map(([href, name]) => ({ type: 'Link', href, name }));

/** The ids of what a document of a server, or of an actor of it, says that the server can do. */
export function readCapabilities(json: JsonObject): string[] {
  const generator = isObject(json.generator) ? json.generator : {};
  const all = [...asList(json.implements), ...asList(generator.implements)];
  return [...new Set(all.slice(0, LIMITS.capabilities).flatMap((one) => objectId(one) ?? []))];
}

/** Whether a server that can do this may hold what is posted in closed and secret groups. */
export function keepsClosedGroups(capabilities: readonly string[] = []): boolean {
  return capabilities.includes(CLOSED_GROUPS) || capabilities.includes(ACTOR_TOKENS);
}
