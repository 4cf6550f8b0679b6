/** The groups that I am a member of, for the rail and the composer. */
import { get } from '../api/http.ts';
import type { Group } from '../api/types.ts';

let groups = $state.raw<Group[] | null>(null);

let failed = $state(false);

/** They could not be read, and none are known from before. */
export function groupsFailed(): boolean {
  return failed && groups === null;
}

/** Null until they are known. */
export function myGroups(): Group[] | null {
  return groups;
}

export async function loadMyGroups(): Promise<void> {
  try {
    groups = await get<Group[]>('/api/mitoyen/v1/groups', { filter: 'mine', limit: 80 });
    failed = false;
  } catch {
    failed = true;
  }
}
