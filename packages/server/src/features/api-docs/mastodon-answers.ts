/** With which of Mastodon's entities its endpoints answer; `{}` stands for a part of the path. */
import { z } from 'zod';
import { ENTITIES, type EntityName } from './entities.ts';
import { SHAPES } from './mastodon-shapes.ts';
import { type JsonSchema, schemaOf } from './schema-of.ts';
import { UNNAMED_ANSWERS } from './unnamed-answers.ts';

/** As Mastodon's description names them. */
const NAMED: Record<string, string> = {
  'delete /api/v1/profile/avatar': 'CredentialAccount',
  'delete /api/v1/profile/header': 'CredentialAccount',
  'delete /api/v1/statuses/{}': 'Status',
  'delete /api/v2/filters/statuses/{}': 'FilterStatus',
  'get /api/v1/accounts': 'Account[]',
  'get /api/v1/accounts/familiar_followers': 'FamiliarFollowers[]',
  'get /api/v1/accounts/lookup': 'Account',
  'get /api/v1/accounts/relationships': 'Relationship[]',
  'get /api/v1/accounts/search': 'Account[]',
  'get /api/v1/accounts/verify_credentials': 'CredentialAccount',
  'get /api/v1/accounts/{}': 'Account',
  'get /api/v1/accounts/{}/endorsements': 'Account[]',
  'get /api/v1/accounts/{}/featured_tags': 'FeaturedTag[]',
  'get /api/v1/accounts/{}/followers': 'Account[]',
  'get /api/v1/accounts/{}/following': 'Account[]',
  'get /api/v1/accounts/{}/lists': 'List[]',
  'get /api/v1/accounts/{}/statuses': 'Status[]',
  'get /api/v1/announcements': 'Announcement[]',
  'get /api/v1/apps/verify_credentials': 'Application',
  'get /api/v1/blocks': 'Account[]',
  'get /api/v1/bookmarks': 'Status[]',
  'get /api/v1/conversations': 'Conversation[]',
  'get /api/v1/custom_emojis': 'CustomEmoji[]',
  'get /api/v1/directory': 'Account[]',
  'get /api/v1/endorsements': 'Account[]',
  'get /api/v1/favourites': 'Status[]',
  'get /api/v1/featured_tags': 'FeaturedTag[]',
  'get /api/v1/featured_tags/suggestions': 'Tag[]',
  'get /api/v1/filters': 'V1Filter[]',
  'get /api/v1/filters/{}': 'V1Filter',
  'get /api/v1/follow_requests': 'Account[]',
  'get /api/v1/followed_tags': 'Tag[]',
  'get /api/v1/instance': 'V1Instance',
  'get /api/v1/instance/extended_description': 'ExtendedDescription',
  'get /api/v1/instance/rules': 'Rule[]',
  'get /api/v1/lists': 'List[]',
  'get /api/v1/lists/{}': 'List',
  'get /api/v1/lists/{}/accounts': 'Account[]',
  'get /api/v1/media/{}': 'MediaAttachment',
  'get /api/v1/mutes': 'MutedAccount[]',
  'get /api/v1/notifications': 'Notification[]',
  'get /api/v1/notifications/requests': 'NotificationRequest[]',
  'get /api/v1/notifications/requests/merged': 'MergedResponse',
  'get /api/v1/notifications/requests/{}': 'NotificationRequest',
  'get /api/v1/notifications/unread_count': 'CountResponse',
  'get /api/v1/notifications/{}': 'Notification',
  'get /api/v1/polls/{}': 'Poll',
  'get /api/v1/profile': 'Profile',
  'get /api/v1/push/subscription': 'WebPushSubscription',
  'get /api/v1/scheduled_statuses': 'ScheduledStatus[]',
  'get /api/v1/scheduled_statuses/{}': 'ScheduledStatus',
  'get /api/v1/statuses': 'Status[]',
  'get /api/v1/statuses/{}': 'Status',
  'get /api/v1/statuses/{}/context': 'Context',
  'get /api/v1/statuses/{}/favourited_by': 'Account[]',
  'get /api/v1/statuses/{}/history': 'StatusEdit[]',
  'get /api/v1/statuses/{}/reblogged_by': 'Account[]',
  'get /api/v1/statuses/{}/source': 'StatusSource',
  'get /api/v1/suggestions': 'Account[]',
  'get /api/v1/tags/{}': 'Tag',
  'get /api/v1/timelines/home': 'Status[]',
  'get /api/v1/timelines/list/{}': 'Status[]',
  'get /api/v1/timelines/public': 'Status[]',
  'get /api/v1/timelines/tag/{}': 'Status[]',
  'get /api/v1/trends/links': 'TrendsLink[]',
  'get /api/v1/trends/statuses': 'Status[]',
  'get /api/v1/trends/tags': 'Tag[]',
  'get /api/v2/filters': 'Filter[]',
  'get /api/v2/filters/keywords/{}': 'FilterKeyword',
  'get /api/v2/filters/statuses/{}': 'FilterStatus',
  'get /api/v2/filters/{}': 'Filter',
  'get /api/v2/filters/{}/keywords': 'FilterKeyword[]',
  'get /api/v2/filters/{}/statuses': 'FilterStatus[]',
  'get /api/v2/instance': 'Instance',
  'get /api/v2/notifications': 'GroupedNotificationsResults',
  'get /api/v2/notifications/policy': 'NotificationPolicy',
  'get /api/v2/notifications/unread_count': 'CountResponse',
  'get /api/v2/notifications/{}': 'GroupedNotificationsResults',
  'get /api/v2/notifications/{}/accounts': 'Account[]',
  'get /api/v2/search': 'Search',
  'get /api/v2/suggestions': 'Suggestion[]',
  'patch /api/v1/accounts/update_credentials': 'CredentialAccount',
  'patch /api/v1/profile': 'Profile',
  'patch /api/v2/notifications/policy': 'NotificationPolicy',
  'post /api/v1/accounts': 'Token',
  'post /api/v1/accounts/{}/block': 'Relationship',
  'post /api/v1/accounts/{}/endorse': 'Relationship',
  'post /api/v1/accounts/{}/follow': 'Relationship',
  'post /api/v1/accounts/{}/mute': 'Relationship',
  'post /api/v1/accounts/{}/note': 'Relationship',
  'post /api/v1/accounts/{}/pin': 'Relationship',
  'post /api/v1/accounts/{}/remove_from_followers': 'Relationship',
  'post /api/v1/accounts/{}/unblock': 'Relationship',
  'post /api/v1/accounts/{}/unendorse': 'Relationship',
  'post /api/v1/accounts/{}/unfollow': 'Relationship',
  'post /api/v1/accounts/{}/unmute': 'Relationship',
  'post /api/v1/accounts/{}/unpin': 'Relationship',
  'post /api/v1/apps': 'CredentialApplication',
  'post /api/v1/conversations/{}/read': 'Conversation',
  'post /api/v1/featured_tags': 'FeaturedTag',
  'post /api/v1/filters': 'V1Filter',
  'post /api/v1/follow_requests/{}/authorize': 'Relationship',
  'post /api/v1/follow_requests/{}/reject': 'Relationship',
  'post /api/v1/lists': 'List',
  'post /api/v1/media': 'MediaAttachment',
  'post /api/v1/polls/{}/votes': 'Poll',
  'post /api/v1/push/subscription': 'WebPushSubscription',
  'post /api/v1/reports': 'Report',
  'post /api/v1/statuses/{}/bookmark': 'Status',
  'post /api/v1/statuses/{}/favourite': 'Status',
  'post /api/v1/statuses/{}/mute': 'Status',
  'post /api/v1/statuses/{}/pin': 'Status',
  'post /api/v1/statuses/{}/reblog': 'Status',
  'post /api/v1/statuses/{}/translate': 'Translation',
  'post /api/v1/statuses/{}/unbookmark': 'Status',
  'post /api/v1/statuses/{}/unfavourite': 'Status',
  'post /api/v1/statuses/{}/unmute': 'Status',
  'post /api/v1/statuses/{}/unpin': 'Status',
  'post /api/v1/statuses/{}/unreblog': 'Status',
  'post /api/v1/tags/{}/feature': 'Tag',
  'post /api/v1/tags/{}/follow': 'Tag',
  'post /api/v1/tags/{}/unfeature': 'Tag',
  'post /api/v1/tags/{}/unfollow': 'Tag',
  'post /api/v2/filters': 'Filter',
  'post /api/v2/filters/{}/keywords': 'FilterKeyword',
  'post /api/v2/filters/{}/statuses': 'FilterStatus',
  'post /api/v2/media': 'MediaAttachment',
  'put /api/v1/filters/{}': 'V1Filter',
  'put /api/v1/lists/{}': 'List',
  'put /api/v1/media/{}': 'MediaAttachment',
  'put /api/v1/push/subscription': 'WebPushSubscription',
  'put /api/v1/scheduled_statuses/{}': 'ScheduledStatus',
  'put /api/v1/statuses/{}': 'Status',
  'put /api/v2/filters/keywords/{}': 'FilterKeyword',
  'put /api/v2/filters/{}': 'Filter',
};

/** Ours are these entities as well. */
const SHARED = new Set(['Account', 'Status', 'Nothing', 'DomainBlock']);

/** As the table has it; null where Mastodon does not say, or has no such endpoint. */
export function mastodonAnswer(method: string, path: string): string | null {
  return NAMED[nameOf(method, path)] ?? null;
}

function answerOf(method: string, path: string): string | null {
  return mastodonAnswer(method, path) ?? UNNAMED_ANSWERS[nameOf(method, path)] ?? null;
}

function nameOf(method: string, path: string): string {
  return `${method} ${path.replace(/:[A-Za-z_]+|\{[^}]+\}/g, '{}')}`;
}

/** What validates an answer of Mastodon's endpoints; null where it is not described. */
export function mastodonShapeOf(method: string, path: string): z.ZodType | null {
  const name = answerOf(method, path);
  const shape = name && shapeNamed(name.replace('[]', ''));
  if (!name || !shape) return null;
  return name.endsWith('[]') ? z.array(shape) : shape;
}

function shapeNamed(name: string): z.ZodType | undefined {
  return SHARED.has(name) ? ENTITIES[name as EntityName] : SHAPES[name];
}

export function describedMastodonAnswer(method: string, path: string): JsonSchema | null {
  const name = answerOf(method, path);
  if (!name) return null;
  const entity = { $ref: `#/components/schemas/${componentOf(name.replace('[]', ''))}` };
  return name.endsWith('[]') ? { type: 'array', items: entity } : entity;
}

/** What is in them here. Tests hold every answer against this and against Mastodon's own description. */
export function mastodonEntities(): JsonSchema {
  const names = new Set(
    [...Object.values(NAMED), ...Object.values(UNNAMED_ANSWERS)].map((name) =>
      name.replace('[]', ''),
    ),
  );
  return Object.fromEntries(
    [...names]
      .filter((name) => !SHARED.has(name))
      .map((name) => [
        componentOf(name),
        {
          type: 'object',
          ...(SHAPES[name] && schemaOf(SHAPES[name], OURS)),
          description: `${name}, as Mastodon has it`,
          ...(placeOf(name) && { externalDocs: { url: `${DOCS}/${placeOf(name)}` } }),
        },
      ]),
  );
}

/** Shapes that are described once, and referred to. */
const OURS = new Map<z.ZodType, string>([
  [ENTITIES.Account, 'Account'],
  [ENTITIES.Status, 'Status'],
  ...Object.entries(SHAPES).map(([name, shape]) => [shape, componentOf(name)] as const),
]);

const DOCS = 'https://docs.joinmastodon.org/entities';
/** Entities that are described within others; null: nowhere. */
const WITHIN: Record<string, string | null> = {
  CredentialAccount: 'Account/#CredentialAccount',
  MutedAccount: 'Account/#MutedAccount',
  CredentialApplication: 'Application/',
  TrendsLink: 'PreviewCard/#trends',
  MergedResponse: null,
  CountResponse: null,
  PostedOrScheduled: null,
  Markers: 'Marker/',
  V1NotificationPolicy: 'V1_NotificationPolicy/',
  Language: null,
  Name: null,
  TranslationLanguages: null,
  Userinfo: null,
};

function placeOf(name: string): string | null {
  const within = WITHIN[name];
  return within === undefined ? `${name.replace(/^V1/, 'V1_')}/` : within;
}

function componentOf(name: string): string {
  return SHARED.has(name) ? name : `Mastodon${name}`;
}
