/** Private keys of local actors: in a collection of their own that no view can reach. */
import { createPrivateKey } from 'node:crypto';
import { generateEd25519Keys, type RsaKeys } from '@mitoyen/federation';
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import type { Mongo } from '../../platform/mongo.ts';
import type { SigningKeys } from './accounts.ts';

type PrivatePair = { rsa: string; ed25519: string; createdAt: number; serial?: number };
type StoredKeys = PrivatePair & {
  _id: string;
  iri: string;
  /** Made, and signing from the moment that the account publishes it. */
  next?: PrivatePair & { public: PublicKeys };
};

/** The public halves, as they stand in the account. */
export type PublicKeys = {
  publicKeys: { id: string; pem: string }[];
  assertionKeys: { id: string; multibase: string }[];
};

const CACHED = 5000;
/** How long a process may go on signing with a key that another process has replaced. */
const FRESH_MS = 60_000;

export type KeyStore = ReturnType<typeof createKeyStore>;

export function createKeyStore(deps: {
  mongo: Mongo;
  now: () => number;
  generateRsaKeys: () => Promise<RsaKeys>;
  /** The id of the key that the account shows, which is the one to sign with. */
  published: (account: string) => Promise<string | undefined>;
}) {
  const keys = deps.mongo.collection<StoredKeys>('keys');
  const cache = createBoundedCache<string, SigningKeys>(CACHED, { ttl: FRESH_MS });

  /** @throws Error for an account that has no keys here */
  async function stored(account: string): Promise<StoredKeys> {
    const found = await keys.findOne({ _id: account });
    if (!found) throw new Error(`no keys of account ${account}`);
    return found;
  }

  async function load(account: string): Promise<SigningKeys> {
    const found = await stored(account);
    const { iri, next } = found;
    const isNext = next && (await deps.published(account)) === rsaId(iri, next.serial);
    const { rsa, ed25519, serial } = isNext ? next : found;
    return {
      rsa: { id: rsaId(iri, serial), key: createPrivateKey(rsa) },
      ed25519: { id: ed25519Id(iri, serial), key: createPrivateKey(ed25519) },
    };
  }

  return {
    /** Makes and stores the keys of a new actor before the actor itself exists. */
    create: async (account: string, iri: string): Promise<PublicKeys> => {
      const made = makeKeys(iri, await deps.generateRsaKeys(), deps.now());
      await keys.insertOne({ _id: account, iri, ...made.pair });
      return made.public;
    },
    /** Makes the next keys; what a rotation that was cut short had made is taken up again. */
    prepare: async (account: string): Promise<PublicKeys> => {
      const { iri, serial = 1, next } = await stored(account);
      if (next) return next.public;
      const made = makeKeys(iri, await deps.generateRsaKeys(), deps.now(), serial + 1);
      const after = await keys.findOneAndUpdate(
        { _id: account, next: { $exists: false } },
        { $set: { next: { ...made.pair, public: made.public } } },
        { returnDocument: 'after' },
      );
      return after?.next?.public ?? (await stored(account)).next?.public ?? made.public;
    },
    /** The account shows the next keys: those before are deleted. */
    promote: async (account: string): Promise<void> => {
      const { next } = await stored(account);
      cache.delete(account);
      if (!next) return;
      const { public: _, ...pair } = next;
      await keys.updateOne(
        { _id: account, 'next.serial': pair.serial },
        { $set: pair, $unset: { next: '' } },
      );
    },
    discard: async (account: string): Promise<void> => {
      await keys.deleteOne({ _id: account });
    },
    signing: async (
      account: string,
      { fresh = false }: { fresh?: boolean } = {},
    ): Promise<SigningKeys> => {
      const cached = fresh ? undefined : cache.get(account);
      if (cached) return cached;
      const found = await load(account);
      cache.set(account, found);
      return found;
    },
  };
}

/** The first keys of an actor have no number. */
function rsaId(iri: string, serial?: number): string {
  return `${iri}#main-key${serial ? `-${serial}` : ''}`;
}

function ed25519Id(iri: string, serial?: number): string {
  return `${iri}#ed25519-key${serial ? `-${serial}` : ''}`;
}

function makeKeys(
  iri: string,
  rsa: RsaKeys,
  createdAt: number,
  serial?: number,
): { pair: PrivatePair; public: PublicKeys } {
  const ed25519 = generateEd25519Keys();
  return {
    pair: {
      rsa: rsa.privatePem,
      ed25519: ed25519.privatePem,
      createdAt,
      ...(serial !== undefined && { serial }),
    },
    public: {
      publicKeys: [{ id: rsaId(iri, serial), pem: rsa.publicPem }],
      assertionKeys: [{ id: ed25519Id(iri, serial), multibase: ed25519.publicMultibase }],
    },
  };
}
