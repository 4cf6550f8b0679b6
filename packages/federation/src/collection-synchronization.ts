/**
 * FEP-8fcf: a digest of those followers that live on the receiving server, sent along with what
 * is for followers, so that two servers notice when their lists have drifted apart.
 */
import { createHash } from 'node:crypto';
import { parseIri, sameOrigin } from '@mitoyen/protocol';

export const SYNCHRONIZATION_HEADER = 'collection-synchronization';
const MOST_CHARACTERS = 4096;

export type Synchronization = {
  /** The followers collection. */
  collectionId: string;
  /** The part of it that this receiver may read. */
  url: string;
  /** Of that part, in lower-case hexadecimals. */
  digest: string;
};

/** SHA-256 of each id, combined by exclusive or: the order does not matter. */
export function collectionDigest(ids: string[]): string {
  const sum = Buffer.alloc(32);
  for (const id of new Set(ids)) {
    const hash = createHash('sha256').update(id).digest();
    for (let index = 0; index < 32; index += 1) sum[index] = (sum[index] ?? 0) ^ (hash[index] ?? 0);
  }
  return sum.toString('hex');
}

export function writeSynchronization({ collectionId, url, digest }: Synchronization): string {
  return `collectionId="${collectionId}", url="${url}", digest="${digest}"`;
}

/** Null where it is malformed, or points to another origin than the collection's. */
export function readSynchronization(header: string): Synchronization | null {
  if (header.length > MOST_CHARACTERS) return null;
  const parts = new Map(
    [...header.matchAll(/([a-zA-Z]+)="([^"]*)"\s*(?:,|$)/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
  const collectionId = parseIri(parts.get('collectionId'));
  const url = parseIri(parts.get('url'));
  const digest = parts.get('digest')?.toLowerCase() ?? '';
  if (collectionId === null || url === null || !/^[0-9a-f]{64}$/.test(digest)) return null;
  return sameOrigin(url, collectionId) ? { collectionId, url, digest } : null;
}
