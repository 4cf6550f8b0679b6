/** Passkeys: keys of a person's own devices, with which they sign in without a password. */

export type Passkey = {
  /** The credential's id, base64url. */
  _id: string;
  account: string;
  /** For addresses and lists: says nothing about the credential. */
  publicId: string;
  /** COSE, base64url. */
  publicKey: string;
  /** Of signatures; stays 0 with keys that are synchronized between devices. */
  counter: number;
  transports: string[];
  name: string;
  backedUp: boolean;
  createdAt: number;
  usedAt?: number;
};

export const MOST_PASSKEYS = 20;
export const CHALLENGE_MS = 5 * 60_000;

export type RelyingParty = { id: string; origin: string; name: string };

/**
 * Who asks for the key, from the configured address alone. Null where browsers offer none: they
 * want a name, and https but on the same machine (WebAuthn, 5.1.2 and "potentially trustworthy").
 */
export function relyingParty(baseUrl: string, name: string): RelyingParty | null {
  const { protocol, hostname, origin } = new URL(baseUrl);
  const isAddress = /^\[|^\d+\.\d+\.\d+\.\d+$/.test(hostname);
  const isSafe = protocol === 'https:' || /(^|\.)localhost$/.test(hostname);
  return isSafe && !isAddress ? { id: hostname, origin, name } : null;
}

export function viewPasskey(key: Passkey) {
  return {
    id: key.publicId,
    name: key.name,
    synced: key.backedUp,
    created_at: new Date(key.createdAt).toISOString(),
    last_used_at: key.usedAt ? new Date(key.usedAt).toISOString() : null,
  };
}
