/** A message begins with whom it is for; in a conversation everybody knows. */
import type { Status } from '../../api/types.ts';

const LEADING =
  /^(<p>)?(\s*(<span[^>]*class="h-card"[^>]*>)?<a[^>]*class="[^"]*mention[^"]*"[^>]*>.*?<\/a>(<\/span>)?[\s,]*)+/;

export function withoutAddressees(status: Status): string {
  return status.content.replace(LEADING, '$1');
}
