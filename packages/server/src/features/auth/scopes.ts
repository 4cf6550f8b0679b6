/** OAuth scopes as Mastodon names them, and ours for what only admins do: none of it is in `read` or `write`. */
const ADMIN = 'accounts reports domain_allows domain_blocks partners invites statuses'.split(' ');
const CHILDREN: Record<string, string[]> = {
  read: 'accounts blocks bookmarks favourites filters follows lists mutes notifications search statuses'.split(
    ' ',
  ),
  write:
    'accounts blocks bookmarks conversations favourites filters follows lists media mutes notifications reports statuses'.split(
      ' ',
    ),
  'admin:read': ADMIN,
  'admin:write': ADMIN,
};

export const SCOPES: string[] = [
  'follow',
  'push',
  'profile',
  ...Object.entries(CHILDREN).flatMap(([parent, children]) => [
    parent,
    ...children.map((child) => `${parent}:${child}`),
  ]),
];
const KNOWN = new Set(SCOPES);

/** The scopes of a text (`read` where it is empty), or null where one is unknown. */
export function parseScopes(text: string | undefined): string[] | null {
  const wanted = [...new Set((text ?? '').split(/[\s+]+/).filter(Boolean))];
  if (wanted.length === 0) return ['read'];
  return wanted.every((scope) => KNOWN.has(scope)) ? wanted : null;
}

/** Whether every wanted scope, or its parent, is among those that the app registered. */
export function scopesWithin(wanted: string[], registered: string[]): boolean {
  const has = new Set(registered);
  return wanted.every((scope) => {
    const parent = scope.startsWith('admin:')
      ? scope.split(':').slice(0, 2).join(':')
      : (scope.split(':')[0] ?? scope);
    return has.has(scope) || has.has(parent);
  });
}
