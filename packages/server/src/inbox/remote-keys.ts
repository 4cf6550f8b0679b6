/** Public keys of remote actors for signature checks: cached, fetched once on a miss, refreshed once on a failure. */
import { readMultibase, readPublicPem, type VerificationKey } from '@mitoyen/federation';
import { iriHost, parseIri, sameIri, sameOrigin, withoutFragment } from '@mitoyen/protocol';
import type { Apis } from '../apis.ts';
import type { Account } from '../features/accounts/account.ts';
import { createBoundedCache } from '../platform/bounded-cache.ts';
import type { RemoteFetch } from './remote-fetch.ts';

const KEY_CACHE = 10_000;
/** Also how long a key that its actor has withdrawn may still count here. */
const KEY_MS = 5 * 60_000;
/** A key that could not be had is not asked for again at once. */
const FAILURE_MS = 60_000;
/** How often one actor may be fetched anew because a signature in its name failed. */
const REFRESH_MS = 5 * 60_000;
const MOST_REFRESHES = 5;

export type RemoteKeys = {
  find: (keyId: string, options: { refresh: boolean }) => Promise<VerificationKey | null>;
  forget: (actor: string) => void;
};

export function createRemoteKeys(deps: {
  apis: Apis;
  remote: RemoteFetch;
  ownHost: string;
}): RemoteKeys {
  const { apis, remote } = deps;
  const keys = createBoundedCache<string, VerificationKey>(KEY_CACHE, { ttl: KEY_MS });
  const failures = createBoundedCache<string, true>(KEY_CACHE, { ttl: FAILURE_MS });
  const refreshed = createBoundedCache<string, number>(KEY_CACHE, { ttl: REFRESH_MS });

  async function find(
    rawKeyId: string,
    { refresh }: { refresh: boolean },
  ): Promise<VerificationKey | null> {
    const keyId = parseIri(rawKeyId);
    // A key that claims to be one of ours never came over the wire.
    if (keyId === null || iriHost(keyId) === deps.ownHost) return null;
    const cached = keys.get(keyId);
    // Before failures: a forger who makes us look in vain must not lock out the key that we hold.
    if (cached && !refresh) return cached;
    if (failures.has(keyId)) return null;
    const found = (refresh ? null : await held(keyId)) ?? (await load(keyId, refresh));
    if (found) keys.set(keyId, found);
    else failures.set(keyId, true);
    return found;
  }

  async function held(keyId: string): Promise<VerificationKey | null> {
    const known = await apis.accounts.byIri(withoutFragment(keyId));
    return known && keyOf(known, keyId);
  }

  /** From its origin; of an actor that we know already a few times only, whoever asks for it. */
  async function load(keyId: string, refresh: boolean): Promise<VerificationKey | null> {
    const named = await apis.accounts.byIri(withoutFragment(keyId));
    const owner = await ownerOf(keyId, named);
    if (owner === null) return null;
    const known = named ?? (await apis.accounts.byIri(owner));
    // Of a burst by somebody new, one request has them fetched while the others look.
    const stored = !refresh && known ? keyOf(known, keyId) : null;
    if (stored) return stored;
    if (known && !mayRefresh(known.iri)) return null;
    const account = await apis.accounts.resolveIri(owner, { refresh: true });
    return account && keyOf(account, keyId);
  }

  function mayRefresh(actor: string): boolean {
    const count = (refreshed.get(actor) ?? 0) + 1;
    if (count > MOST_REFRESHES) return false;
    refreshed.set(actor, count, { noUpdateTTL: true });
    return true;
  }

  /** The actor that a key id belongs to: the document it names, or the key document's owner. */
  async function ownerOf(keyId: string, known: Account | null): Promise<string | null> {
    if (known) return known.iri;
    const address = withoutFragment(keyId);
    if (address !== keyId) return address;
    const fetched = await remote.document(address);
    if (fetched.kind !== 'ok') return null;
    const { owner, controller } = fetched.document;
    const claimed = parseIri(owner ?? controller);
    if (claimed === null) return fetched.document.inbox ? address : null;
    return sameOrigin(claimed, address) ? claimed : null;
  }

  return {
    find,
    forget: (actor) => {
      for (const [keyId, key] of keys.entries()) if (sameIri(key.owner, actor)) keys.delete(keyId);
    },
  };
}

/**
 * Only the key that the actor itself claims, under the very id (FEP-fe34): in `publicKey`, or as
 * a Multikey in `assertionMethod` (FEP-521a).
 */
function keyOf(account: Account, keyId: string): VerificationKey | null {
  if (account.state === 'gone' || account.state === 'suspended') return null;
  const pem = account.publicKeys.find((key) => sameIri(key.id, keyId))?.pem;
  const multikey = account.assertionKeys.find((key) => sameIri(key.id, keyId))?.multibase;
  const key = pem ? readPublicPem(pem) : multikey ? readMultibase(multikey) : null;
  return key && { id: keyId, owner: account.iri, key };
}
