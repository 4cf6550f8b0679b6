/** Links that end e-mails without signing in: they carry their own proof. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export type MailKind = 'instant' | 'digest';
export type UnsubscribeLink = { account: string; kind: MailKind };

function proofOf({ account, kind }: UnsubscribeLink, secret: string): string {
  return createHmac('sha256', secret).update(`${account}.${kind}`).digest('base64url');
}

export function writeLink(baseUrl: string, link: UnsubscribeLink, secret: string): string {
  return `${baseUrl}/mail/unsubscribe/${link.account}/${link.kind}/${proofOf(link, secret)}`;
}

export function readLink(
  parts: { account?: string; kind?: string; proof?: string },
  secret: string,
): UnsubscribeLink | null {
  const { account = '', kind, proof = '' } = parts;
  if (kind !== 'instant' && kind !== 'digest') return null;
  const expected = Buffer.from(proofOf({ account, kind }, secret));
  const given = Buffer.from(proof);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  return { account, kind };
}
