/**
 * What other servers ask of a document before they take it: the properties whose absence or
 * shape makes them refuse it. Lemmy's and PeerTube's were read from their sources (2026-08), the
 * GNU social's, lotide's and (of profiles, messages and polls) Friendica's and Mobilizon's likewise (2026-11); the
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
  | 'article'
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
  | 'delete'
  | 'report'
  | 'reporter';

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

const lemmyPerson = z.looseObject({
  type: type('Person', 'Service', 'Organization'),
  id: iri,
  preferredUsername: z.string(),
  inbox: iri,
  outbox: iri,
  publicKey: key,
  icon: image.optional(),
  endpoints: z.looseObject({ sharedInbox: iri }).optional(),
  published: date.optional(),
});

/** crates/apub/{objects,activities}/src/protocol, version 1.0. */
export const lemmy: Requirements = {
  person: lemmyPerson,
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
  article: lemmyPage.refine(({ type }) => type === 'Article', 'is an Article'),
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
  // activities/src/protocol/community/report.rs: to one community or site, by a person
  // (`ObjectId<ApubPerson>`); of many objects the first that it knows as a post or comment.
  report: z
    .looseObject({
      type: z.literal('Flag'),
      id: iri,
      actor: iri,
      to: z.union([iri, z.tuple([iri])]),
      object: z.union([iri, z.array(iri).min(1)]),
      summary: z.string().optional(),
      content: z.string().optional(),
    })
    .refine(({ summary, content }) => summary ?? content, 'says why'),
  reporter: lemmyPerson,
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

/**
 * Shown by title, summary and link alone: `CONVERTED_TYPES` in app/lib/activitypub/activity.rb,
 * `processed_text` in app/lib/activitypub/parser/status_parser.rb (4.5).
 */
const mastodonArticle = mastodonStatus.extend({
  type: z.literal('Article'),
  name: z.string().min(1),
  summary: z.string().min(1).max(600),
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
  article: mastodonArticle,
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
  // app/lib/activitypub/activity/flag.rb: whom and what it knows of the objects, and why.
  report: z.looseObject({
    type: z.literal('Flag'),
    id: iri,
    actor: iri,
    object: oneOrMany,
    content: z.string(),
  }),
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
  // lib/mobilizon/actors/actor.ex, remote_actor_creation; converter/actor.ex.
  group: z.looseObject({
    type: z.literal('Group'),
    id: iri,
    inbox: iri,
    preferredUsername: z.string().min(1).max(100),
    summary: z.string().max(5000),
    publicKey: key,
    followers: iri,
    outbox: iri,
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
  // src/Model/APContact.php, getByURL: an account type with an inbox, and the key to verify it.
  group: z.looseObject({
    id: iri,
    type: z.literal('Group'),
    inbox: iri,
    outbox: iri,
    followers: iri,
    preferredUsername: z.string(),
    publicKey: key,
    endpoints: z.looseObject({ sharedInbox: iri }),
  }),
  // Receiver.php, checkForDirectMessage: a first message to one person, nothing in `cc`, nothing
  // attached, nobody else mentioned.
  message: z.looseObject({
    type: z.literal('Note'),
    id: iri,
    attributedTo: iri,
    content: z.string(),
    to: z.tuple([iri]),
    cc: z.array(z.never()),
    attachment: z.array(z.never()),
    inReplyTo: absent,
    tag: z.array(z.looseObject({ type: z.literal('Mention'), href: iri })).max(1),
  }),
  // Receiver.php, processQuestion: options are Notes with replies.
  poll: z.looseObject({
    type: z.literal('Question'),
    id: iri,
    attributedTo: iri,
    content: z.string(),
    endTime: date,
    votersCount: z.number(),
    oneOf: z
      .array(
        z.looseObject({
          type: z.literal('Note'),
          name: z.string(),
          replies: z.looseObject({ totalItems: z.number() }),
        }),
      )
      .min(2),
  }),
  post: mastodonStatus,
  // `name` is the title of an item, whatever its type (Receiver.php: $object_data['name']).
  article: mastodonStatus.extend({ type: z.literal('Article'), name: z.string().min(1) }),
  event: mastodonEvent,
  comment: mastodonStatus.extend({ inReplyTo: iri }),
  accept: z.looseObject({
    type: z.literal('Accept'),
    actor: iri,
    object: z.looseObject({ type: z.literal('Follow'), id: iri, actor: iri, object: iri }),
  }),
  share: z.looseObject({ type: z.literal('Announce'), id: iri, actor: iri, object: iri }),
};

/** classes/Activitypub_notice.php, validate_remote_notice (2.0); Util/Model/Note.php (3). */
const gnuSocialNote = z.looseObject({
  type: z.literal('Note'),
  id: iri,
  attributedTo: iri,
  content: z.string(),
  url: iri,
  cc: z.array(iri),
  published: date,
  attachment: z.array(z.looseObject({ type: z.string() })),
});

/** The ActivityPub plugin of GNU social 2 (utils/inbox_handler.php) and of 3 (Util/Model). */
export const gnusocial: Requirements = {
  // utils/explorer.php, validate_remote_response; Util/Model/Actor.php.
  person: z.looseObject({
    id: iri,
    preferredUsername: z.string(),
    inbox: iri,
    publicKey: z.looseObject({ publicKeyPem: z.string().startsWith('-----BEGIN') }),
    endpoints: z.looseObject({ sharedInbox: iri }),
    published: date,
  }),
  post: gnuSocialNote,
  create: z.looseObject({ type: z.literal('Create'), id: iri, actor: iri, object: gnuSocialNote }),
  comment: gnuSocialNote.extend({ inReplyTo: iri }),
  // handle_accept_follow looks both up by their ids.
  accept: z.looseObject({
    type: z.literal('Accept'),
    actor: iri,
    object: z.looseObject({ type: z.literal('Follow'), actor: iri, object: iri }),
  }),
  like: z.looseObject({ type: z.literal('Like'), id: iri, actor: iri, object: iri }),
  share: z.looseObject({ type: z.literal('Announce'), id: iri, actor: iri, object: iri }),
  undo: z.looseObject({
    type: z.literal('Undo'),
    actor: iri,
    object: z.looseObject({ type: type('Follow', 'Like'), object: iri }),
  }),
};

const lotideKey = z.looseObject({ id: iri, owner: iri, publicKeyPem: z.string() });
/** Of one host with whom it is by: `require_containment`. */
const isContained = (by: string) => (one: Record<string, unknown>) =>
  new URL(String(one.id)).host === new URL(String(one[by])).host;

/** src/apub_util/{mod,ingest}.rs. Posts outside of communities are not taken. */
export const lotide: Requirements = {
  person: z.looseObject({
    type: type('Person', 'Service'),
    id: iri,
    inbox: iri,
    preferredUsername: z.string(),
    publicKey: lotideKey,
  }),
  group: z.looseObject({
    type: z.literal('Group'),
    id: iri,
    inbox: iri,
    outbox: iri,
    followers: iri,
    preferredUsername: z.string(),
    publicKey: lotideKey,
  }),
  // ingest_postlike: what its community announces; one string is the content, one id the author.
  groupPost: z
    .looseObject({
      type: type('Page', 'Article', 'Image', 'Note'),
      id: iri,
      attributedTo: iri,
      content: z.string(),
      published: date,
      inReplyTo: absent,
    })
    .refine(isContained('attributedTo'), 'is of the host of its author'),
  announce: z
    .looseObject({
      type: z.literal('Announce'),
      id: iri,
      actor: iri,
      object: z.looseObject({ id: iri }),
    })
    .refine(isContained('actor'), 'is of the host of its group'),
  comment: z
    .looseObject({
      type: z.literal('Note'),
      id: iri,
      attributedTo: iri,
      content: z.string(),
      inReplyTo: iri,
      published: date,
    })
    .refine(isContained('attributedTo'), 'is of the host of its author'),
  accept: z
    .looseObject({
      type: z.literal('Accept'),
      id: iri,
      actor: iri,
      object: z.looseObject({ id: iri }),
    })
    .refine(isContained('actor'), 'is of the host of its group'),
  like: z
    .looseObject({ type: z.literal('Like'), id: iri, actor: iri, object: iri })
    .refine(isContained('actor'), 'is of the host of its actor'),
  delete: z.looseObject({ type: z.literal('Delete'), id: iri, actor: iri }),
};

export const requirements: Record<string, Requirements> = {
  Lemmy: lemmy,
  Mastodon: mastodon,
  PeerTube: peertube,
  Mobilizon: mobilizon,
  Friendica: friendica,
  'GNU social': gnusocial,
  lotide,
};
