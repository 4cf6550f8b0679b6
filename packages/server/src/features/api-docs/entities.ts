/** What endpoints of ours answer with: the shapes that clients may rely on. More may come with each. */
import { BADGES } from '@mitoyen/federation';
import { z } from 'zod';
import { ADMIN_ENTITIES } from './admin-entities.ts';
import { SETTINGS_ENTITIES } from './settings-entities.ts';

const id = z.string().describe('Sorts by time');
const moment = z.iso.datetime();
const count = z.int().min(0);
const text = z.string();

const Account = z
  .looseObject({
    id,
    username: text,
    acct: text,
    display_name: text,
    url: text,
    note: text,
    avatar: text,
    avatar_static: text,
    avatar_description: text,
    header: text,
    header_static: text,
    header_description: text,
    locked: z.boolean(),
    group: z.boolean(),
    bot: z.boolean(),
    discoverable: z.boolean(),
    indexable: z.boolean(),
    hide_collections: z.boolean(),
    created_at: moment,
    last_status_at: text.nullable(),
    followers_count: count,
    following_count: count,
    statuses_count: count,
    fields: z.array(z.looseObject({ name: text, value: text, verified_at: text.nullable() })),
    emojis: z.array(z.looseObject({ shortcode: text, url: text })),
  })
  .describe('Mastodon’s Account');
const Event = z.object({
  title: text,
  starts_at: moment,
  ends_at: moment.nullable(),
  time_zone: text.nullable().describe('IANA name'),
  location: text.nullable(),
  url: text.nullable().describe('Where it takes place online'),
  capacity: count.nullable(),
  join_mode: z.enum(['free', 'restricted', 'external', 'none']),
  cancelled: z.boolean(),
  description: text.describe('HTML, without the time and place that `content` begins with'),
  going_count: count,
  maybe_count: count,
  my_answer: z.enum(['going', 'maybe', 'declined']).nullable(),
  my_answer_state: z.enum(['accepted', 'asked', 'rejected']).nullable(),
});
const Praise = z.object({
  badge: z.enum(BADGES),
  emoji: text,
  people: z.array(Account),
  text: text.describe('HTML, without the badge and names that `content` begins with'),
});
const Status = z
  .looseObject({
    id,
    uri: text,
    created_at: moment,
    account: Account,
    content: text.describe('HTML, sanitized'),
    spoiler_text: text,
    sensitive: z.boolean(),
    language: text.nullable(),
    url: text.nullable(),
    edited_at: moment.nullable(),
    in_reply_to_id: id.nullable(),
    in_reply_to_account_id: id.nullable(),
    replies_count: count,
    reblogs_count: count,
    favourites_count: count,
    quotes_count: count,
    visibility: z.enum(['public', 'unlisted', 'private', 'direct']),
    media_attachments: z.array(z.looseObject({ id, type: text, url: text.nullable() })),
    mentions: z.array(z.looseObject({ id, username: text, url: text, acct: text })),
    tags: z.array(z.looseObject({ name: text, url: text })),
    emojis: z.array(z.looseObject({ shortcode: text, url: text })),
    quote: z
      .looseObject({ state: text })
      .nullable()
      .describe('With `quoted_status`, which within a quoted post is `quoted_status_id`'),
    quote_approval: z.object({
      automatic: z.array(text),
      manual: z.array(text),
      current_user: z.enum(['automatic', 'manual', 'denied', 'unknown']),
    }),
    poll: z.looseObject({ id }).nullable(),
    favourited: z.boolean().optional(),
    reblogged: z.boolean().optional(),
    bookmarked: z.boolean().optional(),
    muted: z.boolean().optional(),
    pinned: z.boolean().optional(),
    mitoyen: z.looseObject({
      audience: z.enum(['public', 'unlisted', 'company', 'followers', 'group', 'direct']),
      title: text.nullable(),
      conversation_id: id.nullable(),
      root_id: id.nullable(),
      reactions: z.array(z.looseObject({ name: text, count, me: z.boolean() })),
      event: Event.nullable(),
      praise: Praise.nullable(),
      talk: z
        .object({ name: text.nullable(), change: text.nullable(), people: z.array(Account) })
        .nullable(),
      copy: z.enum(['none', 'headers', 'full']),
    }),
  })
  .describe('Mastodon’s Status, with what it has no word for under `mitoyen`');
const Company = z.object({ host: text, name: text });
const role = z.enum(['admin', 'moderator', 'member']);
const standing = z.enum(['invited', 'requested', 'member', 'rejected', 'ended']);
const Group = z.object({
  id,
  name: text,
  username: text,
  handle: text,
  url: text,
  uri: text,
  access: z.enum(['open', 'closed', 'secret']),
  description: text.describe('HTML'),
  avatar: text.nullable(),
  header: text.nullable(),
  local: z.boolean(),
  home: Company,
  posting_restricted: z.boolean(),
  partners: z.union([z.literal('all'), z.array(text)]).nullable(),
  members_count: count.nullable().describe('Null for those who may not look inside'),
  companies: z.array(Company).nullable(),
  membership: z.object({ state: standing, role }).nullable(),
  created_at: moment,
  account: Account.nullable(),
});
const Membership = z.object({ id, account: Account, state: standing, role, created_at: moment });
const Conversation = z.object({
  id,
  unread: z.boolean(),
  accounts: z.array(Account).describe('The others'),
  last_status: Status.nullable(),
  mitoyen: z.object({ group_chat: z.boolean(), name: text.nullable(), unread_count: count }),
});
const Colleague = z.object({
  account: Account,
  job_title: text.nullable(),
  department: text.nullable(),
  reports_count: count,
});

export const ENTITIES = {
  ...ADMIN_ENTITIES,
  ...SETTINGS_ENTITIES,
  Nothing: z.object({}),
  MediaUsage: z.object({ used_bytes: count, quota_bytes: count, files: count }),
  SeenBy: z.object({ count, readers: z.array(z.object({ account: Account, at: moment })) }),
  GroupFile: z.looseObject({ status_id: id }),
  Preferences: z.record(text, z.unknown()),
  Account,
  Status,
  Company,
  Group,
  GroupInvitation: z.object({ id, group: Group, created_at: moment }),
  Membership,
  Conversation,
  Colleague,
  Acknowledgements: z.object({
    acknowledged_count: count,
    expected_count: count.nullish(),
    readers: z.array(z.object({ account: Account, at: moment })).optional(),
  }),
  Waiting: z.object({ count, accounts: z.array(Account) }),
  Reaction: z.object({
    name: text.describe('An emoji, or ★ for a like'),
    count,
    me: z.boolean(),
    accounts: z.array(Account),
  }),
  SavedSearch: z.object({
    id,
    title: text,
    query: text,
    types: z.array(text),
    created_at: moment,
    updated_at: moment,
  }),
  Presence: z.object({ account_id: id, state: text }),
  ConversationState: z.object({
    typing: z.array(z.unknown()),
    read: z.array(z.unknown()),
    delivered_up_to: id.nullable(),
  }),
  WorkProfile: z.looseObject({
    account_id: id,
    job_title: text.nullish(),
    department: text.nullish(),
    location: text.nullish(),
    phone: text.nullish(),
    time_zone: text.nullish().describe('IANA name'),
    skills: z.array(z.unknown()).nullish(),
    languages: z.array(z.unknown()).nullish(),
    history: z.array(z.unknown()).nullish(),
    reports_count: count,
  }),
  OrgChart: z.object({
    person: Colleague,
    managers: z.array(Colleague),
    reports: z.array(Colleague),
  }),
  Skill: z.object({ name: text, people_count: count }),
  Session: z.object({
    id,
    kind: text,
    name: text,
    user_agent: text.nullable(),
    scopes: z.array(text),
    created_at: moment,
    last_used_at: moment,
    current: z.boolean(),
  }),
  MailPreferences: z.looseObject({
    enabled: z.boolean(),
    address: text.nullable(),
    instant: z.array(text),
    instant_kinds: z.array(text),
    digest: text,
    quiet_push: z.boolean(),
    time_zone: text.nullable(),
  }),
  Archive: z.looseObject({ id, state: text, created_at: moment, url: text.nullish() }),
  Overview: z.looseObject({
    people: count,
    this_week: z.object({ posts: count, authors: count }),
    week_before: z.object({ posts: count, authors: count }),
    days: z.array(z.object({ date: text, posts: count, authors: count })),
    queues: z.array(z.object({ name: text, waiting: count })),
  }),
  SearchResults: z.looseObject({
    people: z.array(z.unknown()),
    groups: z.array(z.unknown()),
    posts: z.array(Status),
    messages: z.array(Status),
    hashtags: z.array(z.unknown()),
    files: z.array(z.unknown()),
    counts: z.record(text, count),
  }),
} as const;

export type EntityName = keyof typeof ENTITIES;
