/** A local person joins, asks to join, answers an invitation, or leaves. */
import { AppError, forbidden, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { FindGroup, Found } from './find-group.ts';
import { decideJoin, type Membership } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import { refuseIfLastAdmin, restoreLastAdmin } from './last-admin.ts';
import { MEMBERSHIPS } from './membership-store.ts';

export type JoinGroup = ReturnType<typeof createJoinGroup>;

export function createJoinGroup(deps: GroupDeps & { finder: FindGroup }) {
  const { kit, apis, memberships, finder } = deps;

  async function join(
    account: Account,
    groupId: string,
    wish: { notify?: boolean } = {},
  ): Promise<Membership> {
    const joined = await enter(account, groupId);
    // What is not said stays as it was.
    if (wish.notify !== undefined)
      await memberships.setNotify({ group: groupId, account: account._id }, wish.notify);
    return joined;
  }

  async function enter(account: Account, groupId: string): Promise<Membership> {
    const found = await finder.known(groupId, account);
    if (await apis.relations.blockedEither(groupId, account._id)) throw notFound();
    const current = found.who.membership;
    if (current?.state === 'member') return current;
    const state = found.group.local ? decideHere(found) : decideThere(found);
    if (current?.state === 'requested' && state === 'requested') return current;
    return write(found, account, state);
  }

  function decideHere({ group, who }: Found): 'member' | 'requested' {
    const decision = decideJoin(group, who);
    if (decision === 'unknown') throw notFound();
    return decision;
  }

  /** The group's home decides; we ask. */
  function decideThere({ group, who }: Found): 'requested' {
    if (!who.insider && who.membership?.state !== 'invited') throw notFound();
    if (!apis.policy.allows(group.host ?? '', 'groups', group._id)) {
      throw forbidden(`There is no agreement with ${group.host} that covers this group`);
    }
    return 'requested';
  }

  async function write(
    { group, who }: Found,
    account: Account,
    state: 'member' | 'requested',
  ): Promise<Membership> {
    const pair = { group: group._id, account: account._id };
    const iri = `${kit.baseUrl}/activities/${kit.nextId()}`;
    const event = state === 'member' ? 'membership.accepted' : 'membership.requested';
    // Only from the state that the decision was made on.
    const from = who.membership ? [who.membership.state] : [];
    const changed = await memberships.enter(pair, from, { state, iri }, [
      kit.pending.entry(event, { ...pair }),
    ]);
    if (!changed) throw new AppError('conflict', 'Your membership has just changed; try again');
    await kit.pending.kick(MEMBERSHIPS, changed._id);
    return changed;
  }

  /** Leaves, withdraws a request, or declines an invitation. Nothing to leave is fine. */
  async function leave(account: Account, groupId: string): Promise<void> {
    const { group } = await finder.known(groupId, account);
    const pair = { group: groupId, account: account._id };
    const before = await memberships.find(pair);
    if (!before || before.state === 'ended' || before.state === 'rejected') return;
    if (group.local) await refuseIfLastAdmin(deps, before);
    const event = kit.pending.entry('membership.ended', {
      ...pair,
      by: 'self',
      was: before.state,
      iri: before.iri,
      ...(before.inviteIri && { inviteIri: before.inviteIri }),
    });
    const gone = { state: 'ended', role: 'member' } as const;
    const ended = await memberships.move(pair, [before.state], gone, [event]);
    if (!ended) return;
    await memberships.setNotify(pair, false);
    if (group.local) await restoreLastAdmin(deps, before, event);
    await kit.pending.kick(MEMBERSHIPS, ended._id);
  }

  return { join, leave };
}
