/** What other features may ask of the accounts feature. */
import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '@mitoyen/federation';
import type { Account, AccountKind, AccountRestriction, Role } from './account.ts';
import type { ProfileChange } from './edit-profile.ts';
import type { RotatedKeys } from './rotate-keys.ts';

export type SigningKeys = {
  rsa: { id: string; key: KeyObject };
  ed25519: { id: string; key: KeyObject };
};

export type NewLocalActor = {
  kind: Exclude<AccountKind, 'person'>;
  username: string;
  displayName: string;
  bioSource?: string;
  locked: boolean;
};

export type Accounts = {
  get: (id: string) => Promise<Account | null>;
  /** In the order asked for; what is not there is left out. */
  getMany: (ids: string[]) => Promise<Account[]>;
  /** By ActivityPub id, only from the database. */
  byIri: (iri: string) => Promise<Account | null>;
  /** By `name` (local) or `name@domain`, only from the database. */
  byHandle: (handle: string) => Promise<Account | null>;
  /** Nobody was found under this id a moment ago because its server had trouble. */
  mayComeBack: (iri: string) => boolean;
  /**
   * Fetches and stores a remote account where policy allows; refreshes a stale one. What gave no
   * account a moment ago is looked for again only where a person of ours `asked`.
   */
  resolveIri: (
    iri: string,
    options?: { refresh?: boolean; asked?: boolean },
  ) => Promise<Account | null>;
  /** The same by WebFinger. */
  resolveHandle: (handle: string) => Promise<Account | null>;
  /** Makes a local actor with its keys, in one name space with people. AppError where the name is taken. */
  createLocalActor: (actor: NewLocalActor) => Promise<Account>;
  updateLocalActor: (
    id: string,
    change: {
      displayName?: string;
      bioSource?: string;
      avatar?: string;
      header?: string;
      locked?: boolean;
    },
  ) => Promise<Account>;
  /** Changes a profile; AppError `invalid` with every problem at once. */
  editProfile: (id: string, change: ProfileChange) => Promise<Account>;
  /** Makes a local person (without a way to sign in: that is the auth feature's). */
  createPerson: (person: {
    username: string;
    displayName: string;
    role: Role;
    state: Account['state'];
  }) => Promise<Account>;
  /** Suspends, restores or approves; `account.suspended` tells the others. */
  setState: (id: string, state: Account['state'], event?: 'account.suspended') => Promise<Account>;
  /** Silences or suspends, here or elsewhere; null lifts it. The others hear of a (lifted) suspension. */
  restrict: (id: string, to: AccountRestriction | null) => Promise<Account>;
  restricted: (page: { maxId?: string; limit: number }) => Promise<Account[]>;
  setRole: (id: string, role: Role) => Promise<Account>;
  /** Local people by user name. */
  people: (page: { after?: string; limit: number }) => Promise<Account[]>;
  countPeople: () => Promise<number>;
  /** By name, handle or address, leaving out what the viewer may not know of. */
  search: (
    q: string,
    viewer: Account,
    options: { limit: number; resolve: boolean },
  ) => Promise<Account[]>;
  /** The actor document of a local account, with its context. */
  actorDocument: (account: Account) => Promise<JsonObject>;
  /** The document with a FEP-8b32 proof of this local account, which speaks in it. */
  proveDocument: (id: string, document: JsonObject) => Promise<JsonObject>;
  /** The instance actor (kind `application`), made at first start. */
  instanceActor: () => Promise<Account>;
  /** Private keys of a local account. Never leaves the process. */
  signingKeys: (id: string, options?: { fresh?: boolean }) => Promise<SigningKeys>;
  /** New keys for a local account; the old ones count for the grace (milliseconds, 0: not at all). */
  rotateKeys: (id: string, graceMs: number) => Promise<RotatedKeys>;
  /** Moves a local account's followers to another one that names it as its alias. */
  move: (account: Account, handle: string) => Promise<Account>;
  /** Names another account as this one's alias. */
  addAlias: (account: Account, handle: string) => Promise<Account>;
  /** Fetches the profile of a remote account again; honours what its server says of its end. */
  lookAgain: (id: string) => Promise<void>;
  /**
   * An inbox answered 410: marks those gone whose it was and of whom their server says the same.
   * Resolves to whether nobody is left there.
   */
  buryRecipients: (inbox: string) => Promise<boolean>;
  /**
   * What was cached of profiles at a host is dropped, down to names: with `all`, pictures and what
   * its groups say too (the agreement has ended); else as the directory is not covered. Resolves to
   * how many had more.
   */
  reduceProfiles: (host: string, what: { all: boolean }) => Promise<number>;
  /** Of everybody elsewhere who is known here, each once. */
  domains: () => Promise<string[]>;
  /** Marks a remote account gone (410, or its own Delete). */
  markGone: (id: string) => Promise<void>;
  /** Ids of the active local admins (and moderators, where asked for): whom reports and offers are shown to. */
  staff: (roles: ('admin' | 'moderator')[]) => Promise<string[]>;
  addCounts: (id: string, change: Partial<Account['counts']>, lastPostAt?: number) => Promise<void>;
  /** Mastodon `Account` objects, in the order asked for. */
  present: (ids: string[]) => Promise<Map<string, AccountView>>;
  /** A Mastodon `CredentialAccount`. */
  presentOwn: (account: Account) => Promise<AccountView>;
};

/** A Mastodon `Account` entity; see /api/openapi.json. */
export type AccountView = { id: string; username: string; acct: string; url: string } & Record<
  string,
  unknown
>;
