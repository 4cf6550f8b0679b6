/**
 * What features offer each other. Filled by the composition root while it makes them, so
 * a feature reads `apis.posts` when it is called, never while it is being made.
 */
import type { Accounts } from './features/accounts/accounts.ts';
import type { Acknowledgements } from './features/acknowledgements/acknowledgements.ts';
import type { Announcements } from './features/announcements/announcements.ts';
import type { Audit } from './features/audit/audit.ts';
import type { Authentication } from './features/auth/authentication.ts';
import type { Calendar } from './features/calendar/calendar.ts';
import type { Conversations } from './features/conversations/conversations.ts';
import type { Emojis } from './features/emojis/emojis.ts';
import type { Filters } from './features/filters/filters.ts';
import type { Freshness } from './features/freshness/freshness.ts';
import type { Groups } from './features/groups/groups.ts';
import type { Lists } from './features/lists/lists.ts';
import type { Mail } from './features/mail/mail.ts';
import type { MediaLibrary } from './features/media/media.ts';
import type { BlockLists } from './features/moderation/block-lists.ts';
import type { Reports } from './features/moderation/reports.ts';
import type { RestrictPeople } from './features/moderation/restrict-people.ts';
import type { Notifications } from './features/notifications/notifications.ts';
import type { Partners, Policy } from './features/partners/partners.ts';
import type { Posts } from './features/posts/posts.ts';
import type { Preferences } from './features/preferences/preferences.ts';
import type { Push } from './features/push/push.ts';
import type { Relations } from './features/relations/relations.ts';

import type { Scheduled } from './features/scheduled/scheduled.ts';
import type { Search } from './features/search/search.ts';
import type { Streaming } from './features/streaming/streaming.ts';
import type { Tags } from './features/tags/tags.ts';

export type Apis = {
  accounts: Accounts;
  audit: Audit;
  authentication: Authentication;
  relations: Relations;
  posts: Posts;
  preferences: Preferences;
  filters: Filters;
  groups: Groups;
  conversations: Conversations;
  notifications: Notifications;
  lists: Lists;
  mail: Mail;
  media: MediaLibrary;
  push: Push;
  scheduled: Scheduled;
  announcements: Announcements;
  emojis: Emojis;
  streaming: Streaming;
  acknowledgements: Acknowledgements;
  calendar: Calendar;
  search: Search;
  tags: Tags;
  policy: Policy;
  partners: Partners;
  freshness: Freshness;
  blockLists: BlockLists;
  /** Silences or suspends one account, or lifts it. */
  restrict: RestrictPeople;
  reports: Reports;
};
