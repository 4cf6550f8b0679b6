/** Body digests: `Digest` (RFC 3230, SHA-256) and `Content-Digest` (RFC 9530). */
import { createHash, timingSafeEqual } from 'node:crypto';

export function sha256(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest();
}

export function digestHeader(body: Uint8Array): string {
  return `SHA-256=${sha256(body).toString('base64')}`;
}

export function contentDigestHeader(body: Uint8Array): string {
  return `sha-256=:${sha256(body).toString('base64')}:`;
}

/** Every SHA-256 (or SHA-512) value that a header names must be that of the body, and one must be there. */
export function digestMatches(header: string, body: Uint8Array): boolean {
  let found = false;
  for (const [, algorithm = '', value = ''] of header.matchAll(
    /(sha-?256|sha-?512)=:?([A-Za-z0-9+/]+={0,2}):?/gi,
  )) {
    const name = /512/.test(algorithm) ? 'sha512' : 'sha256';
    const expected = createHash(name).update(body).digest();
    const given = Buffer.from(value, 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    found = true;
  }
  return found;
}
