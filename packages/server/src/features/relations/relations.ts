/** Follows, blocks and mutes: what other features may ask. */
import type { WithPending } from '../../platform/pending.ts';
import type { Account } from '../accounts/account.ts';

export type Follow = WithPending & {
  _id: string;
  follower: string;
  target: string;
  state: 'requested' | 'accepted' | 'rejected' | 'ended';
  /** The id of the Follow activity, ours or theirs. */
  iri: string;
  showShares: boolean;
  notify: boolean;
  /** Of their posts only those in these languages, and in none that is known; absent: all. */
  languages?: string[];
  /** Of remote followers: where to deliver (the shared inbox where there is one). */
  followerInbox?: string;
  /** The host of whichever of the two is elsewhere. */
  remoteHost?: string;
  createdAt: number;
  purge?: boolean;
};

/** Why somebody does not see an account, in the words of Mastodon's quotes. */
export type HiddenBecause = 'blocked_by' | 'blocked_account' | 'muted_account' | 'blocked_domain';

export type Relations = {
  follow: (id: string) => Promise<Follow | null>;
  /** Accounts whose wall posts come into this person's home feed. */
  followedBy: (follower: string) => Promise<string[]>;
  /** Of these targets, the ones that the follower follows (accepted). */
  followsAmong: (follower: string, targets: string[]) => Promise<Set<string>>;
  /** Of these accounts, those who follow the target, and since when. */
  followersSince: (target: string, among: string[]) => Promise<Map<string, number>>;
  isFollowing: (follower: string, target: string) => Promise<boolean>;
  /** Distinct inboxes of remote followers. */
  followerInboxes: (target: string) => Promise<string[]>;
  hasLocalFollowers: (target: string) => Promise<boolean>;
  /** Whether somebody at this host follows (authorized fetch of what followers may read). */
  hasFollowersAt: (target: string, host: string) => Promise<boolean>;
  /** Follow requests that wait for this person. */
  countRequests: (target: string) => Promise<number>;
  /** Of local followers, those who want to be told of each post. */
  notifiedFollowers: (target: string) => Promise<string[]>;
  /** Of those whom this person follows, the ones whose shares they do not want. */
  followedWithoutShares: (follower: string) => Promise<Set<string>>;
  /** Whom this person follows in some languages only, and which. */
  followedInLanguages: (follower: string) => Promise<Map<string, string[]>>;
  /** Ids of local followers. */
  localFollowers: (target: string) => Promise<string[]>;
  /** Whether either has blocked the other. */
  blockedEither: (a: string, b: string) => Promise<boolean>;
  /** Of these accounts, the ones that this person does not see (blocked either way or muted). */
  hiddenAmong: (viewer: string, accounts: string[]) => Promise<Set<string>>;
  /** Of these accounts, the ones that this person does not see, and why. */
  hiddenBecause: (viewer: string, accounts: string[]) => Promise<Map<string, HiddenBecause>>;
  /** The other way round: of many viewers, the ones who do not see this account. */
  hiddenFrom: (viewers: string[], account: string) => Promise<Set<string>>;
  /** Of these accounts, the ones whose doings this person is not told (a mute may leave that on). */
  silencedAmong: (viewer: string, accounts: string[]) => Promise<Set<string>>;
  /** The FEP-8fcf header of a local person's followers at a host; null where there is none. */
  synchronization: (account: string, host: string) => Promise<string | null>;
  /** Compares what a remote person says of its followers here, and mends what differs. */
  synchronize: (actor: Account, header: string) => Promise<void>;
  /** Ends every follow to and from people at a host, without telling it (agreement ended); returns how many. Idempotent. */
  endHost: (host: string) => Promise<number>;
  /** How many that would end. */
  countHost: (host: string) => Promise<number>;
};
