/** What follows from changes of groups and memberships: activities, notifications, clean-up. */
import type { DomainEvent } from '../../events.ts';
import type { FindGroup } from './find-group.ts';
import type { Group, Membership } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import type { KeepsClosed } from './keeps-closed.ts';
import type { LearnGroup } from './learn-group.ts';
import { MEMBERSHIPS, type Pair } from './membership-store.ts';
import type { SendGroupActivity } from './send-group-activity.ts';

type Parts = GroupDeps & {
  finder: FindGroup;
  keeps: KeepsClosed;
  learner: LearnGroup;
  send: SendGroupActivity;
};
type Case = { event: DomainEvent; row: Membership; group: Group };

export function subscribeGroupEvents(deps: Parts): void {
  const { kit, apis, groups, memberships, send } = deps;

  function onMembership(name: DomainEvent['name'], handle: (one: Case) => Promise<void>): void {
    kit.events.on(name, async (event) => {
      const row = await memberships.get(event.id);
      const group = row && (await groups.get(row.group));
      if (row && group) await handle({ event, row, group });
    });
  }

  onMembership('membership.requested', async ({ event, row, group }) => {
    if (group.local) return tellModerators(row);
    if (event.local && row.state === 'requested') await send.follow(row);
  });

  async function tellModerators(row: Membership): Promise<void> {
    if (row.state !== 'requested') return;
    const moderators = await memberships.withRole(row.group, ['admin', 'moderator']);
    await apis.notifications.notify(
      moderators
        .filter((moderator) => !moderator.memberHost)
        .map((moderator) => ({
          account: moderator.account,
          type: 'mitoyen.group_request',
          from: row.account,
          group: row.group,
          key: requestKey(row),
        })),
    );
  }

  onMembership('membership.invited', async ({ event, row, group }) => {
    if (row.state !== 'invited') return;
    if (event.local && row.memberHost) return send.invite(row);
    await apis.notifications.notify([
      {
        account: row.account,
        type: 'mitoyen.group_invite',
        from: row.invitedBy ?? group._id,
        group: row.group,
        key: inviteKey(row),
      },
    ]);
  });

  onMembership('membership.accepted', async ({ event, row, group }) => {
    if (row.state !== 'member') return;
    await apis.notifications.withdraw({ key: requestKey(row) });
    await apis.notifications.withdraw({ key: inviteKey(row) });
    if (group.local && row.memberHost && event.local) {
      await send.answer('Accept', row.group, row.account, row.iri);
    }
    if (!row.memberHost && event.data.asked === 'yes') await tellAccepted(row);
    if (!group.local) await learnMembers(row.group);
  });

  async function tellAccepted(row: Membership): Promise<void> {
    await apis.notifications.notify([
      {
        account: row.account,
        type: 'mitoyen.group_accepted',
        from: row.group,
        group: row.group,
        key: `group_accepted:${row.group}:${row.iri}`,
      },
    ]);
  }

  /** A first look at the group from inside; where its home is slow, the next reader looks. */
  async function learnMembers(id: string): Promise<void> {
    try {
      const account = await apis.accounts.get(id);
      if (account) await deps.learner.learn(account, { refresh: true });
      await deps.learner.refreshMembers(id);
    } catch (error) {
      kit.log.info({ err: error, group: id }, 'the members of a remote group are not known yet');
    }
  }

  onMembership('membership.rejected', async ({ event, row, group }) => {
    await apis.notifications.withdraw({ key: requestKey(row) });
    if (event.local && group.local && row.memberHost) {
      await send.answer('Reject', row.group, row.account, row.iri);
    }
  });

  onMembership('membership.ended', async ({ event, row, group }) => {
    const { by, was, iri = row.iri, inviteIri } = event.data;
    if (was === 'requested')
      await apis.notifications.withdraw({ key: `group_request:${row.group}:${iri}` });
    if (was === 'invited') await apis.notifications.withdraw({ key: inviteKey(row) });
    if (!event.local) return;
    if (by === 'self' && !group.local) {
      if (was === 'invited') await send.rejectInvite(row, inviteIri ?? iri);
      else await send.undoFollow(row, iri);
    }
    if (by === 'moderator' && group.local && row.memberHost) {
      if (was === 'invited') await send.undoInvite(row, inviteIri ?? iri);
      else await send.answer('Reject', row.group, row.account, iri);
    }
  });

  onMembership('membership.role_changed', async ({ event, row, group }) => {
    const { role, was, change } = event.data;
    if (!event.local || !group.local || !change) return;
    const runs = (name: string | undefined) => name === 'admin' || name === 'moderator';
    if (runs(role) === runs(was)) return;
    await send.role(row, { type: runs(role) ? 'Add' : 'Remove', key: change });
  });

  kit.events.on('group.updated', async ({ id, local, data }) => {
    if (!local || !data.change) return;
    if (data.pinned) await send.pin(id, { type: 'Add', post: data.pinned, key: data.change });
    else if (data.unpinned) {
      await send.pin(id, { type: 'Remove', post: data.unpinned, key: data.change });
    } else {
      await send.update(id, data.change);
      await expelUnadmitted(id);
    }
  });

  /** Whether a member elsewhere may stay, by the companies and the access that are now. */
  async function mayStay(group: Group, host: string, account: string): Promise<boolean> {
    if (!deps.finder.admits(group, host)) return false;
    const person = group.access === 'open' ? null : await apis.accounts.get(account);
    // A server that cannot be asked just now is not taken for one that says no.
    return !person || (await deps.keeps.mayHold(group.access, person)) !== 'no';
  }

  /** The companies, or who gets in, were narrowed: those who are left out are members no longer. */
  async function expelUnadmitted(id: string): Promise<void> {
    const group = await groups.get(id);
    if (!group) return;
    for (const { account, memberHost, iri } of await memberships.remoteMembers(id)) {
      if (!memberHost || (await mayStay(group, memberHost, account))) continue;
      await expel({ group: id, account }, iri);
    }
  }

  /** Out of a group of ours; the member's server is told. */
  async function expel(pair: Pair, iri: string): Promise<void> {
    const facts = { ...pair, by: 'moderator', was: 'member', iri };
    const entry = kit.pending.entry('membership.ended', facts);
    const ended = await memberships.move(pair, ['member'], { state: 'ended', role: 'member' }, [
      entry,
    ]);
    if (ended) await kit.pending.kick(MEMBERSHIPS, ended._id);
  }

  kit.events.on('account.suspended', async ({ id }) => {
    if ((await apis.accounts.get(id))?.domain === null) return;
    for (const group of await memberships.groupsOf(id)) {
      const row = await memberships.find({ group, account: id });
      if (row && (await groups.get(group))?.local) await expel({ group, account: id }, row.iri);
    }
    await memberships.endAccount(id);
  });

  kit.events.on('group.deleted', async ({ id, local }) => {
    // First the members are told, then they are members no more.
    if (local) await send.remove(id);
    await memberships.endGroup(id);
    await apis.posts.purgeFrom({ group: id });
    await apis.notifications.withdraw({ from: id });
    if (local) await apis.accounts.markGone(id);
  });

  kit.events.on('account.deleted', async ({ id }) => {
    const group = await groups.get(id);
    if (!group) {
      await memberships.endAccount(id);
      return;
    }
    if (group.local) return;
    await groups.change(id, { deletedAt: kit.clock.now(), listed: false });
    await memberships.endGroup(id);
    await apis.posts.purgeFrom({ group: id });
  });

  kit.events.on('account.updated', async ({ id, local, data }) => {
    if (local && data.keys && (await groups.get(id))) return send.update(id, data.keys);
    if (local) return;
    const group = await groups.get(id);
    const account = group && !group.local ? await apis.accounts.get(id) : null;
    if (account) await deps.learner.learn(account, { refresh: true });
  });
}

function requestKey(row: Pick<Membership, 'group' | 'iri'>): string {
  return `group_request:${row.group}:${row.iri}`;
}

function inviteKey(row: Pick<Membership, 'group' | 'account'>): string {
  return `group_invite:${row.group}:${row.account}`;
}
