/** What groups say on the wire (FEP-1b12). Pure: ids in, JSON out. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '@mitoyen/federation';

const CONTEXT = 'https://www.w3.org/ns/activitystreams';
const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';

type Activity = JsonObject & { id: string };
/** A group as seen from outside: its own ids; `open`: what is said in it is for everybody. */
export type WireGroup = { iri: string; followers: string; open: boolean };

/** The id of what follows from something else: the same cause has the same id, so it is sent once. */
export function derivedId(baseUrl: string, ...cause: string[]): string {
  const hash = createHash('sha256').update(cause.join('\n')).digest('base64url').slice(0, 32);
  return `${baseUrl}/activities/${hash}`;
}

export function followGroup(ask: { id: string; actor: string; group: string }): Activity {
  return {
    '@context': CONTEXT,
    id: ask.id,
    type: 'Follow',
    actor: ask.actor,
    object: ask.group,
    to: [ask.group],
  };
}

/** Undo of our Follow: leaving, or taking back a request. */
export function undoFollow(
  id: string,
  follow: { id: string; actor: string; group: string },
): Activity {
  const { '@context': _, ...object } = followGroup(follow);
  return {
    '@context': CONTEXT,
    id,
    type: 'Undo',
    actor: follow.actor,
    object,
    to: [follow.group],
  };
}

/** The group's answer to a Follow or Join; `Reject` later on means removed. */
export function answerFollow(
  id: string,
  type: 'Accept' | 'Reject',
  follow: { id: string; actor: string; group: string },
): Activity {
  return {
    '@context': CONTEXT,
    id,
    type,
    actor: follow.group,
    object: { id: follow.id, type: 'Follow', actor: follow.actor, object: follow.group },
    to: [follow.actor],
  };
}

export function invite(invitation: { id: string; group: string; person: string }): Activity {
  return {
    '@context': CONTEXT,
    id: invitation.id,
    type: 'Invite',
    actor: invitation.group,
    object: invitation.group,
    target: invitation.person,
    to: [invitation.person],
  };
}

/** The group takes its invitation back. */
export function undoInvite(
  id: string,
  invitation: { id: string; group: string; person: string },
): Activity {
  const { '@context': _, ...object } = invite(invitation);
  return {
    '@context': CONTEXT,
    id,
    type: 'Undo',
    actor: invitation.group,
    object,
    to: [invitation.person],
  };
}

/** The invited person says no. */
export function rejectInvite(
  id: string,
  invitation: { id: string; group: string; person: string },
): Activity {
  return {
    '@context': CONTEXT,
    id,
    type: 'Reject',
    actor: invitation.person,
    object: invitation.id,
    to: [invitation.group],
  };
}

/** Somebody enters or leaves the moderators, a post enters or leaves the pinned ones. */
export function changeCollection(change: {
  id: string;
  type: 'Add' | 'Remove';
  group: WireGroup;
  object: string;
  target: string;
}): Activity {
  return {
    '@context': CONTEXT,
    id: change.id,
    type: change.type,
    actor: change.group.iri,
    object: change.object,
    target: change.target,
    ...membersOnly(change.group),
  };
}

/** Relays an activity to the members, embedded as it came, with its own proof. */
export function announceActivity(id: string, group: WireGroup, activity: JsonObject): Activity {
  return {
    '@context': CONTEXT,
    id,
    type: 'Announce',
    actor: group.iri,
    object: activity,
    ...toMembers(group),
  };
}

/** For servers that know groups only as accounts that share (Mastodon). */
export function announcePost(id: string, group: WireGroup, post: string): Activity {
  return {
    '@context': CONTEXT,
    id,
    type: 'Announce',
    actor: group.iri,
    object: post,
    ...toMembers(group),
  };
}

export function undoAnnounce(
  id: string,
  group: WireGroup,
  announce: { id: string; post: string },
): Activity {
  const { '@context': _, ...object } = announcePost(announce.id, group, announce.post);
  return {
    '@context': CONTEXT,
    id,
    type: 'Undo',
    actor: group.iri,
    object,
    ...toMembers(group),
  };
}

export function updateGroup(id: string, group: WireGroup, actor: JsonObject): Activity {
  const { '@context': context, ...object } = actor;
  return {
    '@context': context ?? CONTEXT,
    id,
    type: 'Update',
    actor: group.iri,
    object,
    ...toMembers(group),
  } as Activity;
}

export function deleteGroup(id: string, group: WireGroup): Activity {
  return {
    '@context': CONTEXT,
    id,
    type: 'Delete',
    actor: group.iri,
    object: group.iri,
    ...toMembers(group),
  };
}

type Addressed = { to: string[]; cc: string[] };

/** Lemmy takes no Announce without a `cc`, be it empty. */
function toMembers(group: WireGroup): Addressed {
  return { to: group.open ? [group.followers, PUBLIC] : [group.followers], cc: [] };
}

function membersOnly(group: WireGroup): Addressed {
  return { to: [group.followers], cc: [] };
}
