/** Only paths of our own: never another site's address. */
export function safeReturn(value: unknown): string {
  return typeof value === 'string' && /^\/(?![/\\])[^\s\\]{0,4000}$/.test(value) ? value : '/';
}
