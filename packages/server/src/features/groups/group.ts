/** Groups: types and pure rules. A group is an account of kind `group` plus this. */
import type { WithPending } from '../../platform/pending.ts';

export type GroupAccess = 'open' | 'closed' | 'secret';
export type GroupRole = 'admin' | 'moderator' | 'member';

export type Group = WithPending & {
  /** The group's account id. */
  _id: string;
  access: GroupAccess;
  local: boolean;
  /** Of remote groups: the home instance. */
  host?: string;
  postingRestricted: boolean;
  /**
   * Partner hosts whose people may be members; `all`: every active partner; empty: this company only.
   * Of remote groups: `all`, or empty where it is for some companies, which its home alone knows.
   */
  partners: 'all' | string[];
  /** In the list of groups to discover: neither secret nor deleted. */
  listed: boolean;
  /** Posts that moderators pinned, newest pin first. */
  pinned: string[];
  createdBy?: string;
  createdAt: number;
  deletedAt?: number;
  /** Its posts are no longer for more people than its companies have. */
  narrowed?: true;
  /** Kept to be read: nobody posts in it any more. */
  archivedAt?: number;
  /** Of remote groups: the collection of its moderators. */
  moderatorsIri?: string;
  /** Of remote groups: when its settings, and its members, were last fetched. */
  learnedAt?: number;
  membersAt?: number;
};

export type MembershipState = 'invited' | 'requested' | 'member' | 'rejected' | 'ended';

export type Membership = WithPending & {
  _id: string;
  group: string;
  account: string;
  /** `rejected`: refused or removed by a moderator; such a person must ask, even in an open group. */
  state: MembershipState;
  role: GroupRole;
  /** Id of the Follow/Join activity that asked, ours or theirs. */
  iri: string;
  /** The ids that were replaced by it: an Undo of one of these comes late. */
  formerIris?: string[];
  invitedBy?: string;
  /** Id of the Invite activity, ours or theirs. */
  inviteIri?: string;
  /** Of remote members of a local group: where to deliver. */
  memberInbox?: string;
  /** Of remote people, members of a group here or there. */
  memberHost?: string;
  /** When the membership began. */
  since?: number;
  /** A member here who hears of every post. */
  notify?: boolean;
  createdAt: number;
  purge?: boolean;
};

/** Most posts that a group has pinned at once. */
export const MOST_PINNED = 10;

/**
 * How somebody stands to a group. `insider`: a colleague here, or a person of a company
 * that the group admits.
 */
export type Standing = {
  insider: boolean;
  membership: Pick<Membership, 'state' | 'role' | 'invitedBy'> | null;
};

/** Whether people of this company may be members at all. */
export function admitsHost(group: Pick<Group, 'partners'>, host: string): boolean {
  return group.partners === 'all' || group.partners.includes(host);
}

export function isMemberOf({ membership }: Pick<Standing, 'membership'>): boolean {
  return membership?.state === 'member';
}

/** Whether somebody may learn that the group exists: its name, picture and description. */
export function mayKnow(
  group: Pick<Group, 'access' | 'partners' | 'deletedAt'>,
  who: Standing,
): boolean {
  if (group.deletedAt !== undefined) return false;
  if (isMemberOf(who) || who.membership?.state === 'invited') return true;
  switch (group.access) {
    case 'open':
      if (admitsAnybody(group)) return true;
      return who.insider || who.membership?.state === 'requested';
    case 'closed':
      return who.insider || who.membership?.state === 'requested';
    case 'secret':
      // Invited, has said yes, and waits for the answer of the group's home.
      return who.membership?.state === 'requested' && who.membership.invitedBy !== undefined;
  }
}

/** Whether somebody may see the members, their number and the posts. */
export function mayLookInside(
  group: Pick<Group, 'access' | 'partners' | 'deletedAt'>,
  who: Standing,
): boolean {
  if (!mayKnow(group, who)) return false;
  return isMemberOf(who) || (group.access === 'open' && who.insider);
}

/** `unknown` must look the same as a group that does not exist. */
export type JoinDecision = 'member' | 'requested' | 'unknown';

/** What asking to join leads to. */
export function decideJoin(
  group: Pick<Group, 'access' | 'partners' | 'deletedAt'>,
  who: Standing,
): JoinDecision {
  if (!mayKnow(group, who)) return 'unknown';
  const state = who.membership?.state;
  if (state === 'member' || state === 'invited') return 'member';
  if (!who.insider || group.access === 'secret') return 'unknown';
  return group.access === 'open' && state !== 'rejected' ? 'member' : 'requested';
}

/** Comments are for every member; top-level posts may be restricted to moderators. */
export function mayPost(
  group: Pick<Group, 'postingRestricted' | 'access' | 'deletedAt'>,
  who: Standing,
  options: { comment: boolean },
): boolean {
  if (!isMemberOf(who) || group.deletedAt !== undefined) return false;
  return !group.postingRestricted || options.comment || mayModerate(who);
}

/** Approve, refuse, remove members, pin posts, remove posts. */
export function mayModerate(who: Pick<Standing, 'membership'>): boolean {
  return isMemberOf(who) && who.membership?.role !== 'member';
}

/** Settings, roles, deletion. */
export function mayAdminister(who: Pick<Standing, 'membership'>): boolean {
  return isMemberOf(who) && who.membership?.role === 'admin';
}

/** Every member of an open group may bring others; elsewhere it is for those who also approve. */
export function mayInvite(
  group: Pick<Group, 'access'>,
  who: Pick<Standing, 'membership'>,
): boolean {
  return group.access === 'open' ? isMemberOf(who) : mayModerate(who);
}

/** A moderator removes members; only an admin removes those who run the group. */
export function mayRemove(
  by: Pick<Standing, 'membership'>,
  target: Pick<Membership, 'role'>,
): boolean {
  return target.role === 'member' ? mayModerate(by) : mayAdminister(by);
}

/**
 * Whether a server may learn that the group exists. `admitted`: its people may be members, by the
 * group's settings and the agreement; `involved`: some are members or invited.
 */
export function isKnownAt(
  group: Pick<Group, 'access'>,
  at: { admitted: boolean; involved: boolean },
): boolean {
  return at.admitted && (at.involved || group.access !== 'secret');
}

/**
 * Whether a group is there for whoever asks without a name: `open` is who gets in of those who
 * are admitted, so such a group is the world's only where every company is.
 */
export function admitsAnybody(group: Pick<Group, 'partners'>): boolean {
  return group.partners === 'all';
}

/** For whom its posts are: everybody; the people of its companies; the members. */
export type GroupReach = 'everybody' | 'companies' | 'members';

export function reachOf(group: Pick<Group, 'access' | 'partners'>): GroupReach {
  if (group.access !== 'open') return 'members';
  return admitsAnybody(group) ? 'everybody' : 'companies';
}

/** How the people of its companies are addressed, who are more than the members and not everybody. */
export function companiesIri(groupIri: string): string {
  return `${groupIri}/companies`;
}

/** Whether its address is found by those who cannot say who they are: where some partner may come in. */
export function isFindable(group: Pick<Group, 'access' | 'partners'>): boolean {
  return group.access !== 'secret' && group.partners.length > 0;
}
