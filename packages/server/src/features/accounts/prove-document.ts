/**
 * FEP-8b32 proofs on what we serve. A document is asked for many times and changes seldom, so
 * the last ones are kept with their proofs, by what they say and the key that signed.
 */
import { hash } from 'node:crypto';
import { createProof, type JsonObject } from '@mitoyen/federation';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../platform/clock.ts';
import type { SigningKeys } from './accounts.ts';

const KEPT_CHARACTERS = 4_000_000;

export function createProveDocument(deps: {
  signing: (account: string) => Promise<SigningKeys>;
  clock: Clock;
}) {
  const proved = new LRUCache<string, JsonObject>({
    maxSize: KEPT_CHARACTERS,
    sizeCalculation: (document) => JSON.stringify(document).length,
  });

  /** @param account the local account that speaks in the document */
  return async function proveDocument(account: string, document: JsonObject): Promise<JsonObject> {
    const { ed25519 } = await deps.signing(account);
    const key = hash('sha256', `${ed25519.id}\n${JSON.stringify(document)}`, 'base64url');
    const known = proved.get(key);
    if (known) return known;
    const made = createProof(document, {
      verificationMethod: ed25519.id,
      privateKey: ed25519.key,
      created: new Date(deps.clock.now()).toISOString(),
    });
    proved.set(key, made);
    return made;
  };
}
