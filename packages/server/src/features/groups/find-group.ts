/** Finds a group for somebody: what they may not know of is not found. */
import { iriHost } from '@mitoyen/protocol';
import { forbidden, notFound } from '../../platform/app-error.ts';
import { type Account, isColleague } from '../accounts/account.ts';
import {
  admitsAnybody,
  admitsHost,
  type Group,
  isKnownAt,
  type Membership,
  mayKnow,
  mayLookInside,
} from './group.ts';
import type { GroupDeps } from './group-deps.ts';

export type Found = {
  group: Group;
  who: { insider: boolean; membership: Membership | null };
};

export type FindGroup = ReturnType<typeof createFindGroup>;

export function createFindGroup(deps: GroupDeps) {
  const { apis, groups, memberships } = deps;

  /** Whether people of this host may be members of a group that lives here, now. */
  function admits(group: Group, host: string): boolean {
    return admitsHost(group, host) && apis.policy.allows(host, 'groups', group._id);
  }

  /** The same of whoever asks for a document of such a group. `null`: nobody who signs. */
  function admitsAsker(group: Group, host: string | null): boolean {
    return host === null ? admitsAnybody(group) : admits(group, host);
  }

  /** Whether this server (`null`: nobody in particular) may learn of a group that lives here. */
  async function isKnownTo(group: Group, host: string | null): Promise<boolean> {
    const admitted = admitsAsker(group, host);
    const involved =
      admitted &&
      host !== null &&
      (await memberships.hasAt(group._id, host, ['member', 'invited']));
    return isKnownAt(group, { admitted, involved });
  }

  function isInsider(group: Group, account: Account): boolean {
    if (account.state !== 'active') return false;
    if (account.domain === null) return isColleague(account);
    return group.local && admits(group, iriHost(account.iri));
  }

  /** A group of a partner whose agreement has ended is not there any more. */
  function isReachable(group: Group): boolean {
    return group.local || apis.policy.allows(group.host ?? '', 'groups', group._id);
  }

  async function standing(group: Group, account: Account | null): Promise<Found['who']> {
    if (!account) return { insider: false, membership: null };
    const membership = await memberships.find({ group: group._id, account: account._id });
    return { insider: isInsider(group, account), membership };
  }

  async function find(id: string, viewer: Account | null): Promise<Found | null> {
    const group = await groups.get(id);
    if (!group || !isReachable(group)) return null;
    const who = await standing(group, viewer);
    return mayKnow(group, who) ? { group, who } : null;
  }

  async function known(id: string, viewer: Account | null): Promise<Found> {
    const found = await find(id, viewer);
    if (!found) throw notFound();
    return found;
  }

  return {
    admits,
    admitsAsker,
    isKnownTo,
    isInsider,
    isReachable,
    standing,
    find,
    /** @throws AppError not_found */
    known,
    /** For members, posts and counts. @throws AppError not_found, forbidden */
    inside: async (id: string, viewer: Account | null): Promise<Found> => {
      const found = await known(id, viewer);
      if (!mayLookInside(found.group, found.who)) throw forbidden('Only members see this');
      return found;
    },
    /** For what only the group's home instance decides. @throws AppError not_found, forbidden */
    managed: async (id: string, by: Account): Promise<Found> => {
      const found = await known(id, by);
      if (!found.group.local) {
        throw forbidden(`This group is managed at its home, ${found.group.host}`);
      }
      return found;
    },
  };
}
