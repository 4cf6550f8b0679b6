/** Which groups somebody finds: lists, and what must be left out elsewhere. */
import { cutIdPage, type IdPage } from '../../platform/id-page.ts';
import type { Account } from '../accounts/account.ts';
import type { FindGroup } from './find-group.ts';
import { type Group, isFindable, type Membership, mayKnow } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import type { LearnGroup } from './learn-group.ts';

export type GroupFilter = 'all' | 'mine' | 'discover';
/** A page of groups with the ids that it was cut at. */
export type GroupPage = { groups: Group[]; ids: string[] };

export type DiscoverGroups = ReturnType<typeof createDiscoverGroups>;

export function createDiscoverGroups(deps: GroupDeps & { finder: FindGroup; learner: LearnGroup }) {
  const { apis, groups, memberships, finder, learner } = deps;

  /** Keeps the groups that the viewer may know of. */
  async function known(viewer: Account | null, found: Group[]): Promise<Group[]> {
    const rows = viewer
      ? await memberships.among(
          viewer._id,
          found.map((group) => group._id),
          ['member', 'invited', 'requested', 'rejected'],
        )
      : [];
    const byGroup = new Map(rows.map((row) => [row.group, row]));
    return found.filter((group) => {
      const membership: Membership | null = byGroup.get(group._id) ?? null;
      const insider = viewer !== null && finder.isInsider(group, viewer);
      return finder.isReachable(group) && mayKnow(group, { insider, membership });
    });
  }

  async function list(viewer: Account, filter: GroupFilter, page: IdPage): Promise<GroupPage> {
    if (filter === 'mine') return listMine(viewer, page);
    const listed = await groups.listed(page);
    const found = filter === 'all' ? await withMySecrets(viewer, listed, page) : listed;
    return { groups: await known(viewer, found), ids: found.map((group) => group._id) };
  }

  /** Newest membership first. */
  async function listMine(viewer: Account, page: IdPage): Promise<GroupPage> {
    const rows = await memberships.ofAccount(viewer._id, 'member', page);
    const found = await groups.getMany(rows.map((row) => row.group));
    const byId = new Map(found.map((group) => [group._id, group]));
    const ordered = rows.flatMap((row) => byId.get(row.group) ?? []);
    return { groups: await known(viewer, ordered), ids: rows.map((row) => row._id) };
  }

  /** Secret groups are in no list; those of the viewer's own are put in their place. */
  async function withMySecrets(viewer: Account, listed: Group[], page: IdPage): Promise<Group[]> {
    const mine = await groups.getMany(await memberships.groupsOf(viewer._id));
    const secrets = mine.filter((group) => !group.listed);
    const all = [...listed, ...secrets].sort((a, b) => (a._id < b._id ? 1 : -1));
    return cutIdPage(all, page);
  }

  async function hiddenFor(viewer: Account | null, ids: string[]): Promise<Set<string>> {
    const found = await groups.getMany(ids);
    const seen = new Set(found.map((group) => group._id));
    const unseen = await apis.accounts.getMany(ids.filter((id) => !seen.has(id)));
    const strangers = unseen.filter((account) => account.kind === 'group');
    // A group account without settings: being made here, or of a server that has not told us yet.
    const learnt = await Promise.all(
      strangers.map((account) => learner.learn(account).catch(() => null)),
    );
    const all = [...found, ...learnt.filter((group) => group !== null)];
    const visible = new Set((await known(viewer, all)).map((group) => group._id));
    const hidden = [...all.map((group) => group._id), ...strangers.map((account) => account._id)];
    return new Set(hidden.filter((id) => !visible.has(id)));
  }

  async function mayDiscover(id: string): Promise<boolean> {
    const group = await groups.get(id);
    return group?.local === true && group.deletedAt === undefined && isFindable(group);
  }

  return { known, list, hiddenFor, mayDiscover };
}
