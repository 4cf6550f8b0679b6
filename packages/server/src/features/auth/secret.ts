/** Tokens and codes: made here, shown once, stored only as hashes. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, as text that survives in addresses. */
export function makeSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Compares two texts without telling by the time taken where they differ. */
export function sameText(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

/** Whether a verifier answers a PKCE challenge (RFC 7636, S256). */
export function answersChallenge(verifier: string, challenge: string): boolean {
  return sameText(hashSecret(verifier), challenge);
}
