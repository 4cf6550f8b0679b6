/** Making, changing and deleting a group that lives here. */
import { AppError, forbidden, invalid, notFound } from '../../platform/app-error.ts';
import { type Account, isColleague } from '../accounts/account.ts';
import type { FindGroup } from './find-group.ts';
import { type Group, type GroupAccess, mayAdminister } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import { GROUPS } from './group-store.ts';
import { groupUsername } from './group-username.ts';

export type NewGroup = {
  createdBy: Account;
  /** What people read; also where the user name comes from, unless one is given. */
  name: string;
  username?: string;
  /** Markdown. */
  description?: string;
  access: GroupAccess;
  postingRestricted?: boolean;
  /** Default: every company that an agreement covers groups with. */
  partners?: 'all' | string[];
};

export type GroupSettings = {
  name?: string;
  description?: string;
  access?: GroupAccess;
  postingRestricted?: boolean;
  partners?: 'all' | string[];
  avatar?: Buffer;
  header?: Buffer;
};

export type ManageGroup = ReturnType<typeof createManageGroup>;

export function createManageGroup(deps: GroupDeps & { finder: FindGroup }) {
  const { kit, apis, groups, memberships, finder } = deps;

  async function create(fresh: NewGroup): Promise<Group> {
    if (!isColleague(fresh.createdBy)) throw forbidden('Guests cannot make groups');
    const username = fresh.username ?? groupUsername(fresh.name);
    if (username === '') {
      throw invalid({
        field: 'name',
        code: 'ERR_INVALID',
        message: 'needs letters or digits for the address; give a username as well',
      });
    }
    const account = await apis.accounts.createLocalActor({
      kind: 'group',
      username,
      displayName: fresh.name,
      bioSource: fresh.description ?? '',
      locked: fresh.access !== 'open',
    });
    // The founder first: a group is there for others only once it has an admin.
    await memberships.enter({ group: account._id, account: fresh.createdBy._id }, [], {
      state: 'member',
      role: 'admin',
      iri: `${kit.baseUrl}/activities/${kit.nextId()}`,
    });
    const group: Group = {
      _id: account._id,
      access: fresh.access,
      local: true,
      postingRestricted: fresh.postingRestricted ?? false,
      partners: fresh.partners ?? 'all',
      listed: fresh.access !== 'secret',
      pinned: [],
      createdBy: fresh.createdBy._id,
      createdAt: kit.clock.now(),
      pending: [kit.pending.entry('group.created')],
    };
    await groups.insert(group);
    await kit.pending.kick(GROUPS, group._id);
    return group;
  }

  /** Posts keep the audience that they were written for when the access changes. */
  async function update(groupId: string, by: Account, change: GroupSettings): Promise<Group> {
    const { group, who } = await finder.managed(groupId, by);
    if (!mayAdminister(who)) throw forbidden('Only an admin of the group changes its settings');
    const access = change.access ?? group.access;
    const [avatar, header] = await Promise.all([
      importPicture(groupId, 'avatar', change.avatar),
      importPicture(groupId, 'header', change.header),
    ]);
    await apis.accounts.updateLocalActor(groupId, {
      ...(change.name !== undefined && { displayName: change.name }),
      ...(change.description !== undefined && { bioSource: change.description }),
      ...(avatar && { avatar }),
      ...(header && { header }),
      ...(change.access && { locked: access !== 'open' }),
    });
    const changed = await groups.change(
      groupId,
      {
        access,
        listed: access !== 'secret',
        ...(change.postingRestricted !== undefined && {
          postingRestricted: change.postingRestricted,
        }),
        ...(change.partners !== undefined && { partners: change.partners }),
      },
      [kit.pending.entry('group.updated', { change: kit.nextId() })],
    );
    await kit.pending.kick(GROUPS, groupId);
    return changed ?? group;
  }

  async function importPicture(
    owner: string,
    purpose: 'avatar' | 'header',
    bytes: Buffer | undefined,
  ): Promise<string | undefined> {
    if (!bytes) return undefined;
    return (await apis.media.importImage(bytes, owner, purpose))._id;
  }

  async function remove(groupId: string, by: Account): Promise<void> {
    const { who } = await finder.managed(groupId, by);
    if (!mayAdminister(who)) throw forbidden('Only an admin of the group deletes it');
    await groups.change(groupId, { deletedAt: kit.clock.now(), listed: false }, [
      kit.pending.entry('group.deleted'),
    ]);
    await kit.pending.kick(GROUPS, groupId);
  }

  /** What admins of the company do to a group that nobody looks after, or should. */
  async function removeAsStaff(groupId: string): Promise<void> {
    await here(groupId);
    await groups.change(groupId, { deletedAt: kit.clock.now(), listed: false }, [
      kit.pending.entry('group.deleted'),
    ]);
    await kit.pending.kick(GROUPS, groupId);
  }

  async function setArchived(groupId: string, archived: boolean): Promise<void> {
    await here(groupId);
    if (!archived) await groups.unarchive(groupId);
    else await groups.change(groupId, { archivedAt: kit.clock.now() });
  }

  /** Only where nobody of ours who may administer it is left. */
  async function takeOver(groupId: string, by: Account): Promise<void> {
    await here(groupId);
    if (!(await isOwnerless(groupId)))
      throw new AppError('conflict', 'This group has an admin: ask them');
    const pair = { group: groupId, account: by._id };
    const known = await memberships.find(pair);
    if (known?.state === 'member') await memberships.setRole(pair, 'admin');
    else
      await memberships.enter(pair, ['invited', 'requested', 'rejected', 'ended'], {
        state: 'member',
        role: 'admin',
        iri: `${kit.baseUrl}/activities/${kit.nextId()}`,
      });
  }

  async function isOwnerless(groupId: string): Promise<boolean> {
    const rows = await memberships.withRole(groupId, ['admin']);
    const owners = await apis.accounts.getMany(rows.map((row) => row.account));
    return !owners.some((one) => one.domain === null && one.state === 'active');
  }

  async function here(groupId: string): Promise<Group> {
    const group = await groups.get(groupId);
    if (!group?.local || group.deletedAt !== undefined) throw notFound();
    return group;
  }

  return { create, update, remove, removeAsStaff, setArchived, takeOver };
}
