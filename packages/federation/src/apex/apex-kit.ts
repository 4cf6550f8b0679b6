/**
 * What Mitoyen uses of activitypub-express, as plain functions: the JSON-LD slow path,
 * collections, addressing and validation. No routes, no store, no HTTP client, no network.
 */
import { recipients } from '../addressing.ts';
import { AS_CONTEXT } from '../contexts.ts';
import type { JsonObject } from '../json.ts';
import { lazily } from '../load-lazily.ts';
import { objectIds } from '../values.ts';
import { loadContext } from './context-loader.ts';
import { loadApex } from './load-apex.ts';

/** What JSON-LD is compacted to: the short names that we read, of extensions too. */
const CONTEXT = [
  AS_CONTEXT,
  'https://w3id.org/security/v1',
  'https://w3id.org/security/multikey/v1',
  {
    toot: 'http://joinmastodon.org/ns#',
    ostatus: 'http://ostatus.org#',
    litepub: 'http://litepub.social/ns#',
    lemmy: 'https://join-lemmy.org/ns#',
    sm: 'http://smithereen.software/ns#',
    misskey: 'https://misskey-hub.net/ns#',
    schema: 'http://schema.org#',
    assertionMethod: { '@id': 'sec:assertionMethod', '@type': '@id', '@container': '@set' },
    sensitive: 'as:sensitive',
    manuallyApprovesFollowers: 'as:manuallyApprovesFollowers',
    alsoKnownAs: { '@id': 'as:alsoKnownAs', '@type': '@id' },
    movedTo: { '@id': 'as:movedTo', '@type': '@id' },
    Hashtag: 'as:Hashtag',
    Emoji: 'toot:Emoji',
    blurhash: 'toot:blurhash',
    focalPoint: { '@id': 'toot:focalPoint', '@container': '@list' },
    discoverable: 'toot:discoverable',
    featured: { '@id': 'toot:featured', '@type': '@id' },
    votersCount: 'toot:votersCount',
    conversation: 'ostatus:conversation',
    EmojiReact: 'litepub:EmojiReact',
    ChatMessage: 'litepub:ChatMessage',
    postingRestrictedToMods: 'lemmy:postingRestrictedToMods',
    accessType: 'sm:accessType',
    PropertyValue: 'schema:PropertyValue',
    value: 'schema:value',
  },
];

export type ApexKit = {
  /** Full JSON-LD: expands and compacts to our context; throws for an unknown context. About 1,500/s. */
  normalise: (object: JsonObject) => Promise<JsonObject>;
  /** An activity, built, expanded and compacted; for what is sent seldom (see buildActivityDocument). */
  buildActivity: (
    type: string,
    facts: JsonObject & { id: string; actor: string; to: string[]; published: string },
  ) => Promise<JsonObject>;
  /** An ordered collection's description: its count and where its first page is. */
  collection: (id: string, totalItems: number) => Promise<JsonObject>;
  /** A page of items; `next` is the cursor of the next page. */
  collectionPage: (
    id: string,
    page: { cursor: string | true; items: unknown[]; next?: string },
  ) => Promise<JsonObject>;
  /** The ids of every recipient that an activity names in to, bto, cc, bcc and audience. */
  audienceOf: (activity: JsonObject) => string[];
  /** The text to send: without bto, bcc and private properties. */
  serialise: (activity: JsonObject) => string;
  /** Whether it is an activity with an id, a type and an actor. */
  isActivity: (object: JsonObject) => boolean;
  /** Whether the object is the actor itself, or names it first as actor or author. */
  isOwner: (object: JsonObject, actor: string) => boolean;
};

const SETTINGS = {
  pageParam: 'page',
  jsonldContextLoader: loadContext,
  store: { generateId: () => 'https://id.invalid/' },
  utils: {
    activityIdToIRI: (id: string) => id,
    // Likes and shares are counted, not published as collections of each activity.
    idToActivityCollections: () => ({}),
  },
};

export function createApexKit(): ApexKit {
  const full = lazily(() => loadApex({ ...SETTINGS, context: CONTEXT }));
  // Collections have no terms but the normative ones.
  const plain = lazily(() => loadApex({ ...SETTINGS, context: [AS_CONTEXT] }));

  return {
    normalise: async (object) => {
      // Proofs hold for the document as it was sent; what is made of it here carries none.
      const { proof: _, signature: __, ...bare } = structuredClone(object);
      return full().toJSONLD(await full().fromJSONLD(bare));
    },
    buildActivity: async (type, { actor, to, ...more }) =>
      full().toJSONLD(await full().buildActivity(type, actor, to, more)),
    collection: async (id, totalItems) =>
      plain().toJSONLD(await plain().buildCollection(id, true, totalItems)),
    collectionPage: async (id, { cursor, items, next }) => {
      const page = await plain().toJSONLD(
        await plain().buildCollectionPage(id, cursor, true, next),
      );
      // Items are already in the form they have on the wire; compacting them again would change bytes.
      return { ...page, orderedItems: items };
    },
    audienceOf: (activity) => recipients(plain().audienceFromActivity(activity)),
    serialise: (activity) => plain().stringifyPublicJSONLD(activity),
    isActivity: (object) => plain().validateActivity(inLists(object, ['actor'])) === true,
    isOwner: (object, actor) =>
      plain().validateOwner(inLists(object, ['actor', 'attributedTo']), { id: actor }),
  };
}

/** The library's working form: every value in a list, authors as ids. */
function inLists(object: JsonObject, names: string[]): JsonObject {
  const lists = names.flatMap((name) =>
    object[name] === undefined ? [] : [[name, objectIds(object[name])]],
  );
  return { ...object, ...Object.fromEntries(lists) };
}
