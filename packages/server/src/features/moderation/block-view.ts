/** Blocks as Mastodon's `Admin::DomainBlock`; lists and what they would change. */
import type { DomainBlock } from '../partners/partners.ts';
import type { BlockRow } from './block-list-csv.ts';
import type { BlockListSubscription } from './block-lists.ts';
import type { Comparison } from './compare-blocks.ts';

/** Rows of a comparison that one answer carries. */
const MOST_SHOWN = 1000;

export function viewBlock(block: DomainBlock) {
  return {
    id: block._id,
    domain: block.host,
    digest: block.digest,
    created_at: new Date(block.createdAt).toISOString(),
    severity: block.severity,
    reject_media: block.rejectMedia,
    reject_reports: block.rejectReports,
    private_comment: block.privateComment,
    public_comment: block.publicComment,
    obfuscate: block.obfuscate,
  };
}

export function viewComparison(found: Comparison) {
  return {
    counts: {
      add: found.add.length,
      change: found.change.length,
      partners: found.partners.length,
      lift: found.lift.length,
      same: found.same,
      refused: found.refused.length,
    },
    add: found.add.slice(0, MOST_SHOWN).map(viewRow),
    change: found.change.slice(0, MOST_SHOWN).map(viewRow),
    partners: found.partners.slice(0, MOST_SHOWN).map(viewRow),
    lift: found.lift.slice(0, MOST_SHOWN).map(viewBlock),
    refused: found.refused.slice(0, MOST_SHOWN),
  };
}

function viewRow({ host, severity, rejectMedia, rejectReports, publicComment }: BlockRow) {
  return {
    domain: host,
    severity,
    reject_media: rejectMedia,
    reject_reports: rejectReports,
    public_comment: publicComment,
  };
}

export function viewSubscription(list: BlockListSubscription) {
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
  return {
    id: list._id,
    url: list.url,
    created_at: time(list.createdAt),
    checked_at: time(list.checkedAt),
    error: list.error ?? null,
    digest: list.csvDigest ?? null,
    reviewed_at: time(list.reviewedAt),
    needs_review: list.csvDigest !== undefined && list.csvDigest !== list.reviewedDigest,
  };
}
