/** Private keys of local actors: in a collection of their own that no view can reach. */
import { createPrivateKey } from 'node:crypto';
import { generateEd25519Keys, generateRsaKeys } from '@mitoyen/federation';
import { LRUCache } from 'lru-cache';
import type { Mongo } from '../../platform/mongo.ts';
import type { SigningKeys } from './accounts.ts';

type StoredKeys = { _id: string; iri: string; rsa: string; ed25519: string; createdAt: number };

/** The public halves, as they stand in the account. */
export type PublicKeys = {
  publicKeys: { id: string; pem: string }[];
  assertionKeys: { id: string; multibase: string }[];
};

const CACHED = 5000;

export type KeyStore = ReturnType<typeof createKeyStore>;

export function createKeyStore(deps: { mongo: Mongo; now: () => number }) {
  const keys = deps.mongo.collection<StoredKeys>('keys');
  const cache = new LRUCache<string, SigningKeys>({ max: CACHED });

  return {
    /** Makes and stores the keys of a new actor before the actor itself exists. */
    create: async (account: string, iri: string): Promise<PublicKeys> => {
      const rsa = await generateRsaKeys();
      const ed25519 = generateEd25519Keys();
      await keys.insertOne({
        _id: account,
        iri,
        rsa: rsa.privatePem,
        ed25519: ed25519.privatePem,
        createdAt: deps.now(),
      });
      return {
        publicKeys: [{ id: `${iri}#main-key`, pem: rsa.publicPem }],
        assertionKeys: [{ id: `${iri}#ed25519-key`, multibase: ed25519.publicMultibase }],
      };
    },
    discard: async (account: string): Promise<void> => {
      await keys.deleteOne({ _id: account });
    },
    /** @throws Error for an account that has no keys here */
    signing: async (account: string): Promise<SigningKeys> => {
      const cached = cache.get(account);
      if (cached) return cached;
      const stored = await keys.findOne({ _id: account });
      if (!stored) throw new Error(`no keys of account ${account}`);
      const found: SigningKeys = {
        rsa: { id: `${stored.iri}#main-key`, key: createPrivateKey(stored.rsa) },
        ed25519: { id: `${stored.iri}#ed25519-key`, key: createPrivateKey(stored.ed25519) },
      };
      cache.set(account, found);
      return found;
    },
  };
}
