/** An agreement has ended, or covers less: memberships across that wall are over. */
import type { GroupDeps } from './group-deps.ts';

export type EndHost = ReturnType<typeof createEndHost>;

export function createEndHost(deps: GroupDeps) {
  const { kit, apis, groups, memberships } = deps;

  async function endHost(host: string): Promise<number> {
    let ended = await memberships.endMembersAt(host);
    for (const group of await groups.atHost(host)) ended += await memberships.endGroup(group);
    return ended;
  }

  /** What policy does not cover any more, whichever agreement it was. */
  async function endUncovered(): Promise<void> {
    for (const host of await memberships.memberHosts()) {
      for (const group of await memberships.groupsAtHost(host)) {
        if (!apis.policy.allows(host, 'groups', group)) await memberships.endMembersAt(host, group);
      }
    }
    for (const host of await groups.hosts()) {
      for (const group of await groups.atHost(host)) {
        if (!apis.policy.allows(host, 'groups', group)) await memberships.endGroup(group);
      }
    }
  }

  kit.events.on('agreement.ended', async ({ data }) => {
    if (data.host) await endHost(data.host);
    else await endUncovered();
  });
  kit.events.on('agreement.changed', endUncovered);

  return endHost;
}
