/** What Mastodon's entities have in them here: every answer of the tests is held against these. */
import { z } from 'zod';
import { ENTITIES } from './entities.ts';

const id = z.string().describe('Sorts by time');
const moment = z.iso.datetime();
const count = z.int().min(0);
const text = z.string();
const flag = z.boolean();
const { Account, Status } = ENTITIES;

const Poll = z.looseObject({
  id,
  expires_at: moment.nullable(),
  expired: flag,
  multiple: flag,
  votes_count: count,
  voters_count: count.nullable(),
  options: z.array(z.looseObject({ title: text, votes_count: count.nullable() })),
  emojis: z.array(z.unknown()),
  voted: flag.optional(),
  own_votes: z.array(count).optional(),
});
const MediaAttachment = z.looseObject({
  id,
  type: z.enum(['unknown', 'image', 'gifv', 'video', 'audio']),
  url: text.nullable().describe('Null while it is made ready'),
  preview_url: text.nullable(),
  remote_url: text.nullish(),
  meta: z.unknown(),
  description: text.nullable(),
  blurhash: text.nullish(),
});
const Relationship = z.looseObject({
  id,
  following: flag,
  showing_reblogs: flag,
  notifying: flag,
  languages: z.array(text).nullable(),
  followed_by: flag,
  blocking: flag,
  blocked_by: flag,
  muting: flag,
  muting_notifications: flag,
  requested: flag,
  requested_by: flag,
  domain_blocking: flag,
  endorsed: flag,
  note: text,
});
const CustomEmoji = z.looseObject({
  shortcode: text,
  url: text,
  static_url: text,
  visible_in_picker: flag,
  category: text.nullish(),
});
const List = z.looseObject({
  id,
  title: text,
  replies_policy: z.enum(['followed', 'list', 'none']),
  exclusive: flag,
});

export const SHAPES: Record<string, z.ZodType> = {
  Poll,
  MediaAttachment,
  Relationship,
  CustomEmoji,
  List,
  CredentialAccount: Account.extend({
    source: z.looseObject({
      privacy: z.enum(['public', 'unlisted', 'private', 'direct']),
      sensitive: flag,
      language: text.nullable(),
      note: text.describe('As it was written'),
      fields: z.array(z.looseObject({ name: text, value: text })),
      follow_requests_count: count,
      hide_collections: flag,
      discoverable: flag,
      indexable: flag,
      quote_policy: z.enum(['public', 'followers', 'nobody']),
    }),
    role: z.looseObject({ id: text, name: text, permissions: text }),
  }),
  Notification: z.looseObject({
    id,
    type: text.describe('Types of ours, `mitoyen.*`, only where `mitoyen=1` is asked for'),
    group_key: text,
    created_at: moment,
    account: Account,
    status: Status.optional(),
  }),
  Conversation: z.looseObject({
    id,
    unread: flag,
    accounts: z.array(Account),
    last_status: Status.nullable(),
  }),
  Context: z.object({ ancestors: z.array(Status), descendants: z.array(Status) }),
  StatusSource: z.looseObject({ id, text, spoiler_text: text }),
  StatusEdit: z.looseObject({
    content: text.describe('HTML'),
    spoiler_text: text,
    sensitive: flag,
    created_at: moment,
    account: Account,
    media_attachments: z.array(MediaAttachment),
    emojis: z.array(CustomEmoji),
    poll: z.looseObject({ options: z.array(z.looseObject({ title: text })) }).nullish(),
    quote: z.looseObject({ state: text, quoted_status_id: id.nullable() }).nullish(),
  }),
  Instance: z.looseObject({
    domain: text,
    title: text,
    version: text.describe('The Mastodon whose API this is, then our own'),
    source_url: text,
    description: text,
    usage: z.looseObject({ users: z.looseObject({ active_month: count }) }),
    thumbnail: z.looseObject({ url: text }),
    languages: z.array(text),
    configuration: z.looseObject({
      urls: z.looseObject({ streaming: text }),
      accounts: z.looseObject({ max_featured_tags: count, max_pinned_statuses: count }),
      statuses: z.looseObject({ max_characters: count, max_media_attachments: count }),
      media_attachments: z.looseObject({
        supported_mime_types: z.array(text),
        image_size_limit: count,
        video_size_limit: count,
      }),
      polls: z.looseObject({ max_options: count, min_expiration: count, max_expiration: count }),
      translation: z.looseObject({ enabled: flag }),
    }),
    registrations: z.looseObject({ enabled: flag, approval_required: flag }),
    api_versions: z.looseObject({ mastodon: count }),
    contact: z.looseObject({ email: text, account: Account.nullable() }),
    rules: z.array(z.looseObject({ id: text, text })),
  }),
};
