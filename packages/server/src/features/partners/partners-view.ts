/** Agreements as the API shows them, with their state in plain words. */
import { signedDocument } from './agreement-activity.ts';
import { CONNECTION_WORDS } from './connection.ts';
import type {
  Agreement,
  EndCounts,
  EndReport,
  HistoryEntry,
  Limits,
  PartnerStatus,
  Pause,
  PendingHost,
} from './partners.ts';
import { checkSignatures } from './sign-agreement.ts';

/** The sentence that goes with every report: what nobody can promise. */
export const ATTESTED_NOT_ENFORCEABLE =
  'The other server was asked to delete its copies of what this server sent. That it did so can be attested by its admin, but not be enforced from here.';

export function viewAgreement(agreement: Agreement, status: PartnerStatus | undefined) {
  const { report } = agreement;
  return {
    id: agreement._id,
    uri: agreement.iri,
    host: agreement.host,
    name: agreement.them.name,
    state: agreement.state,
    state_text: stateText(agreement),
    ...(status && viewStatus(status)),
    offered_by: agreement.offeredBy,
    version: agreement.version,
    purpose: agreement.purpose,
    scopes: agreement.scopes,
    groups: agreement.groups,
    limits: viewLimits(agreement.limits),
    expires_at: time(agreement.expiresAt),
    digest: agreement.digest,
    signed_by: agreement.signatures.map(({ by }) => agreement[by].host),
    created_at: time(agreement.createdAt),
    updated_at: time(agreement.updatedAt),
    report: report ? viewReport(report) : null,
  };
}

function viewStatus(status: PartnerStatus) {
  const { connection, pausedSince, figures, traffic, groupsShared, failedInbound } = status;
  return {
    connection,
    connection_text: CONNECTION_WORDS[connection],
    paused_since: time(pausedSince ?? undefined),
    deliveries: figures && {
      waiting: figures.waiting,
      given_up: figures.dead,
      oldest_at: time(figures.oldestAt ?? undefined),
      last_error: figures.lastError,
    },
    ...(groupsShared !== null && { groups_shared: groupsShared }),
    inbound_failed: failedInbound,
    last_day: traffic && {
      delivered: traffic.delivered,
      not_delivered: traffic.failed,
      median_ms: traffic.medianMs,
      received: traffic.received,
      signatures_refused: traffic.refused,
    },
    last_sent_at: time(traffic?.lastOutAt ?? undefined),
    last_received_at: time(traffic?.lastInAt ?? undefined),
  };
}

export function viewPause({ host, since, reason, by }: Pause) {
  return { host, since: time(since), reason, by: by ?? null };
}

export function viewHistory({ host, at, action, by, side, version }: HistoryEntry) {
  return {
    at: time(at),
    host,
    action,
    by: by ?? null,
    side: by ? 'us' : (side ?? 'us'),
    version: version ?? null,
  };
}

function viewLimits({ mediaBytes, copyDays, copiesThen, copyLevel }: Limits) {
  return {
    media_bytes: mediaBytes ?? null,
    copy_days: copyDays ?? null,
    copies_then: copiesThen,
    copy_level: copyLevel ?? 'full',
  };
}

/** The whole record: with the signed document, and each signature checked anew. */
export async function viewRecord(agreement: Agreement, status: PartnerStatus | undefined) {
  return {
    ...viewAgreement(agreement, status),
    signatures: await checkSignatures(agreement),
    document: signedDocument(agreement),
  };
}

export function viewReport(report: EndReport) {
  return {
    started_at: time(report.startedAt),
    finished_at: time(report.finishedAt),
    deliveries_dropped: report.deliveriesDropped,
    follows_ended: report.followsEnded,
    memberships_ended: report.membershipsEnded,
    copies: report.copies ?? 'purge',
    posts_purged: report.postsPurged,
    posts_frozen: report.postsFrozen ?? 0,
    pictures_purged: report.picturesPurged,
    profiles_reduced: report.profilesReduced ?? 0,
    deletion_requested_at: time(report.requestedAt),
    deletion_attested_at: time(report.attestedAt),
    deletion_attested_count: report.attestedCount ?? null,
    note: ATTESTED_NOT_ENFORCEABLE,
  };
}

/** What a report would say, before anything is done. */
export function viewForeseen(host: string, counts: EndCounts) {
  return {
    host,
    deliveries_dropped: counts.deliveriesDropped,
    follows_ended: counts.followsEnded,
    memberships_ended: counts.membershipsEnded,
    copies: counts.copies,
    posts: counts.posts,
    pictures: counts.pictures,
    note: ATTESTED_NOT_ENFORCEABLE,
  };
}

export function viewPendingHost({ host, firstSeenAt, lastSeenAt, count }: PendingHost) {
  return {
    host,
    state: 'pending',
    state_text: `${host} wants to exchange something with this server. Nothing was fetched from it.`,
    first_seen_at: time(firstSeenAt),
    last_seen_at: time(lastSeenAt),
    count,
  };
}

function stateText({ state, host, endedBy, offeredBy }: Agreement): string {
  const name = endedBy === 'us' ? 'This server' : host;
  switch (state) {
    case 'offered':
      return `Offered; waiting for the admin of ${host}.`;
    case 'waiting_for_us':
      return `${host} offers an agreement; it waits for an admin here.`;
    case 'active':
      return `In force with ${host}.`;
    case 'rejected':
      if (endedBy === 'us' && offeredBy === 'us') return 'Withdrawn before it was answered.';
      return `${name} rejected or withdrew it.`;
    case 'revoked':
      return `${name} revoked it.`;
    case 'expired':
      return 'It has expired; nothing is exchanged until a new one is made.';
    case 'superseded':
      return 'A newer version took its place.';
  }
}

function time(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
