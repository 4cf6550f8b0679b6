import type { Group } from '../../api/types.ts';
import { instance } from '../../stores/session.svelte.ts';

/** Names of the other companies whose people read a group. */
export function otherCompanies(group: Group): string[] {
  const own = instance().domain;
  const all = group.companies ?? (group.local ? [] : [group.home]);
  return all.filter((one) => one.host !== own).map((one) => one.name);
}
