/** Invitations into a local group, for colleagues, guests and people of admitted partners. */
import { iriHost, isId } from '@mitoyen/protocol';
import { type FieldProblem, forbidden, invalid } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { FindGroup } from './find-group.ts';
import { type Group, type Membership, mayInvite, mayModerate } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import { type KeepsClosed, whyNotHeld } from './keeps-closed.ts';
import type { ManageMembers } from './manage-members.ts';
import { MEMBERSHIPS } from './membership-store.ts';

export type InvitePeople = ReturnType<typeof createInvitePeople>;

export function createInvitePeople(
  deps: GroupDeps & { finder: FindGroup; keeps: KeepsClosed; members: ManageMembers },
) {
  const { kit, apis, memberships, finder, keeps } = deps;

  /** @param names account ids or handles; every problem is told at once */
  async function invite(groupId: string, by: Account, names: string[]): Promise<Membership[]> {
    const { group, who } = await finder.managed(groupId, by);
    if (!mayInvite(group, who)) throw forbidden('Only moderators of the group invite into it');
    const wanted = await Promise.all(names.map((name) => resolve(group, by, name)));
    const problems = wanted.flatMap((one) => (one.kind === 'problem' ? [one.problem] : []));
    if (problems.length > 0) throw invalid(...problems);
    const invited: Membership[] = [];
    for (const person of wanted.flatMap((one) => (one.kind === 'person' ? [one.person] : []))) {
      const membership = await inviteOne(group, by, person, mayModerate(who));
      if (membership) invited.push(membership);
    }
    return invited;
  }

  async function resolve(
    group: Group,
    by: Account,
    name: string,
  ): Promise<{ kind: 'person'; person: Account } | { kind: 'problem'; problem: FieldProblem }> {
    const problem = (message: string) => ({
      kind: 'problem' as const,
      problem: { field: 'accounts', code: 'ERR_INVALID', message },
    });
    const account = await findAccount(name.trim().replace(/^@/, ''));
    if (account?.kind !== 'person' || account.state !== 'active') {
      return problem(`has nobody named ${name}`);
    }
    if (account.domain !== null && !finder.admits(group, iriHost(account.iri))) {
      return problem(`names ${name}, whose company the group does not admit`);
    }
    const kept = await keeps.mayHold(group.access, account);
    if (kept !== 'yes') return problem(`names ${name}: ${whyNotHeld(kept, account)}`);
    if (await apis.relations.blockedEither(by._id, account._id)) {
      return problem(`names ${name}, who cannot be invited`);
    }
    return { kind: 'person', person: account };
  }

  async function findAccount(name: string): Promise<Account | null> {
    if (isId(name)) return apis.accounts.get(name);
    const known = await apis.accounts.byHandle(name);
    return known ?? (name.includes('@') ? apis.accounts.resolveHandle(name) : null);
  }

  async function inviteOne(
    group: Group,
    by: Account,
    person: Account,
    moderator: boolean,
  ): Promise<Membership | null> {
    const pair = { group: group._id, account: person._id };
    const current = await memberships.find(pair);
    if (current?.state === 'member' || current?.state === 'invited') return current;
    // Who has asked already is let in, where the one who invites may decide that.
    if (current?.state === 'requested') {
      return moderator ? deps.members.approve(group._id, by, person._id) : current;
    }
    // Whom a moderator removed, only a moderator brings back.
    if (current?.state === 'rejected' && !moderator) return null;
    const inviteIri = `${kit.baseUrl}/activities/${kit.nextId()}`;
    const changed = await memberships.enter(
      pair,
      ['rejected', 'ended'],
      {
        state: 'invited',
        role: 'member',
        iri: inviteIri,
        inviteIri,
        invitedBy: by._id,
        ...remoteParts(person),
      },
      [kit.pending.entry('membership.invited', pair)],
    );
    if (changed) await kit.pending.kick(MEMBERSHIPS, changed._id);
    return changed ?? memberships.find(pair);
  }

  return { invite };
}

/** Where a remote member is reached. The host is that of the id, as agreements and signatures name it. */
export function remoteParts(
  person: Account,
): Pick<Membership, 'memberHost' | 'memberInbox'> | Record<string, never> {
  if (person.domain === null) return {};
  return { memberHost: iriHost(person.iri), memberInbox: person.sharedInbox ?? person.inbox };
}
