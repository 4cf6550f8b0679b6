/** In how many groups people here are together with people of another company. */
import type { GroupDeps } from './group-deps.ts';

export function createCountShared({ groups, memberships }: GroupDeps) {
  return async function countShared(host: string): Promise<number> {
    const [theirsHere, there] = await Promise.all([
      memberships.groupsWithMembersAt(host),
      groups.atHost(host),
    ]);
    const ours = await Promise.all(there.map(memberships.hasLocalMembers));
    const joined = there.filter((_, index) => ours[index]);
    return new Set([...theirsHere, ...joined]).size;
  };
}
