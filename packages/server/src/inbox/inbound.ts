/** Inbound activities: what a verb handler gets and answers. */
import type { JsonObject } from '@mitoyen/federation';
import type { Account } from '../features/accounts/account.ts';

/**
 * An authenticated activity: its bytes were signed by `actor` (or relayed by `via`, a group
 * that announced it, with a valid proof of `actor` or a refetch from its origin). Embedded
 * objects that `actor` has no authority over are reduced to ids.
 */
export type Inbound = {
  receipt: string;
  id: string;
  type: string;
  activity: JsonObject;
  /** As it came, unreduced. Never act on it. */
  original: JsonObject;
  /** The same for a hub to embed when it relays: with its proof only where that holds. */
  relayable: () => Promise<JsonObject>;
  actor: Account;
  via?: Account;
};

export type Outcome = { kind: 'applied' | 'ignored' | 'rejected'; reason: string };

export const applied = (reason = 'done'): Outcome => ({ kind: 'applied', reason });
export const ignored = (reason: string): Outcome => ({ kind: 'ignored', reason });
/** Hostile or forged: logged with its reason, never an exception. */
export const rejected = (reason: string): Outcome => ({ kind: 'rejected', reason });

/** Named by a handler that looks at every activity (the door of the partners feature). */
export const ANY_VERB = '*';

/**
 * Handles the verbs it names, or answers null where the activity is another feature's.
 * Must be safe to run twice. Throws only to be retried.
 */
export type InboundHandler = {
  verbs: string[];
  handle: (inbound: Inbound) => Promise<Outcome | null>;
};
