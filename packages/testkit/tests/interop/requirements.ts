/**
 * What other servers ask of a document before they take it: the properties whose absence or
 * shape makes them refuse it. Lemmy's and PeerTube's were read from their sources (2026-08), the
 * others follow their documentation and what they are known to send. Everything else they let pass.
 */
import { z } from 'zod';

const iri = z.url();
const oneOrMany = z.union([iri, z.array(iri)]);
const date = z.iso.datetime({ offset: true });
const type = (...types: string[]) => z.enum(types);
const absent = z.null().optional();
const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';

const key = z.looseObject({
  id: iri,
  owner: iri,
  publicKeyPem: z.string().startsWith('-----BEGIN'),
});
const image = z.looseObject({ type: z.literal('Image'), url: iri });
const lemmyAttachment = z.union([
  z.looseObject({ type: z.literal('Link'), href: iri }),
  z.looseObject({ type: type('Image', 'Document'), url: iri, name: z.string().optional() }),
]);
const isOpen = ({ to, cc }: Record<string, unknown>) =>
  [to, cc].flat().some((one) => one === PUBLIC);

export type Kind =
  | 'person'
  | 'group'
  | 'post'
  | 'groupPost'
  | 'comment'
  | 'poll'
  | 'event'
  | 'message'
  | 'create'
  | 'createInGroup'
  | 'announce'
  | 'share'
  | 'accept'
  | 'like'
  | 'undo'
  | 'update'
  | 'delete';

export type Requirements = Partial<Record<Kind, z.ZodType>>;

const lemmyPage = z
  .looseObject({
    type: type('Page', 'Article', 'Note', 'Video', 'Event'),
    id: iri,
    attributedTo: iri,
    to: oneOrMany.optional(),
    cc: oneOrMany.optional(),
    // With it this were a comment.
    inReplyTo: absent,
    name: z.string().optional(),
    content: z.string().optional(),
    mediaType: type('text/html', 'text/markdown').optional(),
    attachment: z.array(lemmyAttachment).optional(),
    image: image.optional(),
    published: date.optional(),
    updated: date.optional(),
    language: z.looseObject({ identifier: z.string(), name: z.string() }).optional(),
    audience: iri.optional(),
    context: z.string().optional(),
  })
  .refine(isOpen, 'is for everybody');

const lemmyActivity = z.looseObject({ id: iri, actor: iri, to: oneOrMany, cc: oneOrMany });

/** crates/apub/{objects,activities}/src/protocol, version 1.0. */
export const lemmy: Requirements = {
  person: z.looseObject({
    type: type('Person', 'Service', 'Organization'),
    id: iri,
    preferredUsername: z.string(),
    inbox: iri,
    outbox: iri,
    publicKey: key,
    icon: image.optional(),
    endpoints: z.looseObject({ sharedInbox: iri }).optional(),
    published: date.optional(),
  }),
  group: z.looseObject({
    type: z.literal('Group'),
    id: iri,
    preferredUsername: z.string(),
    inbox: iri,
    outbox: iri,
    followers: iri.optional(),
    featured: iri.optional(),
    publicKey: key,
    postingRestrictedToMods: z.boolean().optional(),
    manuallyApprovesFollowers: z.boolean().optional(),
  }),
  groupPost: lemmyPage,
  createInGroup: lemmyActivity.extend({ type: z.literal('Create'), object: lemmyPage }),
  comment: z.looseObject({
    type: z.literal('Note'),
    id: iri,
    attributedTo: iri,
    to: oneOrMany,
    content: z.string(),
    inReplyTo: iri,
    tag: z.array(z.unknown()).optional(),
    attachment: z.array(lemmyAttachment).optional(),
  }),
  message: z.looseObject({
    type: type('Note', 'ChatMessage'),
    id: iri,
    attributedTo: iri,
    to: z.tuple([iri]),
    content: z.string(),
  }),
  announce: lemmyActivity.extend({
    type: z.literal('Announce'),
    object: z.looseObject({ id: iri, actor: iri }),
  }),
  accept: z.looseObject({
    type: z.literal('Accept'),
    id: iri,
    actor: iri,
    object: z.looseObject({ type: z.literal('Follow'), id: iri, actor: iri, object: iri }),
  }),
  like: z.looseObject({ type: z.literal('Like'), id: iri, actor: iri, object: iri }),
  undo: z.looseObject({
    type: z.literal('Undo'),
    id: iri,
    actor: iri,
    object: z.looseObject({ type: z.string(), id: iri, actor: iri, object: iri }),
  }),
  delete: z.looseObject({
    type: z.literal('Delete'),
    id: iri,
    actor: iri,
    to: oneOrMany,
    object: z.union([iri, z.looseObject({ id: iri, type: z.literal('Tombstone') })]),
  }),
};

const mastodonStatus = z.looseObject({
  id: iri,
  type: type('Note', 'Question', 'Article', 'Page', 'Event'),
  attributedTo: iri,
  content: z.string(),
  published: date,
  to: oneOrMany,
  cc: oneOrMany,
  url: iri,
  attachment: z.array(z.looseObject({ url: iri, mediaType: z.string() })),
});

/** What is attached without a `url` is passed over: the link to where it takes place online. */
const mastodonEvent = mastodonStatus.extend({
  type: z.literal('Event'),
  name: z.string(),
  startTime: date,
  attachment: z.array(z.looseObject({ mediaType: z.string() })),
});

/** app/lib/activitypub, app/services/activitypub. */
export const mastodon: Requirements = {
  person: z.looseObject({
    type: type('Person', 'Service', 'Organization', 'Application', 'Group'),
    id: iri,
    preferredUsername: z.string().regex(/^[a-z0-9_]+([a-z0-9_.-]+[a-z0-9_]+)?$/i),
    inbox: iri,
    publicKey: key,
    endpoints: z.looseObject({ sharedInbox: iri }),
    followers: iri,
    url: iri,
  }),
  group: z.looseObject({
    type: z.literal('Group'),
    preferredUsername: z.string().regex(/^[a-z0-9_]+([a-z0-9_.-]+[a-z0-9_]+)?$/i),
    inbox: iri,
    publicKey: key,
  }),
  post: mastodonStatus,
  groupPost: mastodonStatus,
  comment: mastodonStatus.extend({ inReplyTo: iri }),
  poll: mastodonStatus.extend({
    type: z.literal('Question'),
    endTime: date,
    votersCount: z.number(),
    oneOf: z
      .array(
        z.looseObject({
          type: z.literal('Note'),
          name: z.string(),
          replies: z.looseObject({ type: z.literal('Collection'), totalItems: z.number() }),
        }),
      )
      .min(2),
  }),
  event: mastodonEvent,
  // Named in `to` alone it were a limited post; the mention makes it direct.
  message: mastodonStatus.refine(
    ({ to, cc, tag }) =>
      [cc].flat().length === 0 &&
      [to]
        .flat()
        .every((one) =>
          (tag as { type: string; href: string }[]).some(
            ({ type: kind, href }) => kind === 'Mention' && href === one,
          ),
        ),
    'names everybody whom it is for',
  ),
  create: z.looseObject({ type: z.literal('Create'), id: iri, actor: iri, object: mastodonStatus }),
  share: z
    .looseObject({ type: z.literal('Announce'), id: iri, actor: iri, object: iri })
    .refine(isOpen, 'is for everybody'),
  accept: z.looseObject({
    type: z.literal('Accept'),
    actor: iri,
    object: z.looseObject({ type: z.literal('Follow'), id: iri, actor: iri, object: iri }),
  }),
  update: z.looseObject({
    type: z.literal('Update'),
    actor: iri,
    object: mastodonStatus.extend({ updated: date }),
  }),
  delete: z.looseObject({
    type: z.literal('Delete'),
    actor: iri,
    object: z.union([iri, z.looseObject({ id: iri })]),
  }),
  like: z.looseObject({ type: z.literal('Like'), id: iri, actor: iri, object: iri }),
};

/** packages/../custom-validators/activitypub. Groups of ours are no channels: they have no account. */
export const peertube: Requirements = {
  person: z.looseObject({
    id: iri,
    inbox: iri,
    preferredUsername: z.string().regex(/^[a-z0-9._:-]+$/i),
    url: iri,
    publicKey: key,
    endpoints: z.looseObject({ sharedInbox: iri }),
  }),
  comment: z
    .looseObject({
      type: z.literal('Note'),
      id: iri,
      content: z.string().min(1),
      inReplyTo: iri,
      published: date,
      url: iri,
      to: z.array(iri),
    })
    .refine(isOpen, 'is for everybody'),
};

/** lib/federation/activity_stream/converter. */
export const mobilizon: Requirements = {
  person: z.looseObject({
    type: type('Person', 'Service', 'Organization', 'Application', 'Group'),
    id: iri,
    url: iri,
    inbox: iri,
    outbox: iri,
    following: iri,
    followers: iri,
    name: z.string(),
    preferredUsername: z.string(),
    summary: z.string(),
    manuallyApprovesFollowers: z.boolean(),
    publicKey: key,
    endpoints: z.looseObject({ sharedInbox: iri }),
  }),
  comment: z.looseObject({
    id: iri,
    attributedTo: iri,
    content: z.string(),
    inReplyTo: iri,
    published: date,
    tag: z.array(z.unknown()),
    to: z.array(iri),
    cc: z.array(iri),
  }),
  event: z.looseObject({
    id: iri,
    type: z.literal('Event'),
    attributedTo: iri,
    name: z.string().min(1),
    content: z.string(),
    startTime: date,
    endTime: date,
    timezone: z.string(),
    published: date,
    url: iri,
    joinMode: type('free', 'restricted', 'invite', 'external'),
    'ical:status': type('TENTATIVE', 'CONFIRMED', 'CANCELLED'),
    location: z.looseObject({ type: z.literal('Place'), name: z.string() }),
    participantCount: z.int(),
    maximumAttendeeCapacity: z.int(),
    repliesModerationOption: type('allow_all', 'closed', 'moderated'),
    tag: z.array(z.unknown()),
    attachment: z.array(z.unknown()),
    to: z.array(iri),
    cc: z.array(iri),
  }),
  accept: z.looseObject({
    type: z.literal('Accept'),
    actor: iri,
    object: z.looseObject({ id: iri, actor: iri, object: iri }),
  }),
};

/** src/Protocol/ActivityPub. */
export const friendica: Requirements = {
  person: z.looseObject({
    id: iri,
    type: z.string(),
    inbox: iri,
    outbox: iri,
    followers: iri,
    following: iri,
    preferredUsername: z.string(),
    publicKey: key,
  }),
  post: mastodonStatus,
  event: mastodonEvent,
  comment: mastodonStatus.extend({ inReplyTo: iri }),
  accept: z.looseObject({
    type: z.literal('Accept'),
    actor: iri,
    object: z.looseObject({ type: z.literal('Follow'), id: iri, actor: iri, object: iri }),
  }),
  share: z.looseObject({ type: z.literal('Announce'), id: iri, actor: iri, object: iri }),
};

export const requirements: Record<string, Requirements> = {
  Lemmy: lemmy,
  Mastodon: mastodon,
  PeerTube: peertube,
  Mobilizon: mobilizon,
  Friendica: friendica,
};
