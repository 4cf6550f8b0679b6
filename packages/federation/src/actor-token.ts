/**
 * FEP-db0e: a group's short-lived word that a server has members in it, for other servers that
 * hold posts of the group and cannot know its members.
 */
import { type KeyObject, sign, verify } from 'node:crypto';
import { parseIri, sameIri } from '@mitoyen/protocol';
import { z } from 'zod';

const VALID_MS = 30 * 60_000;
/** The longest that the proposal lets a token live. */
const LONGEST_MS = 2 * 3600_000;
const CLOCKS_DIFFER_MS = 5 * 60_000;
export const ACTOR_TOKEN_SCHEME = 'ActivityPubActorToken';

const tokenSchema = z.object({
  issuer: z.string().max(2048),
  actor: z.string().max(2048),
  issuedAt: z.string().max(40),
  validUntil: z.string().max(40),
  signatures: z
    .array(
      z.object({
        algorithm: z.string().max(40),
        keyId: z.string().max(2048),
        signature: z.string().max(2048),
      }),
    )
    .min(1)
    .max(4),
});

export type ActorToken = z.infer<typeof tokenSchema>;

export function createActorToken(facts: {
  issuer: string;
  /** Whose signature must come with it. */
  actor: string;
  keyId: string;
  privateKey: KeyObject;
  /** Milliseconds since the epoch. */
  now: number;
}): ActorToken {
  const { issuer, actor, keyId, privateKey, now } = facts;
  const token = {
    issuer,
    actor,
    issuedAt: new Date(now).toISOString(),
    validUntil: new Date(now + VALID_MS).toISOString(),
  };
  const signature = sign('sha256', Buffer.from(signed(token)), privateKey).toString('base64');
  return { ...token, signatures: [{ algorithm: 'rsa-sha256', keyId, signature }] };
}

/** Null where it is no token at all. */
export function readActorToken(value: unknown): ActorToken | null {
  return tokenSchema.safeParse(value).data ?? null;
}

/** Whether the issuer said so of this actor, and says so still. The key must be the issuer's. */
export function actorTokenHolds(
  token: ActorToken,
  expected: {
    issuer: string;
    actor: string;
    keys: { id: string; key: KeyObject }[];
    now: number;
  },
): boolean {
  const { issuer, actor, now } = expected;
  if (!same(token.issuer, issuer) || !same(token.actor, actor)) return false;
  const from = Date.parse(token.issuedAt);
  const until = Date.parse(token.validUntil);
  const inTime = from <= now + CLOCKS_DIFFER_MS && until >= now - CLOCKS_DIFFER_MS;
  if (!inTime || until <= from || until - from > LONGEST_MS) return false;
  const found = token.signatures.find((one) => one.algorithm === 'rsa-sha256');
  const key = found && expected.keys.find(({ id }) => same(found.keyId, id))?.key;
  if (!found || key?.asymmetricKeyType !== 'rsa') return false;
  const bytes = Buffer.from(found.signature, 'base64');
  return verify('sha256', Buffer.from(signed(token)), key, bytes);
}

function same(given: string, expected: string): boolean {
  const iri = parseIri(given);
  return iri !== null && sameIri(iri, expected);
}

function signed({ issuer, actor, issuedAt, validUntil }: Omit<ActorToken, 'signatures'>): string {
  return Object.entries({ issuer, actor, issuedAt, validUntil })
    .map(([name, value]) => `${name}: ${value}`)
    .sort()
    .join('\n');
}
