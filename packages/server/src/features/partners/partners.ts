/** Federation policy and partner agreements: what other features may ask. */
import type { HostFigures } from '../../outbox/outbox.ts';
import type { TrafficFigures } from '../../platform/host-traffic.ts';
import type { WithPending } from '../../platform/pending.ts';
import type { Connection } from './connection.ts';

export const SCOPES = ['follow', 'posts', 'groups', 'messages', 'directory'] as const;
export type Scope = (typeof SCOPES)[number];

export type Policy = {
  /**
   * Whether this host may exchange anything of this scope with us, now. Synchronous: held in
   * memory, refreshed on every change through Redis. Without a scope: whether at all.
   * `groupId` is the group's account id or its ActivityPub id.
   */
  allows: (host: string, scope?: Scope, groupId?: string) => boolean;
  /** Agreement traffic only: a host that we have offered to, or whose offer we look at. */
  allowsAgreement: (host: string) => boolean;
  /** Remembers the bare name of an unknown host that knocked (bounded); nothing is fetched. */
  knock: (host: string) => Promise<void>;
  /** The name shown for a partner's host, if there is an agreement. */
  partnerName: (host: string) => string | null;
  /** Whether admins block the host whole, whatever else holds. */
  isBlocked: (host: string) => boolean;
  mode: () => 'closed' | 'partners' | 'open';
  /** Whether we have paused the exchange with this host, and since when. What is stored waits. */
  pausedSince: (host: string) => number | null;
  /** What holds of a host that is not blocked whole; null for nearly all. */
  restriction: (host: string) => Restriction | null;
  /** What was published before this is not kept of this host, as agreed; null: no such limit. */
  oldestCopy: (host: string) => number | null;
  /** What may be stored of posts in groups of this host. */
  copyLevel: (host: string) => CopyLevel;
  /** The most bytes of one picture of this host, as agreed; null: as configured. */
  mediaBytes: (host: string) => number | null;
};

export type AgreementState =
  | 'offered'
  | 'waiting_for_us'
  | 'active'
  | 'rejected'
  | 'revoked'
  | 'expired'
  /** A newer version took its place. */
  | 'superseded';

/** What both sides agree on: part of every version, compared and hashed. */
export type Terms = {
  purpose: string;
  scopes: Scope[];
  /** ActivityPub ids of groups of either side. */
  groups: 'all' | string[];
  limits: Limits;
  expiresAt?: number;
};

/** What the receiving side of anything keeps to. */
export type Limits = {
  /** Bytes of one picture fetched from the other side; absent: what the configuration allows. */
  mediaBytes?: number;
  /** Days that copies of the other side's content are kept; absent: as long as the agreement. */
  copyDays?: number;
  /** What happens to copies then, and at the end: deleted, or set aside where only admins see them. */
  copiesThen: CopiesThen;
  /** What is stored of posts in the other side's groups; absent: all of them. */
  copyLevel?: Exclude<CopyLevel, 'full'>;
};
/**
 * Of a post in a group that lives elsewhere: all of it; who, when, its title and first words; or
 * nothing but that it is there. What is not stored is read at the group's home, each time.
 */
export const COPY_LEVELS = ['none', 'headers', 'full'] as const;
export type CopyLevel = (typeof COPY_LEVELS)[number];
export const COPIES_THEN = ['purge', 'freeze'] as const;
export type CopiesThen = (typeof COPIES_THEN)[number];

/** What the end of an agreement stops and removes, in numbers. */
export type EndCounts = {
  deliveriesDropped: number;
  followsEnded: number;
  membershipsEnded: number;
  posts: number;
  pictures: number;
  copies: CopiesThen;
};

/** One side: its host, and its instance actor with the keys it signs requests and documents with. */
export type Party = {
  host: string;
  actor: string;
  name: string;
  publicKeyPem: string;
  proofKey: string;
};

/** A FEP-8b32 proof of one side over the agreement document, as JSON text. */
export type Signature = { by: 'us' | 'them'; proof: string };

/** Terms as an admin gives them: what is left out is as broad as can be. */
export type WantedTerms = Pick<Terms, 'purpose' | 'scopes'> & Partial<Terms>;
/** A change of terms in force: what is left out stays; null takes the expiry away. */
export type ChangedTerms = Partial<Omit<Terms, 'expiresAt'>> & { expiresAt?: number | null };

/** One version of an agreement. A change is a new version under a new id. */
export type Agreement = WithPending &
  Terms & {
    _id: string;
    /** The ActivityPub id of the agreement document; names the very version. */
    iri: string;
    host: string;
    state: AgreementState;
    offeredBy: 'us' | 'them';
    version: number;
    us: Party;
    them: Party;
    /** Where the other instance actor takes its post. */
    inbox: string;
    /** Hash of the terms and parties that both sides accept. */
    digest: string;
    /** The document that both sides sign, as JSON text without its proofs: the same bytes on both. */
    document: string;
    signatures: Signature[];
    /** Local accounts that offered, answered or ended it; absent where the other side did. */
    by?: string;
    endedBy?: 'us' | 'them';
    /** Where we ended it: the highest version with this host that we knew of then. */
    upTo?: number;
    report?: EndReport;
    /** When admins were told that it ends soon. */
    warnedAt?: number;
    createdAt: number;
    updatedAt: number;
  };

/** What the end of an agreement stopped, dropped and purged. */
export type EndReport = {
  startedAt: number;
  finishedAt?: number;
  deliveriesDropped: number;
  followsEnded: number;
  membershipsEnded: number;
  postsPurged: number;
  /** Copies that were set aside for admins, where the terms say so. */
  postsFrozen?: number;
  copies?: CopiesThen;
  picturesPurged: number;
  /** Profiles of their people that were cut down to names. */
  profilesReduced?: number;
  /** When the other side said that it deleted its copies of ours, and how many it named. */
  attestedAt?: number;
  attestedCount?: number;
  /** When our own request to delete copies was sent off; absent where the other side ended it. */
  requestedAt?: number;
};

/** `host` is `*` for all partners. */
export type Pause = { host: string; since: number; reason: 'admin' | 'restored'; by?: string };

/** `by`: a local account; `side`: who acted where that was no admin of ours. */
export type HistoryEntry = {
  host: string;
  at: number;
  action: string;
  by?: string;
  side?: 'them' | 'clock';
  version?: number;
};

/** Of a partner: its state in one word, and what waits for it. */
export type PartnerStatus = {
  connection: Connection;
  pausedSince: number | null;
  figures: HostFigures | null;
  traffic: TrafficFigures | null;
  /** Groups with people of both; null where no agreement is in force. */
  groupsShared: number | null;
  /** What came in, could not be processed, and is kept for an admin. */
  failedInbound: number;
};

export type PendingHost = { host: string; firstSeenAt: number; lastSeenAt: number; count: number };

/**
 * `suspend`: nothing is exchanged, and what there was is taken apart. `silence`: its people are in
 * no public list, and heard only by whom they are followed by. `noop`: only what the flags say.
 */
export const SEVERITIES = ['noop', 'silence', 'suspend'] as const;
export type Severity = (typeof SEVERITIES)[number];

export type BlockDetails = {
  severity: Severity;
  rejectMedia: boolean;
  rejectReports: boolean;
  /** Its name is not to be shown whole to the public. */
  obfuscate: boolean;
  privateComment: string;
  publicComment: string;
  /** The block list that it came by. */
  list?: string;
};

export type DomainBlock = BlockDetails & {
  _id: string;
  host: string;
  /** SHA-256 of the host. */
  digest: string;
  /** What there was with the host is still being taken apart. */
  unfinished?: boolean;
  createdAt: number;
};

/** What holds of a host that is not blocked whole. */
export type Restriction = { silence: boolean; media: boolean; reports: boolean };

/** What the command line and the API do with partners. Hosts are names, as people type them. */
export type Partners = {
  list: () => Promise<{ agreements: Agreement[]; pending: PendingHost[] }>;
  /** All versions with a host, newest first. */
  ofHost: (host: string) => Promise<Agreement[]>;
  offer: (host: string, terms: WantedTerms, by: string) => Promise<Agreement>;
  /** Offers the terms that are (or, once expired, were) in force with changes: the old ones hold until it is accepted. */
  change: (host: string, change: ChangedTerms, by: string) => Promise<Agreement>;
  /** Fetches what a host that knocked offers us, because an admin asks to see it. */
  review: (host: string) => Promise<Agreement>;
  /**
   * Fetches the offer of a pending host where we have not seen it yet, and accepts it: with a
   * digest only that very one. AppError `conflict` where another has come in its place.
   */
  accept: (host: string, by: string, seen?: { digest?: string }) => Promise<Agreement>;
  reject: (host: string, by: string) => Promise<Agreement>;
  /** What ending it would stop, drop and purge now; changes nothing. AppError `not_found` as `revoke`. */
  foresee: (host: string) => Promise<{ agreement: Agreement; counts: EndCounts }>;
  /** Ends it at once, with a report of what was stopped, dropped and purged. */
  revoke: (
    host: string,
    by: string,
    options?: { copies?: CopiesThen },
  ) => Promise<{ agreement: Agreement; report: Record<string, number> }>;
  /** Of each agreement, by its id. */
  status: (agreements: Agreement[]) => Promise<Map<string, PartnerStatus>>;
  /** Holds everything with a host, or (null) with all, until it is resumed. */
  pause: (host: string | null, by: string) => Promise<void>;
  /** Returns how many deliveries go out now. AppError `conflict` where it is not paused. */
  resume: (host: string | null, by: string) => Promise<number>;
  pauses: () => Promise<Pause[]>;
  /** A server starts (a command does not): pauses everything where its data was copied. */
  beginStart: () => Promise<void>;
  /** Who did what and when, newest first; with no host, of all. */
  history: (host: string | null) => Promise<HistoryEntry[]>;
  /** Deletes what was set aside of a host; returns how many. */
  dropCopies: (host: string, by: string) => Promise<number>;
  /** Takes back what we have offered and they have not answered; what is in force stays. */
  withdraw: (host: string, by: string) => Promise<Agreement>;
  /** Forgets an unknown host that knocked. */
  forget: (host: string) => Promise<void>;
  /** Active partners: host and the name that the partner gives itself. */
  names: () => Promise<{ host: string; name: string }[]>;
  blocks: () => Promise<DomainBlock[]>;
  /** Blocks a host and its subdomains in every mode, and ends what there is with it. */
  block: (host: string, details: Partial<BlockDetails>, by?: string) => Promise<DomainBlock>;
  /** Many at once, new ones and changed ones; `source` says where they come from. */
  blockMany: (
    blocks: ({ host: string } & BlockDetails)[],
    by: string,
    source: string,
  ) => Promise<void>;
  changeBlock: (id: string, details: Partial<BlockDetails>, by: string) => Promise<DomainBlock>;
  unblock: (id: string, by?: string) => Promise<DomainBlock>;
  unblockMany: (ids: string[], by: string, source: string) => Promise<void>;
};
