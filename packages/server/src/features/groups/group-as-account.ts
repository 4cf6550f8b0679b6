/** A group as plain apps see it, an account: its members are its followers, what is posted in it its posts. */
import type { Apis } from '../../apis.ts';
import type { IdPage } from '../../platform/id-page.ts';
import type { Account } from '../accounts/account.ts';
import type { FindGroup } from './find-group.ts';
import { type Membership, mayLookInside } from './group.ts';
import type { GroupStore } from './group-store.ts';
import type { MembershipStore } from './membership-store.ts';

/** Beyond this nobody counts. */
const MOST_POSTS = 10_000;

export type GroupCounts = { members: number; posts: number };

export function createGroupAsAccount(deps: {
  apis: Apis;
  groups: GroupStore;
  memberships: MembershipStore;
  finder: FindGroup;
}) {
  const { apis, groups, memberships, finder } = deps;

  /** Of these groups, those that the viewer may look inside. */
  async function counts(viewer: Account | null, ids: string[]): Promise<Map<string, GroupCounts>> {
    if (ids.length === 0) return new Map();
    const found = await groups.getMany(ids);
    const standings = await Promise.all(found.map((group) => finder.standing(group, viewer)));
    const inside = found.filter((group, index) => {
      const who = standings[index];
      return who !== undefined && finder.isReachable(group) && mayLookInside(group, who);
    });
    const tally = await memberships.tally(inside.map((group) => group._id));
    const posts = await Promise.all(
      inside.map((group) => apis.posts.countIn(`group:${group._id}`, MOST_POSTS)),
    );
    return new Map(
      inside.map(({ _id }, index) => {
        const members = tally
          .filter((one) => one.group === _id)
          .reduce((sum, one) => sum + one.count, 0);
        return [_id, { members, posts: posts[index] ?? 0 }];
      }),
    );
  }

  /** Nobody, to who may not look inside. */
  async function members(id: string, viewer: Account, page: IdPage): Promise<Membership[]> {
    const found = await finder.find(id, viewer);
    if (!found || !mayLookInside(found.group, found.who)) return [];
    return memberships.ofGroup(id, 'member', page);
  }

  return { counts, members };
}
