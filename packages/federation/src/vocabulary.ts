/** What we send: contexts and pure builders of actors, tombstones and activities. */
import { EVENT_TERMS } from './build-event.ts';
import { IMPLEMENTS_TERM } from './capabilities.ts';
import { type EmojiFacts, emojiTag } from './emoji-tag.ts';
import { isObject, type JsonObject } from './json.ts';
import { PRAISE_TERMS } from './praise.ts';
import { QUOTE_TERMS } from './quote.ts';
import { TALK_TERMS } from './talk.ts';

const AS = 'https://www.w3.org/ns/activitystreams';

/** For actors: keys, and what Mastodon, Lemmy and Smithereen call group settings. */
export const ACTOR_CONTEXT = [
  AS,
  'https://w3id.org/security/v1',
  'https://w3id.org/security/data-integrity/v1',
  'https://w3id.org/security/multikey/v1',
  {
    toot: 'http://joinmastodon.org/ns#',
    lemmy: 'https://join-lemmy.org/ns#',
    sm: 'http://smithereen.software/ns#',
    schema: 'http://schema.org#',
    assertionMethod: { '@id': 'sec:assertionMethod', '@type': '@id', '@container': '@set' },
    manuallyApprovesFollowers: 'as:manuallyApprovesFollowers',
    alsoKnownAs: { '@id': 'as:alsoKnownAs', '@type': '@id' },
    movedTo: { '@id': 'as:movedTo', '@type': '@id' },
    discoverable: 'toot:discoverable',
    indexable: 'toot:indexable',
    featured: { '@id': 'toot:featured', '@type': '@id' },
    PropertyValue: 'schema:PropertyValue',
    value: 'schema:value',
    postingRestrictedToMods: 'lemmy:postingRestrictedToMods',
    moderators: { '@id': 'lemmy:moderators', '@type': '@id' },
    accessType: 'sm:accessType',
    ...IMPLEMENTS_TERM,
  },
];

/** For posts and activities. */
export const NOTE_CONTEXT = [
  AS,
  'https://w3id.org/security/data-integrity/v1',
  {
    toot: 'http://joinmastodon.org/ns#',
    ostatus: 'http://ostatus.org#',
    litepub: 'http://litepub.social/ns#',
    mitoyen: 'https://mitoyen.org/ns#',
    sensitive: 'as:sensitive',
    Hashtag: 'as:Hashtag',
    Emoji: 'toot:Emoji',
    conversation: 'ostatus:conversation',
    votersCount: 'toot:votersCount',
    blurhash: 'toot:blurhash',
    focalPoint: { '@container': '@list', '@id': 'toot:focalPoint' },
    EmojiReact: 'litepub:EmojiReact',
    Agreement: 'mitoyen:Agreement',
    mustRead: 'mitoyen:mustRead',
    readReceipts: 'mitoyen:readReceipts',
  },
];

/** The context that the terms of an object, or of the object of an activity, need. */
function contextOf(json: JsonObject): unknown[] {
  return [...NOTE_CONTEXT, ...moreTerms(json)];
}

function moreTerms({ type, praise, talk, quote, interactionPolicy, object }: JsonObject): object[] {
  return [
    ...(type === 'Event' ? [EVENT_TERMS] : []),
    ...(praise !== undefined ? [PRAISE_TERMS] : []),
    ...(talk !== undefined ? [TALK_TERMS] : []),
    ...(quote !== undefined || interactionPolicy !== undefined || type === 'QuoteRequest'
      ? [QUOTE_TERMS]
      : []),
    ...(isObject(object) ? moreTerms(object) : []),
  ];
}

type ActorPicture = { url: string; mediaType: string; text?: string };

export type ActorFacts = {
  id: string;
  type: 'Person' | 'Group' | 'Service' | 'Organization' | 'Application';
  username: string;
  name: string;
  summary: string;
  url: string;
  inbox: string;
  outbox?: string;
  followers?: string;
  following?: string;
  featured?: string;
  sharedInbox: string;
  publicKey: { id: string; pem: string };
  /** Ed25519 for proofs first; others that still count after it. */
  assertionKeys: { id: string; multibase: string }[];
  manuallyApprovesFollowers: boolean;
  discoverable: boolean;
  /** Their open posts may be found by a search (Mastodon). */
  indexable?: boolean;
  published?: string;
  icon?: ActorPicture;
  image?: ActorPicture;
  fields?: { name: string; value: string }[];
  emojis?: EmojiFacts[];
  alsoKnownAs?: string[];
  movedTo?: string;
  /** Further properties (groups: attributedTo, accessType, postingRestrictedToMods). */
  more?: JsonObject;
};

export function buildActor(facts: ActorFacts): JsonObject {
  const picture = (image: ActorPicture) => ({
    type: 'Image',
    url: image.url,
    mediaType: image.mediaType,
    ...(image.text && { name: image.text }),
  });
  return {
    '@context': ACTOR_CONTEXT,
    id: facts.id,
    type: facts.type,
    preferredUsername: facts.username,
    name: facts.name,
    summary: facts.summary,
    url: facts.url,
    inbox: facts.inbox,
    ...(facts.outbox && { outbox: facts.outbox }),
    ...(facts.followers && { followers: facts.followers }),
    ...(facts.following && { following: facts.following }),
    ...(facts.featured && { featured: facts.featured }),
    endpoints: { sharedInbox: facts.sharedInbox },
    manuallyApprovesFollowers: facts.manuallyApprovesFollowers,
    discoverable: facts.discoverable,
    ...(facts.indexable !== undefined && { indexable: facts.indexable }),
    ...(facts.published && { published: facts.published }),
    publicKey: { id: facts.publicKey.id, owner: facts.id, publicKeyPem: facts.publicKey.pem },
    assertionMethod: facts.assertionKeys.map(({ id, multibase }) => ({
      id,
      type: 'Multikey',
      controller: facts.id,
      publicKeyMultibase: multibase,
    })),
    ...(facts.icon && { icon: picture(facts.icon) }),
    ...(facts.image && { image: picture(facts.image) }),
    attachment: (facts.fields ?? []).map(({ name, value }) => ({
      type: 'PropertyValue',
      name,
      value,
    })),
    tag: (facts.emojis ?? []).map(emojiTag),
    ...(facts.alsoKnownAs?.length && { alsoKnownAs: facts.alsoKnownAs }),
    ...(facts.movedTo && { movedTo: facts.movedTo }),
    ...facts.more,
  };
}

/** An object with the context that its terms need. */
export function withContext(
  object: JsonObject,
  context: unknown[] = contextOf(object),
): JsonObject {
  return { '@context': context, ...object };
}

export type ActivityFacts = {
  id: string;
  actor: string;
  object?: unknown;
  to?: string[];
  cc?: string[];
  published?: string;
  audience?: string;
  target?: string;
  content?: string;
  tag?: unknown[];
  instrument?: string;
  result?: string;
  context?: unknown[];
};

/** An activity with its context. */
export function buildActivityDocument(
  type: string,
  facts: ActivityFacts,
): JsonObject & { id: string } {
  const { context, ...properties } = facts;
  const present = Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== undefined),
  );
  return {
    '@context': context ?? contextOf({ type, object: facts.object }),
    type,
    ...present,
    id: facts.id,
  };
}

export function buildTombstone(facts: {
  id: string;
  deleted: string;
  formerType?: string;
}): JsonObject {
  return {
    '@context': AS,
    id: facts.id,
    type: 'Tombstone',
    ...(facts.formerType && { formerType: facts.formerType }),
    deleted: facts.deleted,
  };
}
