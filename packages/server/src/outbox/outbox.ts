/** Sending: what features ask of the outbox. */
import type { JsonObject } from '@mitoyen/federation';
import type { Scope } from '../features/partners/partners.ts';

/** Whom an activity is for. Local recipients are left out; each inbox gets it once. */
export type Recipients = {
  /** Account ids (their own inbox is used for direct messages, the shared one otherwise). */
  accounts?: string[];
  /** Followers of these accounts. */
  followersOf?: string[];
  /** Members of these groups. */
  membersOf?: string[];
  /** Bare inboxes (agreement traffic). */
  inboxes?: string[];
};

export type OutboundActivity = {
  /** The local account that signs. */
  actor: string;
  /**
   * The activity as built by a `*-activity.ts`. Its `id` makes sending idempotent:
   * the same id is stored and delivered once per inbox.
   */
  activity: JsonObject & { id: string };
  recipients: Recipients;
  /** The agreement scope that must allow it; `agreement` for agreement traffic. */
  scope: Scope | 'agreement';
  /** With scope `groups`: which group (its account id). */
  group?: string;
  /** Direct messages overtake fan-outs. */
  urgent?: boolean;
  /** Adds a FEP-8b32 proof of the actor, so that a hub may relay it (default true). */
  proof?: boolean;
};

/** What has not got through to a host. */
export type HostFigures = {
  waiting: number;
  /** Given up: kept with their reasons. */
  dead: number;
  /** When the oldest that waits was first to go out. */
  oldestAt: number | null;
  mostAttempts: number;
  lastError: string | null;
};

/** A delivery that has not got through. */
export type HeldDelivery = {
  activity: string;
  host: string;
  inbox: string;
  state: 'waiting' | 'dead';
  attempts: number;
  reason: string | null;
  /** Milliseconds since the epoch. */
  firstAt: number;
  nextAt: number;
};

export type HeldQuery = {
  state: 'waiting' | 'dead';
  host?: string;
  /** Only those whose next (or last) attempt was due before this moment. */
  before?: number;
  limit: number;
};

export type Outbox = {
  /** Stores the activity, addresses it and queues its deliveries. Idempotent by activity id. */
  send: (outbound: OutboundActivity) => Promise<void>;
  /** Drops what waits for a host; returns how many (agreement revoked). */
  dropHost: (host: string) => Promise<number>;
  /** Sends what was held for a host, or (null) for all, while it was paused; returns how many. */
  release: (host: string | null) => Promise<number>;
  /** Whether an activity waits for nobody any more and was given up for nobody. */
  isThrough: (activity: string) => Promise<boolean>;
  figures: (hosts: string[]) => Promise<Map<string, HostFigures>>;
  /** What has not got through, latest first. */
  held: (query: HeldQuery) => Promise<HeldDelivery[]>;
  /** Hosts to which something has not got through. */
  sickHosts: () => Promise<{ host: string; figures: HostFigures }[]>;
  /** Sends again what waits or was given up, for a host or (null) for all; returns how many. */
  retry: (host: string | null) => Promise<number>;
  /** The stored activity, as served at its id. */
  byIri: (iri: string) => Promise<JsonObject | null>;
};
