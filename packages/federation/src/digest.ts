/** Body digests: `Digest` (RFC 3230, SHA-256) and `Content-Digest` (RFC 9530). */
import { hash as hashOf, timingSafeEqual } from 'node:crypto';

const HASHES: Record<string, string> = {
  'sha-256': 'sha256',
  sha256: 'sha256',
  'sha-512': 'sha512',
  sha512: 'sha512',
};

export function sha256(body: Uint8Array): Buffer {
  return hashOf('sha256', body, 'buffer');
}

export function digestHeader(body: Uint8Array): string {
  return `SHA-256=${sha256(body).toString('base64')}`;
}

export function contentDigestHeader(body: Uint8Array): string {
  return `sha-256=:${sha256(body).toString('base64')}:`;
}

/**
 * Every SHA-256 or SHA-512 value that a header names must be that of the body, and one must be
 * there. Each algorithm counts once: a header of hundreds of values must not cost as many hashes.
 */
export function digestMatches(header: string, body: Uint8Array): boolean {
  const seen = new Set<string>();
  for (const member of header.split(',')) {
    const equals = member.indexOf('=');
    const hash = HASHES[member.slice(0, equals).trim().toLowerCase()];
    if (hash === undefined) continue;
    if (seen.has(hash)) return false;
    seen.add(hash);
    const value = /^:?([A-Za-z0-9+/]+={0,2}):?$/.exec(member.slice(equals + 1).trim())?.[1];
    const expected = hashOf(hash, body, 'buffer');
    const given = Buffer.from(value ?? '', 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  }
  return seen.size > 0;
}
