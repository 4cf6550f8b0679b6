/**
 * What three apps ask, read from their sources: Phanpy (cheeaun/phanpy), Elk (elk-zone/elk) and
 * Tusky (tuskyapp/Tusky), with their parameters. `{account}`, `{status}`, `{list}` and
 * `{poll}` stand for ids.
 */
type Calls = Record<string, readonly string[]>;

/** masto.js asks the lists of both web apps with the same words. */
const SIGNED_IN = [
  '/api/v2/instance',
  '/api/v1/accounts/verify_credentials',
  '/api/v1/preferences',
];

export const APP_CALLS: Record<'phanpy' | 'elk' | 'tusky', Calls> = {
  phanpy: {
    start: [
      ...SIGNED_IN,
      '/api/v1/instance',
      '/api/v1/timelines/home?limit=20',
      '/api/v1/markers?timeline[]=notifications',
      '/api/v1/announcements',
      '/api/v1/followed_tags?limit=200',
      '/api/v1/lists',
      '/api/v2/filters',
      '/api/v1/custom_emojis',
      '/api/v1/follow_requests?limit=80',
      '/api/v1/push/subscription',
    ],
    profile: [
      '/api/v1/accounts/lookup?acct=bob&skip_webfinger=false',
      '/api/v1/accounts/{account}',
      '/api/v1/accounts/relationships?id[]={account}',
      '/api/v1/accounts/familiar_followers?id[]={account}',
      '/api/v1/accounts/{account}/statuses?limit=20',
      '/api/v1/accounts/{account}/statuses?pinned=true',
      '/api/v1/accounts/{account}/statuses?limit=20&exclude_replies=true&exclude_reblogs=true',
      '/api/v1/accounts/{account}/statuses?limit=20&only_media=true',
      '/api/v1/accounts/{account}/featured_tags',
      '/api/v1/accounts/{account}/followers?limit=80',
      '/api/v1/accounts/{account}/endorsements',
    ],
    thread: [
      '/api/v1/statuses/{status}',
      '/api/v1/statuses/{status}/context',
      '/api/v1/statuses/{status}/favourited_by?limit=80',
      '/api/v1/statuses/{status}/reblogged_by?limit=80',
      '/api/v1/statuses/{status}/history',
      '/api/v1/polls/{poll}',
    ],
    notifications: [
      '/api/v1/notifications?limit=80',
      '/api/v2/notifications?limit=80',
      '/api/v2/notifications?limit=80&grouped_types[]=favourite&grouped_types[]=reblog&expand_accounts=partial_avatars',
      '/api/v1/notifications?limit=30&types[]=mention',
      '/api/v2/notifications/policy',
      '/api/v1/notifications/requests',
    ],
    compose: [
      '/api/v1/statuses/{status}/source',
      '/api/v1/accounts/search?q=bo&limit=5&resolve=false',
      '/api/v2/search?q=wor&type=hashtags&limit=5',
      '/api/v1/scheduled_statuses?limit=20',
    ],
  },
  elk: {
    start: [
      ...SIGNED_IN,
      '/api/v1/timelines/home?limit=30',
      '/api/v1/custom_emojis',
      '/api/v1/followed_tags?limit=0',
      '/api/v1/notifications?limit=5',
      '/api/v1/markers?timeline[]=notifications',
      '/api/v1/push/subscription',
      '/api/v1/trends/tags?limit=20',
    ],
    profile: [
      '/api/v1/accounts/lookup?acct=bob',
      '/api/v1/accounts/relationships?id[]={account}',
      '/api/v1/accounts/{account}/statuses?exclude_replies=true',
      '/api/v1/accounts/{account}/statuses?exclude_replies=false',
      '/api/v1/accounts/{account}/statuses?only_media=true&exclude_replies=false',
      '/api/v1/accounts/{account}/following',
      '/api/v1/accounts/{account}/lists',
    ],
    thread: ['/api/v1/statuses/{status}', '/api/v1/statuses/{status}/context'],
    notifications: [
      '/api/v1/notifications?limit=30&types[]=mention',
      '/api/v1/notifications?limit=30&types[]=status&exclude_types[]=mention',
      '/api/v1/notifications?limit=30&types[]=follow&types[]=follow_request',
    ],
    compose: [
      '/api/v2/search?q=bo&type=accounts&limit=25&resolve=true',
      '/api/v2/search?q=wor&type=hashtags&limit=25&resolve=false',
      '/api/v1/timelines/list/{list}?limit=30',
    ],
  },
  tusky: {
    start: [
      '/api/v1/accounts/verify_credentials',
      '/api/v1/instance',
      '/api/v1/custom_emojis',
      '/api/v1/filters',
      '/api/v1/lists',
      '/api/v1/announcements?with_dismissed=false',
      '/api/v1/markers?timeline[]=notifications',
      '/api/v1/timelines/home?limit=30',
      '/api/v1/timelines/public?local=true&limit=30',
      '/api/v1/timelines/public?local=false&limit=30',
    ],
    profile: [
      '/api/v1/accounts/{account}',
      '/api/v1/accounts/relationships?id[]={account}',
      '/api/v1/accounts/{account}/statuses?limit=30&exclude_replies=true',
      '/api/v1/accounts/{account}/statuses?pinned=true',
      '/api/v1/accounts/{account}/statuses?only_media=true&limit=30',
      '/api/v1/accounts/{account}/statuses?exclude_reblogs=true&limit=20',
      '/api/v1/accounts/{account}/lists',
      '/api/v1/blocks',
      '/api/v1/mutes',
      '/api/v1/domain_blocks?limit=40',
    ],
    thread: [
      '/api/v1/statuses/{status}',
      '/api/v1/statuses/{status}/context',
      '/api/v1/statuses/{status}/reblogged_by',
      '/api/v1/statuses/{status}/favourited_by',
      '/api/v1/timelines/tag/works?any[]=lyon&local=false&limit=30',
      '/api/v1/tags/works',
    ],
    notifications: [
      '/api/v1/notifications?limit=30&exclude_types[]=follow&exclude_types[]=poll',
      '/api/v1/conversations?limit=30',
      '/api/v1/follow_requests',
    ],
    compose: [
      '/api/v1/accounts/search?q=bo&resolve=false&limit=10',
      '/api/v2/search?q=wor&type=hashtags&resolve=true&limit=20&offset=0&following=false',
      '/api/v1/scheduled_statuses?limit=30',
      '/api/v1/favourites?limit=30',
      '/api/v1/bookmarks?limit=30',
      '/api/v1/lists/{list}/accounts?limit=0',
    ],
  },
};
