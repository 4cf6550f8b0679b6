/** Hub: people elsewhere join, leave, or answer an invitation of a group that lives here. */

import { iriHost } from '@mitoyen/protocol';
import type { DomainEvent } from '../../events.ts';
import { applied, ignored, type Outcome, rejected } from '../../inbox/inbound.ts';
import type { Account } from '../accounts/account.ts';
import type { FindGroup } from './find-group.ts';
import { decideJoin, type Group, type Membership, type MembershipState } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import { remoteParts } from './invite-people.ts';
import type { KeepsClosed } from './keeps-closed.ts';
import type { SendGroupActivity } from './send-group-activity.ts';

/** Replaced requests of one person that are remembered. */
const MOST_FORMER = 10;

export type ReceiveAsk = ReturnType<typeof createReceiveAsk>;

export function createReceiveAsk(
  deps: GroupDeps & { finder: FindGroup; keeps: KeepsClosed; send: SendGroupActivity },
) {
  const { kit, apis, memberships, finder, keeps, send } = deps;

  function tell(name: DomainEvent['name'], row: Membership, more: Record<string, string> = {}) {
    const data = { group: row.group, account: row.account, ...more };
    return kit.events.emit({ name, id: row._id, local: false, data });
  }

  /** Follow or Join. Safe to run twice: the answer has the same id. */
  async function ask(group: Group, person: Account, iri: string): Promise<Outcome> {
    const who = await finder.standing(group, person);
    const current = who.membership;
    if (current?.iri === iri && (current.state === 'ended' || current.state === 'rejected')) {
      return ignored('it was undone or refused already');
    }
    const blocked = await apis.relations.blockedEither(group._id, person._id);
    const admitted = finder.admits(group, iriHost(person.iri));
    const decision = blocked || !admitted ? 'unknown' : decideJoin(group, who);
    if (decision === 'unknown') return refuse(group, person, { iri, asked: current !== null });
    // Who waits for approval may wait: the moderator is told why, if it comes to nothing.
    const entersNow = decision === 'member' && current?.state !== 'member';
    if (entersNow && (await keeps.mayHold(group.access, person)) !== 'yes')
      return refuse(group, person, { iri, asked: true });
    return decision === 'member'
      ? enter(group, person, iri, current)
      : request(group, person, iri, current);
  }

  /** Who may not know of the group is not even told no, unless it was theirs to know before. */
  async function refuse(
    group: Group,
    person: Account,
    { iri, asked }: { iri: string; asked: boolean },
  ): Promise<Outcome> {
    const known = await finder.isKnownTo(group, iriHost(person.iri));
    if (known || (asked && group.access !== 'secret'))
      await send.answer('Reject', group._id, person._id, iri);
    return rejected('may not join the group');
  }

  async function enter(
    group: Group,
    person: Account,
    iri: string,
    current: Membership | null,
  ): Promise<Outcome> {
    const pair = { group: group._id, account: person._id };
    const from: MembershipState[] = current ? [current.state] : [];
    const isNew = current?.state !== 'member';
    const row = isNew
      ? await memberships.enter(pair, from, {
          state: 'member',
          role: 'member',
          iri,
          ...former(current, iri),
          ...remoteParts(person),
        })
      : await memberships.move(pair, ['member'], {
          iri,
          ...former(current, iri),
          ...remoteParts(person),
        });
    if (!row) throw new Error('the membership changed meanwhile');
    await send.answer('Accept', group._id, person._id, iri);
    await tell('membership.accepted', row);
    return applied();
  }

  async function request(
    group: Group,
    person: Account,
    iri: string,
    current: Membership | null,
  ): Promise<Outcome> {
    const pair = { group: group._id, account: person._id };
    const row = await memberships.enter(pair, current ? [current.state] : [], {
      state: 'requested',
      iri,
      ...former(current, iri),
      ...remoteParts(person),
    });
    if (!row) throw new Error('the membership changed meanwhile');
    await tell('membership.requested', row);
    return applied('waits for approval');
  }

  /** Undo{Follow} or Leave. `iri`: the Follow that is undone, where it is named. */
  async function leave(group: Group, person: Account, iri: string | null): Promise<Outcome> {
    const pair = { group: group._id, account: person._id };
    const current = await memberships.find(pair);
    if (!current) {
      // It overtook its Follow, which must not let the person in when it arrives.
      if (iri) await memberships.enter(pair, [], { state: 'ended', iri, ...remoteParts(person) });
      return ignored('no member');
    }
    if (iri !== null && current.state === 'ended') {
      await memberships.move(pair, ['ended'], { iri });
      return applied('has left already');
    }
    // Some make a new id for the Follow that they undo (Lemmy); only an id that we knew is old.
    if (iri !== null && current.formerIris?.includes(iri)) {
      return ignored('an older request, replaced by another');
    }
    return end(current);
  }

  async function end(current: Membership): Promise<Outcome> {
    const pair = { group: current.group, account: current.account };
    const row = await memberships.move(pair, ['invited', 'requested', 'member'], {
      state: 'ended',
      role: 'member',
    });
    if (row) await tell('membership.ended', row, { by: 'self', was: current.state });
    return applied('has left');
  }

  /** Accept or Reject of our invitation, by the person whom we invited. */
  async function answerInvitation(
    type: 'Accept' | 'Reject',
    group: Group,
    person: Account,
    invitation: Membership,
  ): Promise<Outcome> {
    if (type === 'Reject') {
      return invitation.state === 'invited' ? end(invitation) : ignored('no open invitation');
    }
    if (invitation.state === 'member') return applied('is a member already');
    if (invitation.state !== 'invited') return ignored('no open invitation');
    return ask(group, person, invitation.inviteIri ?? invitation.iri);
  }

  return { ask, leave, answerInvitation };
}

function former(current: Membership | null, iri: string): Pick<Membership, 'formerIris'> {
  if (!current || current.iri === iri) return {};
  return { formerIris: [...(current.formerIris ?? []), current.iri].slice(-MOST_FORMER) };
}
