/** What moderators and admins of a local group do with its members. */
import { iriHost } from '@mitoyen/protocol';
import { forbidden, notFound } from '../../platform/app-error.ts';
import { type Account, isLocal } from '../accounts/account.ts';
import type { FindGroup, Found } from './find-group.ts';
import { type GroupRole, type Membership, mayAdminister, mayModerate, mayRemove } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import { type KeepsClosed, whyNotHeld } from './keeps-closed.ts';
import { refuseIfLastAdmin, restoreLastAdmin } from './last-admin.ts';
import { MEMBERSHIPS } from './membership-store.ts';

export type ManageMembers = ReturnType<typeof createManageMembers>;

export function createManageMembers(deps: GroupDeps & { finder: FindGroup; keeps: KeepsClosed }) {
  const { kit, apis, memberships, finder, keeps } = deps;

  async function moderated(groupId: string, by: Account): Promise<Found> {
    const found = await finder.managed(groupId, by);
    if (!mayModerate(found.who)) throw forbidden('Only moderators of the group do this');
    return found;
  }

  async function approve(groupId: string, by: Account, account: string): Promise<Membership> {
    const { group } = await moderated(groupId, by);
    const pair = { group: groupId, account };
    const [person] = await apis.accounts.getMany([account]);
    if (person && !isLocal(person) && !finder.admits(group, iriHost(person.iri))) {
      throw forbidden(`The group does not admit people of ${person.domain}`);
    }
    const kept = person ? await keeps.mayHold(group.access, person) : 'yes';
    if (person && kept !== 'yes') throw forbidden(`Not let in: ${whyNotHeld(kept, person)}`);
    const event = kit.pending.entry('membership.accepted', { ...pair, asked: 'yes' });
    return decided(pair, await memberships.move(pair, ['requested'], { state: 'member' }, [event]));
  }

  async function reject(groupId: string, by: Account, account: string): Promise<Membership> {
    await moderated(groupId, by);
    const pair = { group: groupId, account };
    const event = kit.pending.entry('membership.rejected', pair);
    return decided(
      pair,
      await memberships.move(pair, ['requested'], { state: 'rejected' }, [event]),
    );
  }

  /** Deciding twice is fine; deciding on nothing is not. */
  async function decided(
    pair: { group: string; account: string },
    changed: Membership | null,
  ): Promise<Membership> {
    if (changed) {
      await kit.pending.kick(MEMBERSHIPS, changed._id);
      return changed;
    }
    const current = await memberships.find(pair);
    if (current?.state !== 'member' && current?.state !== 'rejected') throw notFound();
    return current;
  }

  /** Removes a member, or takes back an invitation. */
  async function remove(groupId: string, by: Account, account: string): Promise<void> {
    const { who } = await moderated(groupId, by);
    const pair = { group: groupId, account };
    const target = await memberships.find(pair);
    if (target?.state !== 'member' && target?.state !== 'invited') throw notFound();
    if (!mayRemove(who, target)) throw forbidden('Only an admin removes moderators and admins');
    await refuseIfLastAdmin(deps, target);
    const state = target.state === 'member' ? 'rejected' : 'ended';
    const event = kit.pending.entry('membership.ended', {
      ...pair,
      by: 'moderator',
      was: target.state,
      iri: target.iri,
      ...(target.inviteIri && { inviteIri: target.inviteIri }),
    });
    const gone = { state, role: 'member' } as const;
    const removed = await memberships.move(pair, [target.state], gone, [event]);
    if (removed) await restoreLastAdmin(deps, target, event);
    if (removed) await kit.pending.kick(MEMBERSHIPS, removed._id);
  }

  async function changeRole(
    groupId: string,
    by: Account,
    change: { account: string; role: GroupRole },
  ): Promise<Membership> {
    const { who } = await moderated(groupId, by);
    if (!mayAdminister(who)) throw forbidden('Only an admin of the group changes roles');
    const pair = { group: groupId, account: change.account };
    const before = await memberships.find(pair);
    if (before?.state !== 'member') throw notFound();
    if (before.role === change.role) return before;
    await refuseIfLastAdmin(deps, before);
    const event = kit.pending.entry('membership.role_changed', {
      ...pair,
      role: change.role,
      was: before.role,
      change: kit.nextId(),
    });
    const changed = await memberships.setRole(pair, change.role, [event]);
    if (!changed) throw notFound();
    await restoreLastAdmin(deps, before, event);
    await kit.pending.kick(MEMBERSHIPS, changed._id);
    return changed;
  }

  return { moderated, approve, reject, remove, changeRole };
}
