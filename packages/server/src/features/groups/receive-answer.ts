/** Copy: a group that lives elsewhere answers, invites, or removes people of ours. */
import { type JsonObject, objectId } from '@mitoyen/federation';
import { iriHost } from '@mitoyen/protocol';
import type { DomainEvent } from '../../events.ts';
import { applied, ignored, type Outcome, rejected } from '../../inbox/inbound.ts';
import { type Account, isLocal } from '../accounts/account.ts';
import type { GroupRole, Membership } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import { remoteParts } from './invite-people.ts';
import type { LearnGroup } from './learn-group.ts';

export type ReceiveAnswer = ReturnType<typeof createReceiveAnswer>;

export function createReceiveAnswer(deps: GroupDeps & { learner: LearnGroup }) {
  const { kit, apis, groups, memberships, learner } = deps;

  function tell(name: DomainEvent['name'], row: Membership, more: Record<string, string> = {}) {
    const data = { group: row.group, account: row.account, ...more };
    return kit.events.emit({ name, id: row._id, local: false, data });
  }

  /**
   * The membership of ours that a group's Accept or Reject is about. The Follow's id counts;
   * servers that do not repeat it name the person instead, and a group has the word on that.
   */
  async function ours(group: Account, object: unknown): Promise<Membership | null> {
    const iri = objectId(object);
    const byId = iri ? await memberships.byIri(iri) : null;
    if (byId) return byId.group === group._id && !byId.memberHost ? byId : null;
    if (iri && isInlineFollow(object) === null) return null;
    const follow = isInlineFollow(object);
    const personIri = follow && objectId(follow.object) === group.iri && objectId(follow.actor);
    const person = personIri ? await apis.accounts.byIri(personIri) : null;
    if (!person || !isLocal(person)) return null;
    return memberships.find({ group: group._id, account: person._id });
  }

  async function accepted(group: Account, membership: Membership): Promise<Outcome> {
    const pair = { group: group._id, account: membership.account };
    const row = await memberships.move(pair, ['requested'], { state: 'member' });
    const current = row ?? (await memberships.find(pair));
    if (current?.state !== 'member') return ignored('nothing was asked (any more)');
    await tell('membership.accepted', current, { asked: 'yes' });
    return applied();
  }

  /** Refused, or removed later on. */
  async function refused(group: Account, membership: Membership): Promise<Outcome> {
    const pair = { group: group._id, account: membership.account };
    const row = await memberships.move(pair, ['requested', 'member'], {
      state: 'rejected',
      role: 'member',
    });
    if (!row) return ignored('no member');
    const name = membership.state === 'member' ? 'membership.ended' : 'membership.rejected';
    await tell(name, row, { by: 'moderator', was: membership.state });
    return applied();
  }

  async function invited(account: Account, person: Account, iri: string): Promise<Outcome> {
    if (!apis.policy.allows(iriHost(account.iri), 'groups', account._id)) {
      return rejected('the agreement does not cover groups');
    }
    if (await apis.relations.blockedEither(person._id, account._id)) return rejected('blocked');
    const group = await learner.learnOrGuard(account);
    if (!group) return ignored('the group is gone');
    const pair = { group: account._id, account: person._id };
    const current = await memberships.find(pair);
    if (current?.inviteIri === iri && current.state !== 'invited')
      return ignored('it was taken back or answered already');
    const row = await memberships.enter(pair, ['ended', 'rejected', 'invited'], {
      state: 'invited',
      role: 'member',
      iri,
      inviteIri: iri,
      invitedBy: account._id,
    });
    if (!row) return ignored('has asked or is a member already');
    await tell('membership.invited', row);
    return applied();
  }

  async function uninvited(
    group: Account,
    iri: string,
    inline: JsonObject | null,
  ): Promise<Outcome | null> {
    const invitation = await memberships.byInviteIri(iri);
    if (!invitation) return overtaken(group, iri, inline);
    if (invitation.group !== group._id) return null;
    const pair = { group: group._id, account: invitation.account };
    const row = await memberships.move(pair, ['invited'], { state: 'ended' });
    if (!row) return ignored('no open invitation');
    await tell('membership.ended', row, { by: 'moderator', was: 'invited' });
    return applied();
  }

  /** The Undo came before the invitation, which must not count when it comes. */
  async function overtaken(
    group: Account,
    iri: string,
    inline: JsonObject | null,
  ): Promise<Outcome | null> {
    const target = inline?.type === 'Invite' ? objectId(inline.target) : null;
    const person = target ? await apis.accounts.byIri(target) : null;
    if (!person || !isLocal(person) || iriHost(iri) !== iriHost(group.iri)) return null;
    const pair = { group: group._id, account: person._id };
    await memberships.enter(pair, ['ended'], { state: 'ended', iri, inviteIri: iri });
    return ignored('no open invitation; remembered as taken back');
  }

  /** Add and Remove: the moderators and the pinned posts, by the group itself. */
  async function changed(
    group: Account,
    type: 'Add' | 'Remove',
    change: { object: string; target: string },
  ): Promise<Outcome | null> {
    const held = await groups.get(group._id);
    if (!held || held.local) return null;
    if (change.target === held.moderatorsIri) {
      return changedRole(group, type === 'Add' ? 'moderator' : 'member', change.object);
    }
    if (change.target === group.featuredIri) return changedPins(group, type, change.object);
    return null;
  }

  async function changedRole(group: Account, role: GroupRole, iri: string): Promise<Outcome> {
    const known = await apis.accounts.byIri(iri);
    const person = known ?? (role === 'member' ? null : await apis.accounts.resolveIri(iri));
    if (!person) return ignored('nobody whom we know');
    const pair = { group: group._id, account: person._id };
    if (role !== 'member' && person.domain !== null) await enterUnlisted(pair, person);
    const row = await memberships.setRole(pair, role);
    if (row) await tell('membership.role_changed', row, { role });
    return row ? applied() : ignored('has that role already, or is no member');
  }

  /** Who moderates is a member, also where the group does not list its members (Lemmy). */
  async function enterUnlisted(
    pair: Pick<Membership, 'group' | 'account'>,
    person: Account,
  ): Promise<void> {
    const { memberHost } = remoteParts(person);
    await memberships.enter(pair, ['ended', 'rejected', 'invited'], {
      state: 'member',
      role: 'member',
      iri: `${person.iri}#member`,
      ...(memberHost && { memberHost }),
    });
  }

  async function changedPins(
    group: Account,
    type: 'Add' | 'Remove',
    iri: string,
  ): Promise<Outcome> {
    const post = await apis.posts.byIri(iri);
    if (post?.group !== group._id) return ignored('no post of this group');
    const row =
      type === 'Add'
        ? await groups.pin(group._id, post._id, [])
        : await groups.unpin(group._id, post._id, []);
    return row ? applied() : ignored('nothing to change');
  }

  return { ours, accepted, refused, invited, uninvited, changed };
}

function isInlineFollow(object: unknown): JsonObject | null {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return null;
  const follow = object as JsonObject;
  return follow.type === 'Follow' || follow.type === 'Join' ? follow : null;
}
