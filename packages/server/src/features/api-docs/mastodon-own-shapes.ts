/** What people set up for themselves: filters, hashtags, scheduled posts, notifications, push. */
import { z } from 'zod';
import { ENTITIES } from './entities.ts';
import { CustomEmoji, count, flag, id, MediaAttachment, moment, text } from './mastodon-parts.ts';

const { Account, Status } = ENTITIES;
const day = z.iso.date();

const FILTER_PLACES = ['home', 'notifications', 'public', 'thread', 'account'] as const;
const contexts = z.array(z.enum(FILTER_PLACES));
const FilterKeyword = z.looseObject({ id, keyword: text, whole_word: flag });
const FilterStatus = z.looseObject({ id, status_id: id });
const Tag = z.looseObject({
  id: text,
  name: text,
  url: text,
  history: z.array(z.looseObject({ day: text, uses: text, accounts: text })),
  following: flag.optional(),
  featuring: flag.optional(),
});
const summary = z.looseObject({
  pending_requests_count: count,
  pending_notifications_count: count,
});
const held = z.enum(['accept', 'filter', 'drop']);
const ScheduledStatus = z.looseObject({
  id,
  scheduled_at: moment,
  params: z.looseObject({
    text,
    visibility: z.enum(['public', 'unlisted', 'private', 'direct']),
    in_reply_to_id: id.nullable(),
    quoted_status_id: id.nullable(),
    quote_approval_policy: z.enum(['public', 'followers', 'nobody']),
    language: text.nullable(),
    media_ids: z.array(id),
    sensitive: flag,
    spoiler_text: text,
    poll: z.looseObject({ options: z.array(text), expires_in: count, multiple: flag }).nullable(),
  }),
  media_attachments: z.array(MediaAttachment),
  mitoyen: z.looseObject({
    audience: z.enum(['public', 'unlisted', 'company', 'followers', 'group', 'direct']),
    group_id: id.nullable(),
    conversation_id: id.nullable(),
    failure: text.nullable().describe('Why it could not be posted'),
  }),
});
const Marker = z.object({ last_read_id: text, version: count, updated_at: moment });

export const OWN_SHAPES = {
  FilterKeyword,
  FilterStatus,
  Filter: z.looseObject({
    id,
    title: text,
    context: contexts,
    expires_at: moment.nullable(),
    filter_action: z.enum(['warn', 'hide', 'blur']),
    keywords: z.array(FilterKeyword),
    statuses: z.array(FilterStatus),
  }),
  V1Filter: z.looseObject({
    id: id.describe('Of the keyword: in version 1 each is a filter of its own'),
    phrase: text,
    context: contexts,
    whole_word: flag,
    expires_at: moment.nullable(),
    irreversible: flag.describe('Hidden, not shown with a warning'),
  }),
  Tag,
  FeaturedTag: z.looseObject({
    id,
    name: text,
    url: text,
    statuses_count: text,
    last_status_at: day.nullable(),
  }),
  ScheduledStatus,
  PostedOrScheduled: z
    .union([Status, ScheduledStatus])
    .describe('The post; with `scheduled_at` what waits to become one'),
  NotificationPolicy: z.looseObject({
    for_not_following: held,
    for_not_followers: held,
    for_new_accounts: held,
    for_private_mentions: held,
    for_limited_accounts: held,
    summary,
  }),
  V1NotificationPolicy: z.looseObject({
    filter_not_following: flag,
    filter_not_followers: flag,
    filter_new_accounts: flag,
    filter_private_mentions: flag,
    summary,
  }),
  NotificationRequest: z.looseObject({
    id,
    created_at: moment,
    updated_at: moment,
    notifications_count: text,
    account: Account,
    last_status: Status.nullish(),
  }),
  MergedResponse: z.object({ merged: flag }),
  CountResponse: z.object({ count }),
  GroupedNotificationsResults: z.looseObject({
    accounts: z.array(Account),
    partial_accounts: z.array(z.looseObject({ id, acct: text, avatar: text })).optional(),
    statuses: z.array(Status),
    notification_groups: z.array(
      z.looseObject({
        group_key: text,
        notifications_count: count,
        type: text,
        most_recent_notification_id: id,
        sample_account_ids: z.array(id),
        status_id: id.nullish(),
      }),
    ),
  }),
  WebPushSubscription: z.looseObject({
    id,
    endpoint: text,
    standard: flag,
    alerts: z.record(text, flag),
    policy: text,
    server_key: text.describe('VAPID'),
    mitoyen: z.object({ content_free: flag }),
  }),
  Preferences: z.looseObject({
    'posting:default:visibility': z.enum(['public', 'unlisted', 'private', 'direct']),
    'posting:default:sensitive': flag,
    'posting:default:language': text.nullable(),
    'posting:default:quote_policy': z.enum(['public', 'followers', 'nobody']),
    'reading:expand:media': z.enum(['default', 'show_all', 'hide_all']),
    'reading:expand:spoilers': flag,
    'reading:autoplay:gifs': flag,
  }),
  Markers: z.object({ home: Marker.optional(), notifications: Marker.optional() }),
  Announcement: z.looseObject({
    id,
    content: text.describe('HTML'),
    starts_at: moment.nullable(),
    ends_at: moment.nullable(),
    all_day: flag,
    published_at: moment,
    updated_at: moment,
    read: flag,
    emojis: z.array(CustomEmoji),
    reactions: z.array(z.looseObject({ name: text, count, me: flag })),
  }),
  Search: z.looseObject({
    accounts: z.array(Account),
    statuses: z.array(Status),
    hashtags: z.array(Tag),
  }),
  Suggestion: z.looseObject({ account: Account, sources: z.array(text) }),
  FamiliarFollowers: z.looseObject({ id, accounts: z.array(Account) }),
  MutedAccount: Account.extend({ mute_expires_at: moment.nullable() }),
  Profile: z.looseObject({
    id,
    display_name: text,
    note: text.describe('As it was written'),
    fields: z.array(z.looseObject({ name: text, value: text })),
    avatar: text.nullable(),
    avatar_description: text,
    header: text.nullable(),
    header_description: text,
    locked: flag,
    bot: flag,
    discoverable: flag.nullable(),
    indexable: flag,
    hide_collections: flag.nullable(),
    attribution_domains: z.array(text),
  }),
  Report: z.looseObject({
    id,
    action_taken: flag,
    action_taken_at: moment.nullable(),
    category: text,
    comment: text,
    forwarded: flag,
    created_at: moment,
    status_ids: z.array(id).nullable(),
    rule_ids: z.array(text).nullable(),
    target_account: Account,
  }),
  Translation: z.looseObject({
    content: text.describe('HTML, sanitized'),
    spoiler_text: text,
    language: text,
    detected_source_language: text,
    provider: text,
    media_attachments: z.array(z.looseObject({ id, description: text })),
    poll: z.looseObject({ id, options: z.array(z.looseObject({ title: text })) }).nullish(),
  }),
  TrendsLink: z.looseObject({ url: text, title: text, description: text }),
  Name: text,
} as const;
