/** Mastodon's `Admin::DomainBlock`; every block here is a suspension. */
import type { DomainBlock } from '../partners/partners.ts';

export function viewBlock(block: DomainBlock) {
  return {
    id: block._id,
    domain: block.host,
    digest: block.digest,
    created_at: new Date(block.createdAt).toISOString(),
    severity: 'suspend',
    reject_media: true,
    reject_reports: true,
    private_comment: block.privateComment,
    public_comment: block.publicComment,
    obfuscate: false,
  };
}
