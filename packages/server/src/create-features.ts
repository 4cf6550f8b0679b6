/**
 * Makes every feature and tells each of the others' APIs: the list of all that Mitoyen does.
 * The order counts, of what hears events and of whose paths are asked first.
 */
import type { Apis } from './apis.ts';
import type { Feature } from './feature.ts';
import { createAccountsFeature } from './features/accounts/accounts-feature.ts';
import { createAcknowledgementsFeature } from './features/acknowledgements/acknowledgements-feature.ts';
import { createAnnouncementsFeature } from './features/announcements/announcements-feature.ts';
import { createApiDocsFeature } from './features/api-docs/api-docs-feature.ts';
import { createAuditFeature } from './features/audit/audit-feature.ts';
import { createAuthFeature } from './features/auth/auth-feature.ts';
import { createCalendarFeature } from './features/calendar/calendar-feature.ts';
import { createConversationsFeature } from './features/conversations/conversations-feature.ts';
import { createDeliveriesFeature } from './features/deliveries/deliveries-feature.ts';
import { createEmojisFeature } from './features/emojis/emojis-feature.ts';
import { createExportsFeature } from './features/exports/exports-feature.ts';
import { createFiltersFeature } from './features/filters/filters-feature.ts';
import { createFreshnessFeature } from './features/freshness/freshness-feature.ts';
import { createGroupsFeature } from './features/groups/groups-feature.ts';
import { createInstanceFeature } from './features/instance/instance-feature.ts';
import { createListsFeature } from './features/lists/lists-feature.ts';
import { createMailFeature } from './features/mail/mail-feature.ts';
import { createMediaFeature } from './features/media/media-feature.ts';
import { createModerationFeature } from './features/moderation/moderation-feature.ts';
import { createNotificationsFeature } from './features/notifications/notifications-feature.ts';
import { createOverviewFeature } from './features/overview/overview-feature.ts';
import { createPartnersFeature } from './features/partners/partners-feature.ts';
import { createPostsFeature } from './features/posts/posts-feature.ts';
import { createPreferencesFeature } from './features/preferences/preferences-feature.ts';
import { createPresenceFeature } from './features/presence/presence-feature.ts';
import { createProfilesFeature } from './features/profiles/profiles-feature.ts';
import { createPushFeature } from './features/push/push-feature.ts';
import { createRelationsFeature } from './features/relations/relations-feature.ts';
import { createSavedSearchesFeature } from './features/saved-searches/saved-searches-feature.ts';
import { createScheduledFeature } from './features/scheduled/scheduled-feature.ts';
import { createSearchFeature } from './features/search/search-feature.ts';
import { createStreamingFeature } from './features/streaming/streaming-feature.ts';
import { createTagsFeature } from './features/tags/tags-feature.ts';
import { createTranslationFeature } from './features/translation/translation-feature.ts';
import { createUploadsFeature } from './features/uploads/uploads-feature.ts';
import type { Kit } from './kit.ts';
import type { EndpointRecord } from './platform/http/endpoints.ts';

/** @param apis is filled here, and read by features only when they are called */
export function createFeatures(kit: Kit, apis: Apis, endpoints: () => EndpointRecord[]): Feature[] {
  // First of all: it hears of every change before anybody works on it.
  const streaming = createStreamingFeature(kit, apis);
  const audit = createAuditFeature(kit);
  const partners = createPartnersFeature(kit, apis);
  const accounts = createAccountsFeature(kit, apis);
  const auth = createAuthFeature(kit, apis);
  const relations = createRelationsFeature(kit, apis);
  const media = createMediaFeature(kit, apis);
  const groups = createGroupsFeature(kit, apis);
  const conversations = createConversationsFeature(kit, apis);
  const filters = createFiltersFeature(kit, apis);
  const scheduled = createScheduledFeature(kit, apis);
  const announcements = createAnnouncementsFeature(kit, apis);
  const emojis = createEmojisFeature(kit, apis);
  const acknowledgements = createAcknowledgementsFeature(kit, apis);
  const calendar = createCalendarFeature(kit, apis);
  const tags = createTagsFeature(kit, apis);
  const search = createSearchFeature(kit, apis);
  const lists = createListsFeature(kit, apis);
  const posts = createPostsFeature(kit, apis);
  const freshness = createFreshnessFeature(kit, apis);
  const preferences = createPreferencesFeature(kit);
  const notifications = createNotificationsFeature(kit, apis);
  const moderation = createModerationFeature(kit, apis);
  const push = createPushFeature(kit, apis);
  const mail = createMailFeature(kit, apis);
  Object.assign(apis, {
    audit: audit.api,
    freshness: freshness.api,
    mail: mail.api,
    push: push.api,
    streaming: streaming.api,
    policy: partners.api.policy,
    partners: partners.api.partners,
    blockLists: moderation.api.blockLists,
    restrict: moderation.api.restrict,
    reports: moderation.api.reports,
    accounts: accounts.api,
    authentication: auth.api,
    relations: relations.api,
    media: media.api,
    groups: groups.api,
    conversations: conversations.api,
    filters: filters.api,
    scheduled: scheduled.api,
    announcements: announcements.api,
    emojis: emojis.api,
    acknowledgements: acknowledgements.api,
    calendar: calendar.api,
    search: search.api,
    tags: tags.api,
    lists: lists.api,
    posts: posts.api,
    preferences: preferences.api,
    notifications: notifications.api,
  } satisfies Apis);
  const features: Feature[] = [
    // First: turns away whatever comes from a host that is no partner.
    partners.feature,
    // Before accounts: its fixed paths under /api/v1/accounts come before `/:id`.
    relations.feature,
    accounts.feature,
    auth.feature,
    // Before groups: a Join of an event is none of a group.
    calendar.feature,
    groups.feature,
    conversations.feature,
    filters.feature,
    scheduled.feature,
    announcements.feature,
    emojis.feature,
    acknowledgements.feature,
    search.feature,
    tags.feature,
    createExportsFeature(kit, () => features.flatMap((feature) => feature.personalData ?? []))
      .feature,
    createApiDocsFeature(kit, endpoints).feature,
    createSavedSearchesFeature(kit).feature,
    createPresenceFeature(kit, apis).feature,
    createProfilesFeature(kit, apis).feature,
    createTranslationFeature(kit, apis).feature,
    lists.feature,
    posts.feature,
    freshness.feature,
    media.feature,
    createUploadsFeature(kit, apis).feature,
    preferences.feature,
    notifications.feature,
    mail.feature,
    push.feature,
    streaming.feature,
    moderation.feature,
    createInstanceFeature(kit, apis).feature,
    audit.feature,
    createOverviewFeature(kit, apis),
    createDeliveriesFeature(kit).feature,
  ];
  return features;
}
