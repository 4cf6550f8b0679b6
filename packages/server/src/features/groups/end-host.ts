/** An agreement has ended, or covers less: memberships across that wall are over. */
import type { GroupDeps } from './group-deps.ts';

export type EndHost = ReturnType<typeof createEndHost>;

export function createEndHost(deps: GroupDeps) {
  const { kit, apis, groups, memberships } = deps;

  async function countHost(host: string): Promise<number> {
    let count = await memberships.countLive({ memberHost: host });
    for (const group of await groups.atHost(host)) count += await memberships.countLive({ group });
    return count;
  }

  async function endHost(host: string): Promise<number> {
    let ended = await memberships.endMembersAt(host);
    for (const group of await groups.atHost(host)) ended += await memberships.endGroup(group);
    return ended;
  }

  /** What an agreement with this host does not cover any more: all groups, or some. */
  async function endUncovered(host: string): Promise<void> {
    for (const group of await memberships.groupsAtHost(host)) {
      if (!apis.policy.allows(host, 'groups', group)) await memberships.endMembersAt(host, group);
    }
    for (const group of await groups.atHost(host)) {
      if (!apis.policy.allows(host, 'groups', group)) await memberships.endGroup(group);
    }
  }

  async function changed(host: string | undefined): Promise<void> {
    const hosts =
      host === undefined
        ? [...(await memberships.memberHosts()), ...(await groups.hosts())]
        : [host];
    for (const one of new Set(hosts)) await endUncovered(one);
  }

  kit.events.on('agreement.ended', ({ data }) => changed(data.host));
  kit.events.on('agreement.changed', ({ data }) => changed(data.host));

  return { endHost, countHost };
}
