/** What endpoints for admins and moderators answer with, and those about agreements. */
import { z } from 'zod';

const id = z.string().describe('Sorts by time');
const moment = z.iso.datetime();
const count = z.int().min(0);
const text = z.string();

const Limits = z.object({
  media_bytes: count.nullable(),
  copy_days: count.nullable(),
  copies_then: z.enum(['purge', 'freeze']),
  copy_level: z.enum(['none', 'headers', 'full']),
});
const EndReport = z.looseObject({
  started_at: moment.nullable(),
  finished_at: moment.nullable(),
  deliveries_dropped: count,
  follows_ended: count,
  memberships_ended: count,
  copies: z.enum(['purge', 'freeze']),
  posts_purged: count,
  posts_frozen: count,
  pictures_purged: count,
  profiles_reduced: count,
  deletion_requested_at: moment.nullable(),
  deletion_attested_at: moment.nullable(),
  deletion_attested_count: count.nullable(),
  note: text,
});
const Agreement = z.looseObject({
  id,
  uri: text,
  host: text,
  name: text,
  state: z.enum([
    'offered',
    'waiting_for_us',
    'active',
    'rejected',
    'revoked',
    'expired',
    'superseded',
  ]),
  state_text: text,
  offered_by: z.enum(['us', 'them']),
  version: count,
  purpose: text,
  scopes: z.array(z.enum(['follow', 'posts', 'groups', 'messages', 'directory'])),
  groups: z.union([z.literal('all'), z.array(text)]),
  limits: Limits,
  expires_at: moment.nullable(),
  digest: text.describe('SHA-256 of the terms and parties'),
  signed_by: z.array(text),
  deliveries: z
    .object({
      waiting: count,
      given_up: count,
      oldest_at: moment.nullable(),
      last_error: text.nullable(),
    })
    .nullish()
    .describe('What does not get through to an active partner'),
  groups_shared: count.optional().describe('Groups with people of both, of an active partner'),
  inbound_failed: count.optional().describe('What came in and could not be processed'),
  last_day: z
    .object({
      delivered: count,
      not_delivered: count.describe('Attempts that failed'),
      median_ms: count.nullable().describe('Of the deliveries that were taken'),
      received: count,
      signatures_refused: count.describe('Requests in its name whose signature did not hold'),
    })
    .nullish()
    .describe('The last 24 hours with an active partner'),
  last_sent_at: moment.nullish(),
  last_received_at: moment.nullish(),
  created_at: moment.nullable(),
  updated_at: moment.nullable(),
  report: EndReport.nullable(),
});
const Pause = z.object({
  host: text,
  since: moment.nullable(),
  reason: text.nullish(),
  by: text.nullable(),
});

const BlockRow = z.object({
  domain: text,
  severity: text,
  reject_media: z.boolean(),
  reject_reports: z.boolean(),
  public_comment: text,
});
const AppliedBlocks = z.object({ blocked: count, changed: count, lifted: count, skipped: count });
const BlockListChange = z.object({
  counts: z.object({
    add: count,
    change: count,
    partners: count.describe('Hosts of the list with which there is an agreement'),
    lift: count,
    same: count,
    refused: count,
  }),
  add: z.array(BlockRow).describe('The first thousand, as of the others'),
  change: z.array(BlockRow),
  partners: z.array(BlockRow),
  lift: z.array(z.looseObject({ id, domain: text, severity: text })),
  refused: z.array(z.object({ line: count, text, reason: text })),
});

export const ADMIN_ENTITIES = {
  Agreement,
  AgreementRecord: Agreement.extend({
    signatures: z.array(z.unknown()),
    document: z.unknown().describe('As both sides signed it'),
  }),
  EndReport: EndReport.extend({ host: text, name: text }),
  ForeseenEnd: z.object({
    host: text,
    deliveries_dropped: count,
    follows_ended: count,
    memberships_ended: count,
    copies: z.enum(['purge', 'freeze']),
    posts: count,
    pictures: count,
    note: text,
  }),
  Pause,
  Partners: z.object({
    agreements: z.array(Agreement),
    pending: z.array(z.looseObject({ host: text, state: text, count })),
    pauses: z.array(Pause),
  }),
  PartnerNames: z.record(text, text).describe('Names of companies by host'),
  HistoryEntry: z.object({
    at: moment.nullable(),
    host: text,
    action: text,
    by: text.nullable(),
    side: text,
    version: count.nullable(),
  }),
  Released: z.object({ released: count }),
  Invitation: z.looseObject({
    id,
    role: text,
    uses_left: count.nullable(),
    used: count,
    note: text,
    created_at: moment,
    expires_at: moment.nullable(),
  }),
  PersonRole: z.object({ id, role: text, state: text }),
  Announcement: z.looseObject({
    id,
    content: text.describe('HTML'),
    starts_at: moment.nullable(),
    ends_at: moment.nullable(),
    all_day: z.boolean(),
    published_at: moment,
    updated_at: moment,
    mitoyen: z.object({ text, readers_count: count }),
  }),
  Report: z.looseObject({
    id,
    action_taken: z.boolean(),
    action_taken_at: moment.nullable(),
    category: text,
    comment: text,
    forwarded: z.boolean().nullable(),
    created_at: moment,
    updated_at: moment,
  }),
  DomainBlock: z.object({
    id,
    domain: text,
    digest: text.describe('SHA-256 of the domain'),
    created_at: moment,
    severity: z.enum(['suspend', 'silence', 'noop']),
    reject_media: z.boolean(),
    reject_reports: z.boolean(),
    private_comment: text.nullable(),
    public_comment: text.nullable(),
    obfuscate: z.boolean(),
  }),
  BlockList: z.object({
    id,
    url: text,
    created_at: moment,
    checked_at: moment.nullable(),
    error: text.nullable(),
    digest: text.nullable().describe('Of the list as it was fetched last'),
    reviewed_at: moment.nullable(),
    needs_review: z.boolean(),
  }),
  BlockListChange,
  ImportedBlocks: BlockListChange.extend({
    applied: AppliedBlocks.nullable().describe('Null with dry_run'),
  }),
  AppliedBlocks,
  Delivery: z.object({
    activity: text.describe('Its id'),
    host: text,
    inbox: text,
    state: z.enum(['waiting', 'dead']),
    attempts: count,
    reason: text.nullable(),
    first_at: moment,
    next_at: moment,
  }),
  SickHost: z.object({
    host: text,
    waiting: count,
    dead: count,
    oldest_at: moment.nullable(),
    last_error: text.nullable(),
  }),
  FailedInbound: z.object({
    activity: text.describe('Its id, or a hash where it had none'),
    host: text,
    signer: text.describe('The actor whose key signed it'),
    attempts: count,
    reason: text.nullable(),
    at: moment,
  }),
  Queued: z.object({ queued: count }),
  AuditEntry: z.object({
    id: text,
    at: moment,
    by: id.nullable(),
    via: z.enum(['api', 'cli', 'them', 'clock']),
    action: text,
    target: text,
    facts: text,
    hash: text.describe('SHA-256 of the entry with the hash of the one before'),
  }),
  AuditVerdict: z.object({
    entries: count,
    head: text,
    broken: z.object({ at: count, reason: text }).nullable(),
    head_found: z.boolean().nullable(),
  }),
  AdminGroup: z.object({
    group: z.looseObject({ id, name: text, archived: z.boolean() }),
    owners: z.array(z.looseObject({ id })),
    ownerless: z.boolean(),
    last_post_at: moment.nullable(),
  }),
  AdminMedia: z.object({
    quota_bytes: count,
    total: z.object({ files: count, bytes: count }),
    kinds: z.array(z.object({ kind: text, files: count, bytes: count })),
    remote: z.object({ known: count, files: count, bytes: count }),
    people: z.array(z.object({ account: z.looseObject({ id }), files: count, bytes: count })),
  }),
  SignInLink: z.object({ url: text, expires_at: moment }),
  AdminEmoji: z.looseObject({ id, shortcode: text, url: text }),
} as const;
