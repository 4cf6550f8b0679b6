/** What other servers say about their groups: settings and member lists, as plain facts. */
import { type JsonObject, objectId } from '@mitoyen/federation';
import { parseIri, sameOrigin } from '@mitoyen/protocol';
import type { GroupAccess } from './group.ts';

export type RemoteGroupSettings = {
  access: GroupAccess;
  postingRestricted: boolean;
  /** Empty where it is for some companies alone. */
  partners: 'all' | [];
  moderatorsIri?: string;
};

/** Smithereen's `accessType` where there is one; else what Lemmy and others tell by approval. */
export function readGroupSettings(actor: JsonObject): RemoteGroupSettings {
  const moderators = parseIri(objectId(actor.attributedTo));
  return {
    access: readAccess(actor),
    postingRestricted: actor.postingRestrictedToMods === true,
    partners: (actor['mitoyen:companies'] ?? actor.companies) === undefined ? 'all' : [],
    ...(moderators && sameOrigin(moderators, String(actor.id)) && { moderatorsIri: moderators }),
  };
}

function readAccess(actor: JsonObject): GroupAccess {
  switch (actor['sm:accessType'] ?? actor.accessType) {
    case 'open':
      return 'open';
    case 'closed':
      return 'closed';
    case 'private':
      return 'secret';
    default:
      return actor.manuallyApprovesFollowers === true ? 'closed' : 'open';
  }
}
