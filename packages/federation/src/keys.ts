/** Key pairs: RSA-2048 for HTTP signatures, Ed25519 for proofs (FEP-521a, FEP-8b32). */
import { createPublicKey, generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { LRUCache } from 'lru-cache';
import { decodeBase58, encodeBase58 } from './base58.ts';

const generate = promisify(generateKeyPair);
/** multicodec prefix of an Ed25519 public key. */
const ED25519 = Buffer.from([0xed, 0x01]);
const MOST_PEM = 8192;
/** multicodec prefix of an RSA public key (PKCS#1, DER). */
const RSA = Buffer.from([0x85, 0x24]);
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** A pair as PEM (SPKI, PKCS#8). */
export type RsaKeys = { publicPem: string; privatePem: string };

/** RSA-2048. Larger keys sign ten times slower and not all peers take them. */
export async function generateRsaKeys(): Promise<RsaKeys> {
  const { publicKey, privateKey } = await generate('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { publicPem: publicKey, privatePem: privateKey };
}

/**
 * The key of a PEM that a remote published, or null where it is none that we verify with.
 * Too small proves nothing; an oversized modulus or exponent would make each check slow.
 */
export function readPublicPem(pem: string): KeyObject | null {
  if (pem.length > MOST_PEM || !/^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(pem)) return null;
  try {
    const key = createPublicKey(pem);
    return isUsableKey(key) ? key : null;
  } catch {
    return null;
  }
}

/** Asking a key for its details costs a tenth of a verification. */
const judged = new WeakMap<KeyObject, boolean>();

/** RSA of 2048 to 8192 bits with a usual exponent, or Ed25519. */
export function isUsableKey(key: KeyObject): boolean {
  const usable = judged.get(key) ?? judge(key);
  judged.set(key, usable);
  return usable;
}

function judge(key: KeyObject): boolean {
  if (key.asymmetricKeyType === 'ed25519') return true;
  if (key.asymmetricKeyType !== 'rsa') return false;
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  return modulusLength >= 2048 && modulusLength <= 8192 && publicExponent <= 0xffffffffn;
}

/** Ed25519, the public key as a Multikey (`z6Mk...`). */
export function generateEd25519Keys(): { publicMultibase: string; privatePem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicMultibase: toMultibase(publicKey),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

/** Making a KeyObject costs as much as a verification. */
const known = new LRUCache<string, KeyObject>({ max: 1_000 });

/**
 * A public key as a Multikey value.
 *
 * @throws TypeError for a key that is neither Ed25519 nor RSA
 */
export function toMultibase(key: KeyObject): string {
  if (key.asymmetricKeyType === 'ed25519') {
    const raw = key.export({ type: 'spki', format: 'der' }).subarray(-32);
    return `z${encodeBase58(Buffer.concat([ED25519, raw]))}`;
  }
  if (key.asymmetricKeyType !== 'rsa') throw new TypeError('neither Ed25519 nor RSA');
  return `z${encodeBase58(Buffer.concat([RSA, key.export({ type: 'pkcs1', format: 'der' })]))}`;
}

/** The key of a Multikey (FEP-521a), or null where it is neither an Ed25519 nor a usable RSA one. */
export function readMultibase(multibase: string): KeyObject | null {
  const key = known.get(multibase) ?? importMultibase(multibase);
  if (key) known.set(multibase, key);
  return key;
}

function importMultibase(multibase: string): KeyObject | null {
  // An RSA key of 4096 bits has 720 characters.
  if (!/^z[1-9A-HJ-NP-Za-km-z]{40,740}$/.test(multibase)) return null;
  const bytes = decodeBase58(multibase.slice(1));
  if (bytes.subarray(0, 2).equals(RSA)) return importRsa(bytes.subarray(2));
  if (bytes.length !== 34 || !bytes.subarray(0, 2).equals(ED25519)) return null;
  return createPublicKey({
    key: Buffer.concat([SPKI_ED25519, bytes.subarray(2)]),
    format: 'der',
    type: 'spki',
  });
}

function importRsa(der: Buffer): KeyObject | null {
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'pkcs1' });
    return isUsableKey(key) ? key : null;
  } catch {
    return null;
  }
}
