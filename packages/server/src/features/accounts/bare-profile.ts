/**
 * What crosses the wall of a person where the agreement does not cover the directory: enough to
 * exchange posts and messages (name, picture, inbox, keys), and nothing that one is found by.
 */
import type { JsonObject, RemoteActor } from '@mitoyen/federation';

const PROFILE = new Set([
  'summary',
  'attachment',
  'image',
  'alsoKnownAs',
  'discoverable',
  'indexable',
]);

/** Our actor document as such a partner gets it. */
export function bareActor(actor: JsonObject): JsonObject {
  const kept = Object.entries(actor).filter(([name]) => !PROFILE.has(name));
  return { ...Object.fromEntries(kept), discoverable: false };
}

/** Theirs as we keep it, whatever they sent. Groups have profiles of their own. */
export function bareRemote(actor: RemoteActor): RemoteActor {
  if (actor.type !== 'Person' && actor.type !== 'Service') return actor;
  const { imageUrl: _, imageText: __, ...rest } = actor;
  return { ...rest, summary: '', fields: [], discoverable: false, indexable: false };
}
