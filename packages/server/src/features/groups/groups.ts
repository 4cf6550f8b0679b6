/** What other features may ask of the groups feature. */
import type { JsonObject } from '@mitoyen/federation';
import type { Peer } from '../../platform/http/endpoints.ts';
import type { IdPage } from '../../platform/id-page.ts';
import type { Account } from '../accounts/account.ts';
import type { Group, Membership } from './group.ts';
import type { GroupCounts } from './group-as-account.ts';
import type { GroupView } from './group-view.ts';
import type { NewGroup } from './manage-group.ts';

export type Groups = {
  get: (id: string) => Promise<Group | null>;
  getMany: (ids: string[]) => Promise<Group[]>;
  /** Groups whose posts come into this person's home feed. A group is a reader of its own posts. */
  groupsOf: (account: string) => Promise<string[]>;
  /** Of these groups, the ones that the account is a member of. */
  memberAmong: (account: string, groups: string[]) => Promise<Set<string>>;
  isMember: (account: string, group: string) => Promise<boolean>;
  /**
   * Throws AppError (not_found for what the author may not see) unless this account may post here.
   * Comments are for every member, also where top-level posts are restricted to moderators.
   */
  authorizePost: (
    author: Account,
    group: string,
    options?: { comment?: boolean },
  ) => Promise<Group>;
  /** Moderators may remove others' posts and pin. */
  mayModerate: (account: string, group: string) => Promise<boolean>;
  /** Distinct inboxes of remote members. */
  memberInboxes: (group: string) => Promise<string[]>;
  /** Whether somebody at this host is a member (authorized fetch of what the group holds). */
  hasMembersAt: (group: string, host: string) => Promise<boolean>;
  /**
   * Relays an accepted activity about a post of a local group to its members elsewhere, embedded
   * unchanged in an Announce (FEP-1b12); also a plain Announce for a new top-level post of an open
   * group. Does nothing for remote groups. Idempotent by the activity's id.
   */
  announce: (
    group: string,
    activity: JsonObject,
    post: { iri: string; topLevel: boolean },
  ) => Promise<void>;
  localMembers: (group: string) => Promise<string[]>;
  /** Of these accounts, the members: what a post costs must not grow with its group. */
  membersAmong: (group: string, accounts: string[]) => Promise<string[]>;
  hasLocalMembers: (group: string) => Promise<boolean>;
  /** Makes a local group with its first admin. AppError where the name is taken. */
  create: (group: NewGroup) => Promise<Group>;
  /** Groups that this person may know of, newest first; `null`: all, for the command line. */
  list: (viewer: Account | null) => Promise<GroupView[]>;
  /** A local person follows a group account: joins at once, or asks. `notify`: hears of every post. */
  join: (account: Account, group: string, wish?: { notify?: boolean }) => Promise<Membership>;
  /** Members here who want to hear of every post. */
  notifiedMembers: (group: string) => Promise<readonly string[]>;
  leave: (account: Account, group: string) => Promise<void>;
  /** How this person stands to these groups: for Mastodon relationships. */
  membershipsAmong: (account: string, groups: string[]) => Promise<Map<string, Membership>>;
  /** How many members and posts groups have, of those that this person may look inside. */
  counts: (viewer: Account | null, groups: string[]) => Promise<Map<string, GroupCounts>>;
  /** Members, newest first; nobody to who may not look inside. */
  members: (group: string, viewer: Account, page: IdPage) => Promise<Membership[]>;
  /** Of these accounts, the groups that this viewer may not learn of: leave them out everywhere. */
  hiddenFor: (viewer: Account | null, accounts: string[]) => Promise<Set<string>>;
  /** Whether WebFinger, which nobody signs, may tell that the group exists. */
  mayDiscover: (group: string) => Promise<boolean>;
  /**
   * Whether people of this host may be members of a group that lives here; `null`, where nobody
   * says who asks: whether everybody's may. Of groups elsewhere their home decides: true.
   */
  admits: (group: string, host: string | null) => Promise<boolean>;
  /**
   * Whether this server may fetch what was posted in a group for its companies, or its members,
   * asking the group's home where it must.
   */
  mayFetch: (group: string, peer: Peer, readers: 'companies' | 'members') => Promise<boolean>;
  /** A page of groups, by id, whose posts may still be for more people than the group's companies have. */
  wide: (after: string, limit: number) => Promise<Group[]>;
  setNarrowed: (group: string) => Promise<void>;
  /** The word of a group's home that this server has members in it (FEP-db0e), as `Authorization`. */
  tokenFrom: (group: Account) => Promise<string | null>;
  /** The FEP-8fcf header of a local group's members at a host; null where it is no group of ours. */
  synchronization: (group: string, host: string) => Promise<string | null>;
  /** Compares what a remote group says of its members here, and mends what differs. */
  synchronize: (group: Account, header: string) => Promise<void>;
  /**
   * Ends every membership of people at a host in groups here, and of people here in groups
   * there, without telling it (agreement ended); returns how many. Idempotent.
   */
  endHost: (host: string) => Promise<number>;
  /** Hosts that are home of a group known here, and the groups of one. */
  hosts: () => Promise<string[]>;
  atHost: (host: string) => Promise<string[]>;
  /** Groups in which people here and people there are together. */
  countShared: (host: string) => Promise<number>;
  /** How many that would end. */
  countHost: (host: string) => Promise<number>;
};
