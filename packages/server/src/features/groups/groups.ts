/** What other features may ask of the groups feature. */
import type { JsonObject } from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';
import type { Group } from './group.ts';

export type Groups = {
  get: (id: string) => Promise<Group | null>;
  getMany: (ids: string[]) => Promise<Group[]>;
  /** Groups whose posts come into this person's home feed. */
  groupsOf: (account: string) => Promise<string[]>;
  /** Of these groups, the ones that the account is a member of. */
  memberAmong: (account: string, groups: string[]) => Promise<Set<string>>;
  isMember: (account: string, group: string) => Promise<boolean>;
  /** Throws AppError (not_found for what the author may not see) unless this account may post here. */
  authorizePost: (author: Account, group: string) => Promise<Group>;
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
  /**
   * Ends every membership of people at a host in groups here, and of people here in groups
   * there, without telling it (agreement ended); returns how many. Idempotent.
   */
  endHost: (host: string) => Promise<number>;
};
