/** Groups: types and pure rules. A group is an account of kind `group` plus this. */
import type { WithPending } from '../../platform/pending.ts';

export type GroupAccess = 'open' | 'closed' | 'secret';
export type GroupRole = 'admin' | 'moderator' | 'member';

export type Group = WithPending & {
  /** The group's account id. */
  _id: string;
  access: GroupAccess;
  local: boolean;
  postingRestricted: boolean;
  /** Partner hosts whose people may be members; `all`: every active partner; empty: this company only. */
  partners: 'all' | string[];
  createdBy?: string;
  createdAt: number;
  deletedAt?: number;
};

export type Membership = WithPending & {
  _id: string;
  group: string;
  account: string;
  state: 'invited' | 'requested' | 'member' | 'rejected' | 'ended';
  role: GroupRole;
  /** Id of the Follow/Join activity that asked, ours or theirs. */
  iri: string;
  invitedBy?: string;
  /** Of remote members of a local group: where to deliver. */
  memberInbox?: string;
  memberHost?: string;
  createdAt: number;
  purge?: boolean;
};
