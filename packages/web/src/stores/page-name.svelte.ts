/** What the page is about beyond its kind: a group, somebody's post, a person. For title and announcement. */
import { here } from '../router/router.svelte.ts';

let named = $state.raw<{ path: string; text: string } | null>(null);

/** Called by screens within an effect, whenever they know (or no longer know) what they show. */
export function namePage(text: string | null | undefined): void {
  const { path } = here();
  named = text ? { path, text } : null;
}

export function pageName(): string | null {
  return named?.path === here().path ? named.text : null;
}
