/**
 * Domain events: how features hear of each other's changes. An event names one document;
 * a subscriber reads what it needs. Delivery is at least once, so subscribers are idempotent.
 *
 * A local change writes its events into the changed document (`pending`), and the outbox
 * worker emits them. A remote change is emitted by the inbox job that applied it, whose
 * receipt stays open until every subscriber is done.
 */
export const EVENT_NAMES = [
  'account.created', // id: account
  'account.updated',
  'account.moved', // to its `movedToAccount`
  'account.suspended',
  'account.restored', // no longer suspended
  'account.deleted',
  'follow.requested', // id: follow
  'follow.accepted',
  'follow.rejected',
  'follow.ended',
  'block.added', // id: block
  'block.removed',
  'post.published', // id: post
  'post.edited',
  'post.deleted',
  'post.shared', // id: the share (a post of kind "share")
  'post.unshared',
  'post.pinned', // id: post
  'post.unpinned',
  'poll.voted', // id: vote
  'poll.changed', // id: post
  'poll.closed', // id: post
  'quote.changed', // id: the quoting post (or one whose policy changed)
  'attendance.answered', // id: attendance
  'attendance.changed', // id: post: how many take part in its event
  'reaction.added', // id: reaction
  'reaction.removed',
  'group.created', // id: group (its account)
  'group.updated',
  'group.deleted',
  'membership.requested', // id: membership
  'membership.invited',
  'membership.accepted',
  'membership.rejected',
  'membership.ended',
  'membership.role_changed',
  'filters.changed', // id: account; a hint for open apps
  'announcement.changed', // id: announcement
  'announcement.removed',
  'announcement.reacted', // a hint for open apps
  'post.acknowledged', // id: acknowledgement
  'conversation.read', // id: conversation; data: account, upTo (message)
  'report.filed', // id: report
  'agreement.changed', // id: agreement
  'agreement.ended',
] as const;

export type EventName = (typeof EVENT_NAMES)[number];

/** `local`: the change was made here, and its outbound activities are ours to send. */
export type DomainEvent = {
  name: EventName;
  id: string;
  local: boolean;
  /** Small facts that the document no longer holds (ids only, never content). */
  data: Record<string, string>;
};

export type EventHandler = (event: DomainEvent) => Promise<void>;

export type Events = {
  on: (name: EventName, handler: EventHandler) => void;
  /** Runs every subscriber, one after the other; throws if one did. */
  emit: (event: DomainEvent) => Promise<void>;
};

export function createEvents(): Events {
  const handlers = new Map<EventName, EventHandler[]>();
  return {
    on: (name, handler) => {
      handlers.set(name, [...(handlers.get(name) ?? []), handler]);
    },
    emit: async (event) => {
      for (const handler of handlers.get(event.name) ?? []) await handler(event);
    },
  };
}
