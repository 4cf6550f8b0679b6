/** Federation policy and partner agreements: what other features may ask. */
export type Scope = 'follow' | 'posts' | 'groups' | 'messages' | 'directory';

export type Policy = {
  /**
   * Whether this host may exchange anything of this scope with us, now. Synchronous: held in
   * memory, refreshed on every change through Redis. Without a scope: whether at all.
   */
  allows: (host: string, scope?: Scope, groupId?: string) => boolean;
  /** Agreement traffic only: a host that we have offered to, or whose offer we look at. */
  allowsAgreement: (host: string) => boolean;
  /** Remembers the bare name of an unknown host that knocked (bounded); nothing is fetched. */
  knock: (host: string) => Promise<void>;
  /** The name shown for a partner's host, if there is an agreement. */
  partnerName: (host: string) => string | null;
  mode: () => 'closed' | 'partners' | 'open';
};

export type AgreementState = 'offered' | 'waiting_for_us' | 'active' | 'rejected' | 'revoked';

export type Agreement = {
  _id: string;
  /** The ActivityPub id of the agreement document. */
  iri: string;
  host: string;
  state: AgreementState;
  offeredBy: 'us' | 'them';
  version: number;
  purpose: string;
  scopes: Scope[];
  groups: 'all' | string[];
  expiresAt?: number;
  createdAt: number;
  updatedAt: number;
};

/** What the command line and the API do with partners. */
export type Partners = {
  list: () => Promise<{
    agreements: Agreement[];
    pending: { host: string; firstSeenAt: number; count: number }[];
  }>;
  offer: (
    host: string,
    terms: { purpose: string; scopes: Scope[]; groups?: 'all' | string[]; expiresAt?: number },
    by: string,
  ) => Promise<Agreement>;
  /** Fetches the offer of a pending host where we have not seen it yet, and accepts it. */
  accept: (host: string, by: string) => Promise<Agreement>;
  reject: (host: string, by: string) => Promise<Agreement>;
  /** Ends it at once, with a report of what was stopped, dropped and purged. */
  revoke: (
    host: string,
    by: string,
  ) => Promise<{ agreement: Agreement; report: Record<string, number> }>;
};
