import type { Group } from '../../api/types.ts';

/** Names of the other companies whose people read a group. */
export function otherCompanies(group: Group): string[] {
  const own = location.host;
  const all = group.companies ?? (group.local ? [] : [group.home]);
  return all.filter((one) => one.host !== own).map((one) => one.name);
}
