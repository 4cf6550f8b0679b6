/** Agreements with other companies, for admins. */
import { type ApiError, get } from '../../api/http.ts';
import type { MessageKey } from '../../i18n/i18n.svelte.ts';

export const SCOPES = ['follow', 'posts', 'groups', 'messages', 'directory'] as const;
export type Scope = (typeof SCOPES)[number];
export type EndReport = {
  deliveries_dropped: number;
  follows_ended: number;
  memberships_ended: number;
  posts_purged: number;
  pictures_purged: number;
  profiles_reduced: number;
  deletion_attested_at: string | null;
};
export const COPY_LEVELS = ['full', 'headers', 'none'] as const;
export type CopyLevel = (typeof COPY_LEVELS)[number];
export const LEVEL_TEXT: Record<CopyLevel, MessageKey> = {
  full: 'copies.full',
  headers: 'copies.headers',
  none: 'copies.none',
};

export type Agreement = {
  id: string;
  host: string;
  name: string | null;
  state: string;
  connection?: string;
  paused_since?: string | null;
  deliveries?: { waiting: number; given_up: number; oldest_at: string | null } | null;
  /** Groups with people of both companies. */
  groups_shared?: number;
  inbound_failed?: number;
  last_day?: {
    delivered: number;
    not_delivered: number;
    median_ms: number | null;
    received: number;
    signatures_refused: number;
  } | null;
  last_sent_at?: string | null;
  last_received_at?: string | null;
  offered_by: string;
  version: number;
  purpose: string;
  scopes: Scope[];
  groups: 'all' | string[];
  limits?: {
    media_bytes: number | null;
    copy_days: number | null;
    copies_then: 'purge' | 'freeze';
    copy_level: CopyLevel;
  };
  expires_at: string | null;
  created_at: string;
  updated_at: string;
  report: EndReport | null;
};
export type Pending = { host: string; first_seen_at: string; last_seen_at: string; count: number };
export type Pause = { host: string; since: string; reason: 'admin' | 'restored' };

export const BASE = '/api/mitoyen/v1/partners';
export const SCOPE_TEXT: Record<Scope, MessageKey> = {
  follow: 'scope.follow',
  posts: 'scope.posts',
  groups: 'scope.groups',
  messages: 'scope.messages',
  directory: 'scope.directory',
};
const STATES: Record<string, { text: MessageKey; tone: 'ok' | 'warn' | 'bad' | 'acc' | '' }> = {
  connected: { text: 'partner.connected', tone: 'ok' },
  active: { text: 'partner.connected', tone: 'ok' },
  slow: { text: 'partner.slow', tone: 'warn' },
  paused: { text: 'partner.paused', tone: 'bad' },
  offered: { text: 'partner.offered', tone: 'acc' },
  waiting_for_us: { text: 'partner.waiting', tone: 'warn' },
  expired: { text: 'partner.expired', tone: 'bad' },
  rejected: { text: 'partner.rejected', tone: '' },
};

/** A word and a colour for the state of a partner. */
export function stateOf(agreement: Agreement) {
  return (
    STATES[agreement.connection ?? agreement.state] ?? {
      text: 'partner.ended' as MessageKey,
      tone: '' as const,
    }
  );
}

export function isInForce(agreement: Agreement): boolean {
  return agreement.state === 'active';
}

/** Offered by one side and not answered by the other yet; a change stands beside what it would change. */
export function isProposed(agreement: Agreement): boolean {
  return agreement.state === 'offered' || agreement.state === 'waiting_for_us';
}

/**
 * How it ended, of versions that are all over: an offer that was open at the end fell with what was
 * in force, and says nothing by itself.
 */
export function lastOf(versions: Agreement[]): Agreement | undefined {
  const [newest] = versions;
  const ended = versions.find((one) => one.report !== null);
  return newest && ended && newest.created_at <= ended.updated_at ? ended : newest;
}

class PartnerList {
  agreements: Agreement[] = $state.raw([]);
  pending: Pending[] = $state.raw([]);
  state: 'idle' | 'ready' | 'failed' = $state('idle');
  error: ApiError | null = $state.raw(null);

  /** Since when everything with all of them is held, where it is. */
  pausedAll: Pause | null = $state.raw(null);

  /** One for each host: what is in force, else what waits, else how the last one ended. */
  readonly current: Agreement[] = $derived.by(() => {
    const byHost = Map.groupBy(this.agreements, (one) => one.host);
    return [...byHost.values()].flatMap(
      (of) => of.find(isInForce) ?? of.find(isProposed) ?? lastOf(of) ?? [],
    );
  });

  /** Whether a change of what is in force with this host waits for an answer. */
  changeOf(host: string): Agreement | undefined {
    const ofHost = this.agreements.filter((one) => one.host === host);
    return ofHost.some(isInForce) ? ofHost.find(isProposed) : undefined;
  }

  async load(): Promise<void> {
    try {
      const answer = await get<{
        agreements: Agreement[];
        pending: Pending[];
        pauses: Pause[];
      }>(BASE);
      this.agreements = answer.agreements.filter((one) => one.state !== 'superseded');
      this.pending = answer.pending;
      this.pausedAll = answer.pauses.find((one) => one.host === '*') ?? null;
      this.state = 'ready';
    } catch (error) {
      this.error = error as ApiError;
      this.state = 'failed';
    }
  }
}

export const partners = new PartnerList();
