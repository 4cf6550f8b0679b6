/**
 * Addresses of files that are not for everybody: they carry their end and a signature, which is
 * bound to the one file. Without a valid one the file is not there.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Media } from './media.ts';

export type LinkKey = { _id: string; secret: string; createdAt: number };
export type Signed = { expires: string; key: string; signature: string };

/** Profile pictures and emojis are shown to anybody who sees a name; attachments as their post says. */
export function isOpen(media: Pick<Media, 'purpose' | 'open'>): boolean {
  return media.purpose !== 'attachment' || media.open === true;
}

/** What a link is bound to: the file, and its use. That of a deleted post has no links of before. */
export function signedName(path: string, { freedAt }: Pick<Media, 'freedAt'>): string {
  return freedAt === undefined ? path : `${path}#${freedAt}`;
}

/** `e=<end>&k=<key>&s=<signature>` */
export function signFile(file: string, expiresAt: number, key: LinkKey): string {
  const expires = Math.floor(expiresAt / 1000).toString(36);
  const signature = signatureOf(file, expires, key).toString('base64url');
  return new URLSearchParams({ e: expires, k: key._id, s: signature }).toString();
}

/** Milliseconds that the link is still good for; null where it is not ours, of another file or over. */
export function checkLink(
  file: string,
  { expires, key, signature }: Signed,
  keys: LinkKey[],
  now: number,
): number | null {
  const known = keys.find((one) => one._id === key);
  if (!known || !/^[0-9a-z]{1,10}$/.test(expires)) return null;
  const given = Buffer.from(signature, 'base64url');
  const right = signatureOf(file, expires, known);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  const left = Number.parseInt(expires, 36) * 1000 - now;
  return left > 0 ? left : null;
}

/**
 * When a link made now ends: after one to two periods, and the same for all links of a period, so
 * that a browser which has the file finds it under the same address again.
 */
export function linkEnd(now: number, periodMs: number): number {
  return (Math.floor(now / periodMs) + 2) * periodMs;
}

function signatureOf(file: string, expires: string, key: LinkKey): Buffer {
  return createHmac('sha256', Buffer.from(key.secret, 'base64'))
    .update(`${file}\n${expires}`)
    .digest()
    .subarray(0, 16);
}
