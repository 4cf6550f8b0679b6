/** Inbound verbs about groups: to groups that live here, and from groups that live elsewhere. */
import { type JsonObject, objectId } from '@mitoyen/federation';
import { parseIri, sameIri, withoutFragment } from '@mitoyen/protocol';
import { type Inbound, type InboundHandler, type Outcome, rejected } from '../../inbox/inbound.ts';
import { type Account, isLocal } from '../accounts/account.ts';
import type { Group } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import type { ReceiveAnswer } from './receive-answer.ts';
import type { ReceiveAsk } from './receive-ask.ts';

export function createGroupInbox(
  deps: GroupDeps & { asks: ReceiveAsk; answers: ReceiveAnswer },
): InboundHandler[] {
  const { apis, groups, memberships, asks, answers } = deps;

  async function localGroup(value: unknown): Promise<Group | null> {
    const iri = parseIri(objectId(value));
    const account = iri ? await apis.accounts.byIri(withoutFragment(iri)) : null;
    if (account?.kind !== 'group' || !isLocal(account)) return null;
    return groups.get(account._id);
  }

  async function ask({ activity, actor, id }: Inbound): Promise<Outcome | null> {
    const group = await localGroup(activity.object);
    if (!group) return null;
    if (actor.kind === 'group' || actor.kind === 'application') {
      return rejected('neither groups nor servers join groups');
    }
    return asks.ask(group, actor, id);
  }

  async function leave({ activity, actor }: Inbound): Promise<Outcome | null> {
    const group = await localGroup(activity.object);
    return group ? asks.leave(group, actor, null) : null;
  }

  async function undo({ activity, actor }: Inbound): Promise<Outcome | null> {
    const iri = parseIri(objectId(activity.object));
    const inline = inlineObject(activity.object);
    if (inline && inline.type !== 'Follow' && inline.type !== 'Join' && inline.type !== 'Invite') {
      return null;
    }
    if (actor.kind === 'group') return iri ? answers.uninvited(actor, iri, inline) : null;
    if (inline && sameActor(inline.actor, actor)) {
      const group = await localGroup(inline.object);
      if (group) return asks.leave(group, actor, iri);
    }
    const row = iri ? await memberships.byIri(iri) : null;
    if (!row || row.account !== actor._id) return null;
    const group = await groups.get(row.group);
    return group?.local ? asks.leave(group, actor, iri) : null;
  }

  async function answer({ type, activity, actor }: Inbound): Promise<Outcome | null> {
    const verb = type === 'Accept' ? 'Accept' : 'Reject';
    const iri = parseIri(objectId(activity.object));
    const invitation = iri ? await memberships.byInviteIri(iri) : null;
    if (invitation && invitation.account === actor._id) {
      const group = await groups.get(invitation.group);
      if (group?.local) return asks.answerInvitation(verb, group, actor, invitation);
    }
    if (actor.kind !== 'group') return null;
    const membership = await answers.ours(actor, activity.object);
    if (!membership) return null;
    return verb === 'Accept'
      ? answers.accepted(actor, membership)
      : answers.refused(actor, membership);
  }

  async function invite({ activity, actor, id }: Inbound): Promise<Outcome | null> {
    if (actor.kind !== 'group' || !sameActor(activity.object, actor)) return null;
    const target = parseIri(objectId(activity.target));
    const person = target ? await apis.accounts.byIri(target) : null;
    if (person?.kind !== 'person' || !isLocal(person) || person.state !== 'active') {
      return rejected('invites nobody here');
    }
    return answers.invited(actor, person, id);
  }

  async function change({ type, activity, actor, via }: Inbound): Promise<Outcome | null> {
    const group = via ?? actor;
    const object = parseIri(objectId(activity.object));
    const target = parseIri(objectId(activity.target));
    if (group.kind !== 'group' || !object || !target) return null;
    return answers.changed(group, type === 'Add' ? 'Add' : 'Remove', { object, target });
  }

  const VERBS: Record<string, (inbound: Inbound) => Promise<Outcome | null>> = {
    Follow: ask,
    Join: ask,
    Leave: leave,
    Undo: undo,
    Accept: answer,
    Reject: answer,
    Invite: invite,
    Add: change,
    Remove: change,
  };
  const RELAYED = new Set(['Add', 'Remove']);

  return [
    {
      verbs: Object.keys(VERBS),
      handle: async (inbound) => {
        // Joining, answering and leaving is between a person and a group: nobody carries it.
        if (inbound.via && !RELAYED.has(inbound.type)) return null;
        return (await VERBS[inbound.type]?.(inbound)) ?? null;
      },
    },
  ];
}

function inlineObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : null;
}

function sameActor(value: unknown, actor: Account): boolean {
  const iri = parseIri(objectId(value));
  return iri !== null && sameIri(iri, actor.iri);
}
