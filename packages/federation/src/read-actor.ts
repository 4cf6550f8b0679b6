/** A remote actor, read once from its document. */
import { parseIri, sameIri, sameOrigin } from '@mitoyen/protocol';
import { readCapabilities } from './capabilities.ts';
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { readEmojis } from './read-emojis.ts';
import {
  asList,
  count,
  firstType,
  linkUrl,
  mappedText,
  objectId,
  objectIds,
  ownId,
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
  indexable: boolean;
  /** What the pictures show. */
  iconText?: string;
  imageText?: string;
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
  /** Emojis in its name, summary and fields. */
  emojis?: { name: string; url: string }[];
  /** What its server says that it can do (FEP-844e `implements`), as IRIs. */
  capabilities: string[];
};

const TYPES = new Set(['Person', 'Group', 'Service', 'Organization', 'Application']);

/**
 * Null where the document is no actor that could be talked to. Its inbox, collections and keys
 * must be of its own origin (FEP-fe34): elsewhere it could point our deliveries at a victim, or
 * take somebody else's followers for its own.
 */
export function readActor(json: JsonObject): RemoteActor | null {
  const id = parseIri(json.id);
  const inbox = parseIri(json.inbox);
  const type = firstType(json.type);
  if (id === null || inbox === null || !TYPES.has(type)) return null;
  if (!sameOrigin(inbox, id)) return null;
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
    sharedInbox: ownId(endpoints.sharedInbox, id),
    outbox: ownId(json.outbox, id),
    followers: ownId(json.followers, id),
    following: ownId(json.following, id),
    featured: ownId(json.featured, id),
    url: linkUrl(json.url),
    iconUrl: pictureUrl(json.icon),
    imageUrl: pictureUrl(json.image),
    manuallyApprovesFollowers: json.manuallyApprovesFollowers === true,
    discoverable: json.discoverable === true,
    indexable: json.indexable === true,
    iconText: pictureText(json.icon),
    imageText: pictureText(json.image),
    publicKeys: readPublicKeys(json.publicKey, id),
    assertionKeys: readAssertionKeys(json.assertionMethod, id),
    alsoKnownAs: objectIds(json.alsoKnownAs).slice(0, LIMITS.aliases),
    movedTo: objectId(json.movedTo) ?? undefined,
    attributedTo: ownId(json.attributedTo ?? json.moderators, id),
    ...(accessType &&
      ['open', 'closed', 'private'].includes(accessType) && {
        accessType: accessType as RemoteActor['accessType'],
      }),
    postingRestrictedToMods: json.postingRestrictedToMods === true,
    published: time(json.published),
    fields: readFields(json.attachment),
    followersCount: isObject(json.followers) ? count(json.followers.totalItems) : undefined,
    ...(json.tag !== undefined && { emojis: readEmojis(json.tag) }),
    capabilities: readCapabilities(json),
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
      if (id === null || !pem?.includes('-----BEGIN')) return [];
      return sameIri(owner, actor) && sameOrigin(id, actor) ? [{ id, owner, pem }] : [];
    });
}

/** FEP-521a: the actor itself must control the key. */
function readAssertionKeys(value: unknown, actor: string): RemoteActor['assertionKeys'] {
  return asList(value)
    .slice(0, LIMITS.publicKeys)
    .flatMap((key) => {
      if (!isObject(key)) return [];
      const id = parseIri(key.id);
      const controller = objectId(key.controller);
      const multibase = text(key.publicKeyMultibase, 1000);
      if (id === null || controller === null || !multibase) return [];
      return sameIri(controller, actor) && sameOrigin(id, actor)
        ? [{ id, controller, multibase }]
        : [];
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

function pictureText(value: unknown): string | undefined {
  const [first] = asList(value);
  if (!isObject(first)) return undefined;
  return text(first.name ?? first.summary, LIMITS.altTextCharacters)?.trim() || undefined;
}
