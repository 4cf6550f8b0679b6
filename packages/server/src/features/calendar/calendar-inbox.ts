/** Answers to our invitations from elsewhere, and what organizers elsewhere say to ours. */
import { objectId } from '@mitoyen/federation';
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import {
  applied,
  type Inbound,
  type InboundHandler,
  ignored,
  type Outcome,
  rejected,
} from '../../inbox/inbound.ts';
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';
import { hasEvent, type WithEvent } from '../posts/event.ts';
import { scopeOf } from '../posts/post.ts';
import type { AnswerInvitation } from './answer-invitation.ts';
import { readAnswer, replyActivity } from './attendance-activity.ts';
import type { AttendanceStore } from './attendance-store.ts';

export function createCalendarInbox(deps: {
  kit: Kit;
  apis: Apis;
  store: AttendanceStore;
  invitations: AnswerInvitation;
}): InboundHandler {
  const { kit, apis, store, invitations } = deps;

  async function eventOf(iri: string | null): Promise<WithEvent | null> {
    const post = iri ? await apis.posts.byIri(iri) : null;
    return hasEvent(post) ? post : null;
  }

  /** Join, Leave, Accept, TentativeAccept or Reject of the event itself. */
  async function answer(post: WithEvent, inbound: Inbound): Promise<Outcome> {
    const { actor, id: iri, type } = inbound;
    const said = readAnswer(type);
    if (!post.local) return ignored('an event of somebody else');
    if (actor.kind === 'group' || actor.kind === 'application' || !said)
      return rejected('only people come to events');
    const result = await invitations.receive(post, actor, { answer: said, iri });
    if (type === 'Join' && result.kind !== 'known') {
      await reply(result.kind === 'answered' ? 'Accept' : 'Reject', post, inbound);
    }
    if (result.kind === 'refused') return ignored(result.reason);
    if (result.kind === 'known') return ignored('known');
    await kit.events.emit({
      name: 'attendance.answered',
      id: (await store.of(post._id, actor._id))?._id ?? '',
      local: false,
      data: {},
    });
    return applied(said);
  }

  async function reply(
    type: 'Accept' | 'Reject',
    post: WithEvent,
    { actor, id: iri }: Inbound,
  ): Promise<void> {
    // Who may not know of the event is told nothing.
    const [seen] = await apis.posts.visibleMany([post._id], actor, { hideMuted: false });
    const organizer = seen && (await apis.accounts.get(post.author));
    if (!organizer) return;
    await kit.outbox.send({
      actor: organizer._id,
      activity: replyActivity(type, { iri, post, by: actor, organizer }),
      recipients: { accounts: [actor._id] },
      scope: scopeOf(post),
      group: post.group,
      proof: false,
    });
  }

  /** What the organizer says to a Join of ours. */
  async function answered({ type, actor, activity }: Inbound): Promise<Outcome | null> {
    const row = await store.byIri(objectId(activity.object) ?? '');
    if (!row?.local) return null;
    const post = await apis.posts.get(row.post);
    if (!post || post.local || !(await organizes(actor, post.author)))
      return rejected('not the organizer');
    const state = type === 'Accept' ? 'accepted' : 'rejected';
    const changed = await store.setState(row._id, row.iri, state);
    if (!changed) return ignored('nothing new');
    // Whoever has it open sees it.
    await kit.events.emit({ name: 'attendance.changed', id: post._id, local: false, data: {} });
    return applied(state);
  }

  /** Its author; of an event that a group has made, whoever its server lets speak for it. */
  async function organizes(actor: Account, author: string): Promise<boolean> {
    if (actor._id === author) return true;
    const organizer = await apis.accounts.get(author);
    return organizer?.kind === 'group' && iriHost(organizer.iri) === iriHost(actor.iri);
  }

  async function undo(inbound: Inbound): Promise<Outcome | null> {
    const { activity, actor } = inbound;
    const row = await store.byIri(objectId(activity.object) ?? '');
    if (!row) return null;
    if (row.local || row.account !== actor._id) return rejected('not its own answer');
    const post = await apis.posts.get(row.post);
    return hasEvent(post) ? answer(post, { ...inbound, type: 'Leave' }) : ignored('no such event');
  }

  return {
    verbs: ['Join', 'Leave', 'Accept', 'TentativeAccept', 'Reject', 'Undo'],
    handle: async (inbound) => {
      // Between a person and the organizer: nobody carries it.
      if (inbound.via) return null;
      if (inbound.type === 'Undo') return undo(inbound);
      const post = await eventOf(objectId(inbound.activity.object));
      if (post) return answer(post, inbound);
      if (inbound.type === 'TentativeAccept') return ignored('no such event here');
      return inbound.type === 'Accept' || inbound.type === 'Reject' ? answered(inbound) : null;
    },
  };
}
