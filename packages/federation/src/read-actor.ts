/** A remote actor, read once from its document. */
import { parseIri } from '@mitoyen/protocol';
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import {
  asList,
  count,
  firstType,
  linkUrl,
  mappedText,
  objectId,
  objectIds,
  pictureUrl,
  text,
  time,
} from './values.ts';

export type RemoteActor = {
  id: string;
  type: 'Person' | 'Group' | 'Service' | 'Organization' | 'Application';
  preferredUsername: string;
  name: string;
  /** HTML as sent; not sanitized yet. */
  summary: string;
  inbox: string;
  sharedInbox?: string;
  outbox?: string;
  followers?: string;
  following?: string;
  featured?: string;
  url?: string;
  iconUrl?: string;
  imageUrl?: string;
  manuallyApprovesFollowers: boolean;
  discoverable: boolean;
  publicKeys: { id: string; owner: string; pem: string }[];
  assertionKeys: { id: string; controller: string; multibase: string }[];
  alsoKnownAs: string[];
  movedTo?: string;
  /** Of a group: its moderators collection. */
  attributedTo?: string;
  accessType?: 'open' | 'closed' | 'private';
  postingRestrictedToMods: boolean;
  published?: number;
  fields: { name: string; value: string }[];
  followersCount?: number;
};

const TYPES = new Set(['Person', 'Group', 'Service', 'Organization', 'Application']);

/** Null where the document is no actor that could be talked to. */
export function readActor(json: JsonObject): RemoteActor | null {
  const id = parseIri(json.id);
  const inbox = parseIri(json.inbox);
  const type = firstType(json.type);
  if (id === null || inbox === null || !TYPES.has(type)) return null;
  const preferredUsername = text(json.preferredUsername, 200) ?? '';
  if (!/^[\p{L}\p{N}_.-]{1,200}(:\d+)?$/u.test(preferredUsername)) return null;
  const endpoints = isObject(json.endpoints) ? json.endpoints : {};
  const accessType = text(json.accessType ?? json['sm:accessType']);
  return {
    id,
    type: type as RemoteActor['type'],
    preferredUsername,
    name: text(json.name, LIMITS.nameCharacters)?.trim() || preferredUsername,
    summary: mappedText(json.summary, json.summaryMap, LIMITS.htmlCharacters) ?? '',
    inbox,
    sharedInbox: parseIri(endpoints.sharedInbox) ?? undefined,
    outbox: parseIri(json.outbox) ?? undefined,
    followers: objectId(json.followers) ?? undefined,
    following: objectId(json.following) ?? undefined,
    featured: objectId(json.featured) ?? undefined,
    url: linkUrl(json.url),
    iconUrl: pictureUrl(json.icon),
    imageUrl: pictureUrl(json.image),
    manuallyApprovesFollowers: json.manuallyApprovesFollowers === true,
    discoverable: json.discoverable === true,
    publicKeys: readPublicKeys(json.publicKey, id),
    assertionKeys: readAssertionKeys(json.assertionMethod),
    alsoKnownAs: objectIds(json.alsoKnownAs).slice(0, 10),
    movedTo: objectId(json.movedTo) ?? undefined,
    attributedTo: objectId(json.attributedTo) ?? undefined,
    ...(accessType &&
      ['open', 'closed', 'private'].includes(accessType) && {
        accessType: accessType as RemoteActor['accessType'],
      }),
    postingRestrictedToMods: json.postingRestrictedToMods === true,
    published: time(json.published),
    fields: readFields(json.attachment),
    followersCount: isObject(json.followers) ? count(json.followers.totalItems) : undefined,
  };
}

/** Only keys that the actor itself owns. */
function readPublicKeys(value: unknown, actor: string): RemoteActor['publicKeys'] {
  return asList(value)
    .slice(0, LIMITS.publicKeys)
    .flatMap((key) => {
      if (!isObject(key)) return [];
      const id = parseIri(key.id);
      const owner = objectId(key.owner) ?? actor;
      const pem = text(key.publicKeyPem, 8192);
      return id !== null && pem?.includes('-----BEGIN') && owner === actor
        ? [{ id, owner, pem }]
        : [];
    });
}

function readAssertionKeys(value: unknown): RemoteActor['assertionKeys'] {
  return asList(value)
    .slice(0, LIMITS.publicKeys)
    .flatMap((key) => {
      if (!isObject(key)) return [];
      const id = parseIri(key.id);
      const controller = objectId(key.controller);
      const multibase = text(key.publicKeyMultibase, 200);
      return id !== null && controller !== null && multibase ? [{ id, controller, multibase }] : [];
    });
}

function readFields(value: unknown): RemoteActor['fields'] {
  return asList(value)
    .slice(0, LIMITS.profileFields)
    .flatMap((field) => {
      if (!isObject(field) || firstType(field.type) !== 'PropertyValue') return [];
      const name = text(field.name, LIMITS.nameCharacters);
      const content = text(field.value, LIMITS.textCharacters);
      return name && content !== undefined ? [{ name, value: content }] : [];
    });
}
