/** Every screen by its address; all but the feed are loaded when they are first opened. */
import type { Component } from 'svelte';
import { loadWords, type MessageKey, type Part } from '../i18n/i18n.svelte.ts';

export type Params = Record<string, string>;
export type Screen = { default: Component<{ params: Params }> };
export type Route = {
  name: string;
  pattern: RegExp;
  names: string[];
  title: MessageKey;
  /** Without the right rail: the screen takes its place. */
  wide: boolean;
  load: () => Promise<Screen>;
};

function route(
  path: string,
  title: MessageKey,
  load: () => Promise<unknown>,
  options: { name?: string; wide?: boolean; words?: Part } = {},
): Route {
  const names: string[] = [];
  const source = path.replace(/\/?:(\w+)(\?)?/g, (whole, name: string, optional?: string) => {
    names.push(name);
    const slash = whole.startsWith('/') ? '/' : '';
    return optional ? `(?:${slash}([^/]+))?` : `${slash}([^/]+)`;
  });
  return {
    name: options.name ?? path.split('/')[1] ?? '',
    pattern: new RegExp(`^${source}/?$`),
    names,
    title,
    wide: options.wide ?? false,
    load: async () => {
      const { words } = options;
      const [screen] = await Promise.all([load(), words && loadWords(words)]);
      return screen as Screen;
    },
  };
}

export const routes: Route[] = [
  route('/', 'nav.feed', () => import('../features/feed/FeedScreen.svelte'), { name: 'feed' }),
  route('/posts/:id', 'post.title', () => import('../features/feed/PostScreen.svelte')),
  route('/groups', 'nav.groups', () => import('../features/groups/GroupsScreen.svelte'), {
    words: 'groups',
  }),
  route('/groups/new', 'groups.create', () => import('../features/groups/NewGroupScreen.svelte'), {
    words: 'groups',
  }),
  route('/groups/:id/:tab?', 'groups.one', () => import('../features/groups/GroupScreen.svelte'), {
    words: 'groups',
  }),
  route('/chat/:id?', 'nav.chat', () => import('../features/chat/ChatScreen.svelte'), {
    words: 'chat',
    wide: true,
  }),
  route(
    '/notifications',
    'alerts.title',
    () => import('../features/notifications/NotificationsScreen.svelte'),
    { words: 'notifications' },
  ),
  route(
    '/notifications/requests',
    'held.title',
    () => import('../features/notifications/RequestsScreen.svelte'),
    { words: 'notifications' },
  ),
  route(
    '/notifications/:id',
    'alerts.title',
    () => import('../features/notifications/OpenAlertScreen.svelte'),
    { words: 'notifications' },
  ),
  route('/people/:section?', 'nav.people', () => import('../features/people/PeopleScreen.svelte'), {
    words: 'settings',
  }),
  route('/events/:section?', 'event.all', () => import('../features/calendar/EventsScreen.svelte')),
  route('/bookmarks', 'nav.bookmarks', () => import('../features/feed/BookmarksScreen.svelte')),
  route(
    '/favourites',
    'saved.favourites',
    () => import('../features/saved/FavouritesScreen.svelte'),
  ),
  route('/lists', 'saved.lists', () => import('../features/lists/ListsScreen.svelte')),
  route('/lists/:id/:tab?', 'saved.lists', () => import('../features/lists/ListScreen.svelte')),
  route('/tags', 'saved.tags', () => import('../features/tags/TagsScreen.svelte')),
  route('/tags/:name', 'tag.title', () => import('../features/tags/TagScreen.svelte')),
  route('/searches', 'saved.searches', () => import('../features/saved/SearchesScreen.svelte')),
  route('/drafts', 'saved.drafts', () => import('../features/saved/DraftsScreen.svelte')),
  route('/scheduled', 'schedule.list', () => import('../features/feed/ScheduledScreen.svelte')),
  route('/search', 'search.title', () => import('../features/search/SearchScreen.svelte'), {
    words: 'groups',
  }),
  route(
    '/settings/:section?',
    'nav.settings',
    () => import('../features/settings/SettingsScreen.svelte'),
    { words: 'settings' },
  ),
  route(
    '/admin/:section?/:id?',
    'admin.title',
    () => import('../features/admin/AdminScreen.svelte'),
    { words: 'admin', wide: true },
  ),
  route('/welcome', 'welcome.screen', () => import('../features/welcome/WelcomeScreen.svelte'), {
    words: 'groups',
    wide: true,
  }),
  route('/menu', 'tab.menu', () => import('../features/shell/MenuScreen.svelte')),
  route('/@:acct', 'profile.title', () => import('../features/profile/ProfileScreen.svelte'), {
    words: 'settings',
    name: 'profile',
  }),
];

export function match(path: string): { route: Route; params: Params } | null {
  for (const one of routes) {
    const found = one.pattern.exec(path);
    const params = found && readParams(one.names, found);
    if (params) return { route: one, params };
  }
  return null;
}

/** Null where something in the address cannot be read. */
function readParams(names: string[], found: RegExpExecArray): Params | null {
  try {
    return Object.fromEntries(
      names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]),
    );
  } catch {
    return null;
  }
}
