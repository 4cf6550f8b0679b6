/** The origin guard (FEP-fe34): authority comes from ids, and nothing else. */
import { parseIri, sameIri, sameOrigin, withoutFragment } from '@mitoyen/protocol';
import { isObject, type JsonObject } from './json.ts';
import { asList, firstType, objectId } from './values.ts';

export type Guarded =
  | { kind: 'ok'; activity: JsonObject; refetch: string[] }
  | { kind: 'rejected'; reason: string };

/** Verbs whose object the actor must have authority over. */
const OWN_OBJECT = new Set(['Create', 'Update', 'Delete', 'Undo']);
const ACTOR_TYPES = new Set(['Person', 'Group', 'Service', 'Organization', 'Application']);
/** Verbs that people's servers send without an id. */
const MAY_LACK_ID = new Set(['Accept', 'Reject', 'Delete', 'Undo', 'Like', 'Follow']);

/**
 * Keeps of an activity what its signer may say; an embedded object that somebody else has
 * authority over is reduced to its id and listed for a refetch.
 *
 * @param options.signer the verified actor
 */
export function guardActivity(activity: JsonObject, options: { signer: string }): Guarded {
  const { signer } = options;
  const actor = objectId(activity.actor);
  if (actor === null || !sameIri(actor, signer)) return rejected('the actor is not the signer');
  const type = firstType(activity.type);
  if (type === '') return rejected('no type');
  const id = parseIri(activity.id);
  if (id === null && !MAY_LACK_ID.has(type)) return rejected('no id');
  if (id !== null && !sameOrigin(id, signer)) return rejected('the id is of another origin');

  const refetch: string[] = [];
  const guarded: JsonObject = { ...activity, type, actor };
  if (activity.object !== undefined) {
    const object = guardObject(activity.object, type, signer, refetch);
    if (object === null) return rejected("the object is not the actor's");
    guarded.object = object;
  }
  return { kind: 'ok', activity: guarded, refetch };
}

function rejected(reason: string): Guarded {
  return { kind: 'rejected', reason };
}

function guardObject(value: unknown, verb: string, signer: string, refetch: string[]): unknown {
  const [object] = asList(value);
  const id = objectId(object);
  if (!isObject(object)) {
    if (id === null) return null;
    return OWN_OBJECT.has(verb) && verb !== 'Create' && !sameOrigin(id, signer) ? null : id;
  }
  // The inner Follow of an Accept, the inner Like of an Undo: said by its own actor only.
  if (object.actor !== undefined && !ACTOR_TYPES.has(firstType(object.type)))
    return guardInner(object, id, verb, signer);
  if (id === null) return null;
  if (hasAuthority(object, id, signer)) return object;
  if (OWN_OBJECT.has(verb)) return null;
  refetch.push(id);
  return id;
}

function guardInner(inner: JsonObject, id: string | null, verb: string, signer: string): unknown {
  const actor = objectId(inner.actor);
  if (actor === null) return null;
  if (verb === 'Undo')
    return sameIri(actor, signer) && (id === null || sameOrigin(id, signer)) ? inner : null;
  // Accept and Reject name an activity of somebody else: its parts are only a hint to find ours.
  return {
    ...(id !== null && { id }),
    type: firstType(inner.type),
    actor,
    object: objectId(inner.object),
  };
}

/** One user of a host cannot speak for another of the same host, nor a host for another. */
function hasAuthority(object: JsonObject, id: string, signer: string): boolean {
  if (!sameOrigin(id, signer)) return false;
  if (ACTOR_TYPES.has(firstType(object.type))) return sameIri(id, signer);
  const authors = asList(object.attributedTo).flatMap((author) => objectId(author) ?? []);
  if (authors.length > 0) return authors.some((author) => sameIri(author, signer));
  return firstType(object.type) === 'Tombstone' || object.attributedTo === undefined;
}

export type GuardedFetch =
  | { kind: 'ok' }
  | { kind: 'refetch'; id: string }
  | { kind: 'rejected'; reason: string };

/** A fetched document must carry the id that it was fetched from. */
export function guardFetched(
  json: JsonObject,
  options: { requestedUrl: string; finalUrl: string },
): GuardedFetch {
  const id = parseIri(json.id);
  if (id === null) return { kind: 'rejected', reason: 'the document has no id' };
  if (sameIri(withoutFragment(id), withoutFragment(options.finalUrl))) {
    return sameOrigin(options.requestedUrl, options.finalUrl)
      ? { kind: 'ok' }
      : { kind: 'refetch', id };
  }
  if (sameOrigin(id, options.finalUrl)) return { kind: 'refetch', id };
  return { kind: 'rejected', reason: 'the id is of another origin' };
}

/** Media types of ActivityPub documents; anything else (an uploaded file, say) is never one. */
export function isActivityType(contentType: string | undefined): boolean {
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (type === 'application/activity+json') return true;
  return (
    type === 'application/ld+json' &&
    parameters.some((one) =>
      /^profile="?[^"]*https:\/\/www\.w3\.org\/ns\/activitystreams/.test(one),
    )
  );
}
