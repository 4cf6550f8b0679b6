/**
 * What Mitoyen uses of activitypub-express, as plain functions: the JSON-LD slow path,
 * collections, addressing and validation. No routes, no store, no HTTP client, no network.
 */
import type { JsonObject } from '../json.ts';
import { loadContext } from './context-loader.ts';
import { loadApex } from './load-apex.ts';

/** What JSON-LD is compacted to: the short names that we read, of extensions too. */
const CONTEXT = [
  'https://www.w3.org/ns/activitystreams',
  'https://w3id.org/security/v1',
  {
    toot: 'http://joinmastodon.org/ns#',
    ostatus: 'http://ostatus.org#',
    litepub: 'http://litepub.social/ns#',
    lemmy: 'https://join-lemmy.org/ns#',
    sm: 'http://smithereen.software/ns#',
    misskey: 'https://misskey-hub.net/ns#',
    schema: 'http://schema.org#',
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
  /** Full JSON-LD: expands and compacts to our context; throws for an unknown context. About 1,900/s. */
  normalise: (object: JsonObject) => Promise<JsonObject>;
  /** An ordered collection's description: its count and where its first page is. */
  collection: (id: string, totalItems: number) => Promise<JsonObject>;
  /** A page of items; `last` is the cursor of the next page. */
  collectionPage: (
    id: string,
    page: { cursor: string | true; items: unknown[]; next?: string },
  ) => Promise<JsonObject>;
  /** Every recipient that an activity names in to, bto, cc, bcc and audience. */
  audienceOf: (activity: JsonObject) => string[];
  /** Whether it is an activity with an id, a type and an actor. */
  isActivity: (object: JsonObject) => boolean;
};

export function createApexKit(): ApexKit {
  const apex = loadApex({ context: CONTEXT, pageParam: 'page', jsonldContextLoader: loadContext });

  return {
    normalise: async (object) => {
      // Proofs hold for the document as it was sent; what is made of it here carries none.
      const { proof: _, signature: __, ...bare } = structuredClone(object);
      return apex.toJSONLD(await apex.fromJSONLD(bare));
    },
    collection: async (id, totalItems) =>
      apex.toJSONLD(await apex.buildCollection(id, true, totalItems)),
    collectionPage: async (id, { cursor, items, next }) => {
      const page = await apex.toJSONLD(await apex.buildCollectionPage(id, cursor, true, next));
      // Items are already in the form they have on the wire; compacting them again would change bytes.
      return { ...page, orderedItems: items };
    },
    audienceOf: (activity) => apex.audienceFromActivity(activity),
    isActivity: (object) => Boolean(apex.validateActivity(object)),
  };
}
