/**
 * Tokens are kept as hashes. The one of a push subscription is needed again, inside each push
 * (apps with several accounts know by it whose notification it is): it is sealed with a key made
 * of the server's private push key, which is kept apart from the subscriptions.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function sealToken(token: string, privateKey: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(privateKey), nonce);
  const sealed = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** Null for what was sealed with another key, or changed since. */
export function openToken(sealed: string, privateKey: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const open = createDecipheriv(CIPHER, keyOf(privateKey), bytes.subarray(0, NONCE_BYTES));
  open.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const token = [open.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), open.final()];
    return Buffer.concat(token).toString('utf8');
  } catch {
    return null;
  }
}

function keyOf(privateKey: string): Buffer {
  return Buffer.from(hkdfSync('sha256', privateKey, '', 'mitoyen push token', 32));
}
