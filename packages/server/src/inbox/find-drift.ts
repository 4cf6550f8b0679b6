/**
 * Where a partner's list of those of ours in one of its collections (followers of a person,
 * members of a group) is not what we hold: found by the digest that it sends with a post
 * (FEP-8fcf), and looked up once in ten minutes for a collection, whatever it sends.
 */
import {
  collectionDigest,
  isObject,
  type JsonObject,
  objectId,
  objectIds,
  readSynchronization,
} from '@mitoyen/federation';
import { iriHost, parseIri, sameIri, sameOrigin } from '@mitoyen/protocol';
import type { Kit } from '../kit.ts';

const AGAIN_SECONDS = 600;
const MOST_PAGES = 20;
const MOST_ITEMS = 20_000;

/** Ids of people of ours. */
export type Drift = {
  /** Held here, not listed there. */
  unlisted: string[];
  /** Listed there, not held here. */
  unknown: string[];
};

export async function findDrift(
  kit: Pick<Kit, 'remote' | 'redis' | 'config' | 'ownHost'>,
  claim: { header: string; collectionIri: string | undefined; held: string[] },
): Promise<Drift | null> {
  const told = readSynchronization(claim.header);
  if (!told || !claim.collectionIri || !sameIri(told.collectionId, claim.collectionIri))
    return null;
  if (told.digest === collectionDigest(claim.held)) return null;
  const key = `{mitoyen:${kit.config.database.name}}:drift:${told.collectionId}`;
  if ((await kit.redis.set(key, '1', 'EX', AGAIN_SECONDS, 'NX')) === null) return null;
  const listed = await readItems(kit, told.url);
  if (!listed) return null;
  const ours = listed.filter((iri) => iriHost(iri) === kit.ownHost);
  const isListed = new Set(ours);
  const isHeld = new Set(claim.held);
  return {
    unlisted: claim.held.filter((iri) => !isListed.has(iri)),
    unknown: ours.filter((iri) => !isHeld.has(iri)),
  };
}

/** All of a collection, or null where it cannot be read to its end. */
async function readItems(kit: Pick<Kit, 'remote'>, url: string): Promise<string[] | null> {
  const items: string[] = [];
  const seen = new Set<string>();
  let next: string | null = url;
  for (let page = 0; next !== null; page += 1) {
    if (page === MOST_PAGES || items.length > MOST_ITEMS || !sameOrigin(next, url)) return null;
    // A list that comes back to where it was has no end.
    if (seen.has(next)) return null;
    seen.add(next);
    const fetched = await kit.remote.document(next);
    if (fetched.kind !== 'ok') return null;
    const { first } = fetched.document;
    const parts: JsonObject[] = [fetched.document, ...(isObject(first) ? [first] : [])];
    for (const { orderedItems, items: plain } of parts)
      items.push(...objectIds(orderedItems ?? plain).flatMap((iri) => parseIri(iri) ?? []));
    const onward = isObject(first) ? first.next : (first ?? fetched.document.next);
    next = parseIri(objectId(onward));
  }
  return items;
}
