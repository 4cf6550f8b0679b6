/**
 * Posts by id: each is kept once, so that a like shows wherever the post is shown. What comes
 * by request and by stream goes in here; screens keep only ids.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { Status } from '../api/types.ts';

const kept = new SvelteMap<string, Status>();
/** Deleted: an answer that was under way meanwhile does not bring it back. */
const gone = new Set<string>();

/** Takes a post in and gives its id. */
export function keep(status: Status): string {
  if (status.reblog) keep(status.reblog);
  if (!gone.has(status.id)) kept.set(status.id, status);
  return status.id;
}

export function keepAll(statuses: Status[]): string[] {
  return statuses.map(keep);
}

/** The post as it is now, or null where it is gone (or not known yet). */
export function status(id: string): Status | null {
  return kept.get(id) ?? null;
}

/** The posts that show the file of this address. */
export function showing(url: string): string[] {
  return [...kept.values()]
    .filter((one) =>
      one.media_attachments.some((file) => file.url === url || file.preview_url === url),
    )
    .map((one) => one.id);
}

export function change(id: string, to: (status: Status) => Status): void {
  const one = kept.get(id);
  if (one) kept.set(id, to(one));
}

export function forget(id: string): void {
  gone.add(id);
  kept.delete(id);
}

/** Not deleted after all. */
export function bringBack(status: Status): void {
  gone.delete(status.id);
  keep(status);
}
