/** The origin guard (FEP-fe34): authority comes from ids, and nothing else. */
import { parseIri, sameIri, sameOrigin } from '@mitoyen/protocol';
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { asList, firstType, objectId } from './values.ts';

export type Guarded =
  | { kind: 'ok'; activity: JsonObject; refetch: string[] }
  | { kind: 'rejected'; reason: string };

/** Verbs whose object the actor must have authority over. */
const OWN_OBJECT = new Set(['Create', 'Update', 'Delete', 'Undo']);
const ACTOR_TYPES = new Set(['Person', 'Group', 'Service', 'Organization', 'Application']);
const ACTIVITY_TYPES = new Set(
  (
    'Accept Add Announce Arrive Block Create Delete Dislike EmojiReact Flag Follow Ignore Invite Join Leave Like Listen Lock ' +
    'Move Offer Read Reject Remove TentativeAccept TentativeReject Travel Undo Update View'
  ).split(' '),
);
/** Verbs that people's servers send without an id. */
const MAY_LACK_ID = new Set(['Accept', 'Reject', 'Delete', 'Undo', 'Like', 'Follow']);
/** Properties that only point: what is embedded in them is a hint at most. */
const POINTERS = ['target', 'origin', 'result', 'instrument'];

type Guarding = {
  signer: string;
  /** What is to be fetched from its own origin. */
  refetch: string[];
  mayModerate: boolean;
};

/**
 * Keeps of an activity what its signer may say; an embedded object that somebody else has
 * authority over is reduced to its id and listed for a refetch. Whether the signer is the
 * author of what a same-origin id names can only be said by who knows the stored object.
 *
 * @param options.signer the verified actor
 * @param options.mayModerate lets Update, Delete and Undo of somebody else's object through, as
 *   a bare id: the caller then checks that the signer moderates where the object was posted
 */
export function guardActivity(
  activity: JsonObject,
  options: { signer: string; mayModerate?: boolean },
): Guarded {
  const { signer, mayModerate = false } = options;
  const actor = objectId(activity.actor);
  if (actor === null || !sameIri(actor, signer)) return rejected('the actor is not the signer');
  const type = firstType(activity.type);
  if (type === '') return rejected('no type');
  const id = parseIri(activity.id);
  if (id === null && (activity.id !== undefined || !MAY_LACK_ID.has(type)))
    return rejected('no id');
  if (id !== null && !sameOrigin(id, signer)) return rejected('the id is of another origin');

  const guarding: Guarding = { signer: actor, refetch: [], mayModerate };
  const guarded: JsonObject = { ...pointing(activity, POINTERS), type, actor };
  if (activity.object !== undefined) {
    const objects = guardObjects(activity.object, type, guarding);
    if (objects === null) return rejected("the object is not the actor's");
    guarded.object = objects;
  }
  return { kind: 'ok', activity: guarded, refetch: [...new Set(guarding.refetch)] };
}

function rejected(reason: string): Guarded {
  return { kind: 'rejected', reason };
}

function pointing(object: JsonObject, names: string[]): JsonObject {
  const copy = { ...object };
  for (const name of names) if (name in copy) copy[name] = pointer(copy[name]);
  return copy;
}

function pointer(value: unknown): unknown {
  const ids = asList(value)
    .slice(0, LIMITS.recipients)
    .flatMap((one) => objectId(one) ?? []);
  return ids.length > 1 ? ids : ids[0];
}

/** A list of objects (Flag names several) is guarded one by one; one's own is always one. */
function guardObjects(value: unknown, verb: string, guarding: Guarding): unknown {
  const values = asList(value);
  if (values.length === 1) return guardObject(values[0], verb, guarding);
  if (OWN_OBJECT.has(verb) || values.length > LIMITS.recipients) return null;
  const all = values.flatMap((one) => guardObject(one, verb, guarding) ?? []);
  return all.length > 0 ? all : null;
}

/** What may be kept of one object: itself, its id, or null where the whole activity is refused. */
function guardObject(object: unknown, verb: string, guarding: Guarding): unknown {
  const id = objectId(object);
  if (!isObject(object)) return id !== null && mayName(id, verb, guarding) ? id : null;
  if (isActivity(object)) return guardInner(object, id, verb, guarding);
  if (id === null) return null;
  const own = asOwn(object, id, guarding.signer);
  if (own !== null) return own;
  if (!mayName(id, verb, guarding, { isOthers: true })) return null;
  if (verb !== 'Delete') guarding.refetch.push(id);
  return id;
}

/** Whether the signer may use this verb on what an id names. */
function mayName(
  id: string,
  verb: string,
  { signer, mayModerate }: Guarding,
  { isOthers = false } = {},
): boolean {
  if (!OWN_OBJECT.has(verb)) return true;
  if (!isOthers && sameOrigin(id, signer)) return true;
  return mayModerate && verb !== 'Create';
}

/** Mobilizon gives its events an `actor` beside their author; those are no activities. */
function isActivity(object: JsonObject): boolean {
  const type = firstType(object.type);
  if (ACTIVITY_TYPES.has(type)) return true;
  return object.actor !== undefined && object.attributedTo === undefined && !ACTOR_TYPES.has(type);
}

function guardInner(
  inner: JsonObject,
  id: string | null,
  verb: string,
  guarding: Guarding,
): unknown {
  const actor = objectId(inner.actor);
  const type = firstType(inner.type);
  if (actor === null || type === '') return null;
  if (verb === 'Undo') {
    // One can only take back what one did oneself.
    if (!sameIri(actor, guarding.signer)) return null;
    if (id !== null && !sameOrigin(id, guarding.signer)) return null;
    const object = inner.object === undefined ? null : guardObjects(inner.object, type, guarding);
    if (object === null) return null;
    // An activity is by its actor; an author beside it would be one that nobody checked.
    const { attributedTo: _, ...rest } = pointing(inner, POINTERS);
    return { ...rest, type, actor, object };
  }
  if (OWN_OBJECT.has(verb)) return null;
  // Accept and Reject name an activity of somebody else, Announce relays one (FEP-1b12): its
  // parts are only hints. What it says counts with a proof of its own, or from its origin.
  const object = objectId(inner.object);
  if (verb === 'Announce' && object !== null) guarding.refetch.push(object);
  return { ...(id !== null && { id }), type, actor, object };
}

/**
 * The object where the signer has authority over it: of its origin, and its own or by it (one
 * user of a host cannot speak for another). The signer is then its one author, so that no
 * reader can take a co-author, named beside it, for the author.
 */
function asOwn(object: JsonObject, id: string, signer: string): JsonObject | null {
  if (!sameOrigin(id, signer)) return null;
  const type = firstType(object.type);
  // A post that is no activity has no object; what somebody puts there stays a pointer.
  const own = pointing(object, ['object', ...POINTERS]);
  if (ACTOR_TYPES.has(type)) return sameIri(id, signer) ? own : null;
  if (type === 'Tombstone') return own;
  const authors = [...asList(object.attributedTo), ...asList(object.actor)]
    .slice(0, LIMITS.recipients)
    .map((author) => objectId(author));
  const isBySigner = authors.some((author) => author !== null && sameIri(author, signer));
  if (authors.length > 0 && !isBySigner) return null;
  return { ...own, attributedTo: signer };
}
