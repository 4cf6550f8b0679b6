/** Documents that were fetched: their id, their address and their media type must fit. */
import { parseIri, sameIri, sameOrigin, withoutFragment } from '@mitoyen/protocol';
import type { JsonObject } from './json.ts';

export type GuardedFetch =
  | { kind: 'ok' }
  | { kind: 'refetch'; id: string }
  | { kind: 'rejected'; reason: string };

/**
 * A fetched document must carry the id that it was fetched from (CVE-2024-23832). Where its id
 * is another address of the origin that answered, that address is worth one more look; after a
 * redirect to another origin the id's own origin must say it directly.
 */
export function guardFetched(
  json: JsonObject,
  options: { requestedUrl: string; finalUrl: string },
): GuardedFetch {
  const id = parseIri(json.id);
  if (id === null) return { kind: 'rejected', reason: 'the document has no id' };
  if (!sameOrigin(id, options.finalUrl))
    return { kind: 'rejected', reason: 'the id is of another origin' };
  const isAddress = sameIri(withoutFragment(id), withoutFragment(options.finalUrl));
  return isAddress && sameOrigin(options.requestedUrl, options.finalUrl)
    ? { kind: 'ok' }
    : { kind: 'refetch', id };
}

/**
 * Media types of ActivityPub documents; anything else (an uploaded file, say) is never one
 * (CVE-2024-25623).
 */
export function isActivityType(contentType: string | undefined): boolean {
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (type === 'application/activity+json') return true;
  return (
    type === 'application/ld+json' &&
    parameters.some((one) =>
      /^profile="?(?:[^"]* )?https:\/\/www\.w3\.org\/ns\/activitystreams(?: [^"]*)?"?$/.test(one),
    )
  );
}
