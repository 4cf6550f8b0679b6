/** An account: a person, group, service or organization, here or at a partner. */
import type { WithPending } from '../../platform/pending.ts';

export type AccountKind = 'person' | 'group' | 'service' | 'organization' | 'application';
export type Role = 'admin' | 'moderator' | 'member' | 'guest';
export type AccountState = 'active' | 'awaiting_approval' | 'suspended' | 'gone';

/** Silenced: heard by followers alone. Suspended: not at all. */
export type AccountRestriction = 'silenced' | 'suspended';

/** Of what people say of themselves, in characters; apps are told. */
export const PROFILE_LIMITS = { name: 60, bio: 1000, fields: 8, field: 255, description: 1500 };

export type AccountField = { name: string; value: string; verifiedAt?: number };

export type Account = WithPending & {
  _id: string;
  kind: AccountKind;
  username: string;
  /** `null` for local accounts; else the host after the @, normalised. */
  domain: string | null;
  /** Lower-case `name` or `name@domain`: unique. */
  handle: string;
  /** The ActivityPub id: unique. */
  iri: string;
  url: string;
  inbox: string;
  sharedInbox?: string;
  outbox?: string;
  followersIri?: string;
  followingIri?: string;
  featuredIri?: string;
  displayName: string;
  /** Sanitized HTML. */
  bio: string;
  /** Markdown, of local accounts. */
  bioSource?: string;
  fields: AccountField[];
  /** Media ids (local uploads and cached remote pictures alike). */
  avatar?: string;
  header?: string;
  /** Of remote accounts: where the pictures came from. */
  avatarUrl?: string;
  /** Emojis of its server, without their colons. */
  emojis?: { shortcode: string; media: string }[];
  headerUrl?: string;
  /** Of local people. */
  role?: Role;
  /** Follow requests wait for approval. */
  locked: boolean;
  discoverable: boolean;
  /** Of local people: whom they follow, and who follows them, is for themselves. */
  hideCollections?: boolean;
  /** Other servers may find their open posts by a search. */
  indexable?: boolean;
  /** What the pictures show, for those who cannot see them. */
  avatarText?: string;
  headerText?: string;
  bot: boolean;
  language?: string;
  state: AccountState;
  /** What moderators decided; of remote accounts it outlasts their server's word on them. */
  restricted?: AccountRestriction;
  publicKeys: { id: string; pem: string }[];
  /** `until`: of local accounts, the end of a retired key's grace. */
  assertionKeys: { id: string; multibase: string; until?: number }[];
  alsoKnownAs: string[];
  /** Of remote accounts: what their server says that it can do (FEP-844e), as IRIs. */
  capabilities?: string[];
  /** As its own document says. */
  movedTo?: string;
  /** The account it moved to, once both sides said so, and when. */
  movedToAccount?: string;
  movedAt?: number;
  counts: { posts: number; followers: number; following: number };
  lastPostAt?: number;
  createdAt: number;
  updatedAt: number;
  /** Of remote accounts: when the profile was last fetched. */
  fetchedAt?: number;
};

export function isLocal(account: Pick<Account, 'domain'>): boolean {
  return account.domain === null;
}

/** Local people of the organization proper; guests see only what they are invited to. */
export function isColleague(account: Pick<Account, 'domain' | 'role' | 'kind' | 'state'>): boolean {
  return (
    account.domain === null &&
    account.kind === 'person' &&
    account.state === 'active' &&
    account.role !== 'guest'
  );
}

/** Who decides about others: admins and moderators. */
export function isStaff(account: Pick<Account, 'role'> | null | undefined): boolean {
  return account?.role === 'admin' || account?.role === 'moderator';
}

/** `name@domain`, with our own domain for local accounts. */
export function fullHandle(
  account: Pick<Account, 'username' | 'domain'>,
  ownDomain: string,
): string {
  return `${account.username}@${account.domain ?? ownDomain}`;
}
