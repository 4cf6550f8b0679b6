/**
 * Posts by id: each is kept once, so that a like shows wherever the post is shown. What comes
 * by request and by stream goes in here; screens keep only ids.
 */
import type { Status } from '../api/types.ts';

class Kept {
  status: Status | null = $state.raw(null);
}

const kept = new Map<string, Kept>();

/** Takes a post in and gives its id. */
export function keep(status: Status): string {
  if (status.reblog) keep(status.reblog);
  box(status.id).status = status;
  return status.id;
}

export function keepAll(statuses: Status[]): string[] {
  return statuses.map(keep);
}

/** The post as it is now, or null where it is gone. */
export function status(id: string): Status | null {
  return box(id).status;
}

export function change(id: string, to: (status: Status) => Status): void {
  const one = box(id);
  if (one.status) one.status = to(one.status);
}

export function forget(id: string): void {
  box(id).status = null;
}

function box(id: string): Kept {
  const known = kept.get(id) ?? new Kept();
  kept.set(id, known);
  return known;
}
