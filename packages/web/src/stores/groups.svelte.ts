/** The groups that I am a member of, for the rail and the composer. */
import { get } from '../api/http.ts';
import type { Group } from '../api/types.ts';

let groups = $state.raw<Group[] | null>(null);

/** Null until they are known. */
export function myGroups(): Group[] | null {
  return groups;
}

export async function loadMyGroups(): Promise<void> {
  try {
    groups = await get<Group[]>('/api/mitoyen/v1/groups', { filter: 'mine', limit: 80 });
  } catch {
    groups ??= [];
  }
}
