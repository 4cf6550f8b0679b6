/** Every screen by its address; all but the feed are loaded when they are first opened. */
import type { Component } from 'svelte';
import type { MessageKey } from '../i18n/i18n.svelte.ts';

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
  options: { name?: string; wide?: boolean } = {},
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
    load: load as () => Promise<Screen>,
  };
}

export const routes: Route[] = [
  route('/', 'nav.feed', () => import('../features/feed/FeedScreen.svelte'), { name: 'feed' }),
  route('/posts/:id', 'post.title', () => import('../features/feed/PostScreen.svelte')),
];

export function match(path: string): { route: Route; params: Params } | null {
  for (const one of routes) {
    const found = one.pattern.exec(path);
    if (found) {
      const params = Object.fromEntries(
        one.names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]),
      );
      return { route: one, params };
    }
  }
  return null;
}
