/** Lists: people and groups that I read together. To the server my groups are lists, too. */
import { get } from '../../api/http.ts';
import { loadMyGroups, myGroups } from '../../stores/groups.svelte.ts';

export type List = { id: string; title: string; replies_policy: string; exclusive: boolean };
export const LISTS = '/api/v1/lists';

export async function loadLists(): Promise<List[]> {
  if (!myGroups()) await loadMyGroups();
  const groups = new Set((myGroups() ?? []).map((one) => one.id));
  // Only lists of people have a policy; the groups are under their own heading.
  return (await get<List[]>(LISTS)).filter(
    (one) => one.replies_policy !== 'none' || !groups.has(one.id),
  );
}
