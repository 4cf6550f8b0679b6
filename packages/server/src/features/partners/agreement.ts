/** Agreements: pure rules about terms, versions and who wins. */
import { createHash } from 'node:crypto';
import { iriHost, parseIri } from '@mitoyen/protocol';
import { z } from 'zod';
import {
  type Agreement,
  COPIES_THEN,
  COPY_LEVELS,
  type Party,
  SCOPES,
  type Terms,
} from './partners.ts';

const MOST_GROUPS = 200;
const LONGEST_PURPOSE = 2000;
/** An expiry further off than this is a mistake. */
const FURTHEST_MS = 100 * 365 * 24 * 3600_000;

export const scopesSchema = z
  .array(z.enum(SCOPES, { error: `is not one of ${SCOPES.join(', ')}` }))
  .min(1, 'needs at least one scope')
  .max(SCOPES.length)
  .refine((scopes) => new Set(scopes).size === scopes.length, 'names a scope twice');

/** Below this a limit on pictures would allow none, above it the configuration is in the way. */
const MEDIA_BYTES = { least: 1024, most: 1_073_741_824 };

/** `full` goes without saying: agreements that were made before the term say the same. */
export const copyLevelSchema = z
  .enum(COPY_LEVELS)
  .transform((level) => (level === 'full' ? undefined : level));

export const limitsSchema = z.object({
  mediaBytes: z.int().min(MEDIA_BYTES.least).max(MEDIA_BYTES.most).optional(),
  copyDays: z.int().min(1).max(36_500).optional(),
  copiesThen: z.enum(COPIES_THEN).default('purge'),
  copyLevel: copyLevelSchema.optional(),
});

const iri = z.string().transform((text, ctx) => {
  const normal = parseIri(text);
  if (normal !== null) return normal;
  ctx.addIssue({ code: 'custom', message: 'is not an address' });
  return z.NEVER;
});

export const partySchema = z.object({
  host: z.string().min(1).max(260),
  actor: iri,
  name: z.string().max(200).catch(''),
  publicKeyPem: z.string().min(100).max(4000),
  proofKey: z.string().regex(/^z[1-9A-HJ-NP-Za-km-z]{40,60}$/, 'is not a key'),
});

/** An agreement as it comes over the wire, once its words are ours. */
export const agreementSchema = z.object({
  iri,
  attributedTo: iri,
  version: z.int().min(1).max(1_000_000),
  purpose: z.string().max(LONGEST_PURPOSE),
  scopes: scopesSchema,
  groups: z.union([z.literal('all'), z.array(iri).max(MOST_GROUPS)]),
  limits: limitsSchema,
  expiresAt: z.int().optional(),
  parties: z.array(partySchema).length(2),
});

export type WireAgreement = z.output<typeof agreementSchema>;

/** The terms in one order, so that equal ones are equal as text. */
function canonicalTerms(terms: Terms) {
  return [
    terms.purpose,
    [...terms.scopes].sort(),
    terms.groups === 'all' ? 'all' : [...new Set(terms.groups)].sort(),
    terms.expiresAt ?? null,
    [
      terms.limits.mediaBytes ?? null,
      terms.limits.copyDays ?? null,
      terms.limits.copiesThen,
      ...(terms.limits.copyLevel ? [terms.limits.copyLevel] : []),
    ],
  ];
}

/** Whether two offers say the same, whoever made them and under whatever version. */
export function sameTerms(a: Terms, b: Terms): boolean {
  return JSON.stringify(canonicalTerms(a)) === JSON.stringify(canonicalTerms(b));
}

/** What an Accept names beside the id, so that nobody accepts a text he has not seen. */
export function digestOf(
  agreement: Terms & {
    iri: string;
    version: number;
    parties: Pick<Party, 'host' | 'actor' | 'publicKeyPem' | 'proofKey'>[];
  },
): string {
  const parties = agreement.parties
    .map(({ host, actor, publicKeyPem, proofKey }) => [
      host,
      actor,
      plainPem(publicKeyPem),
      proofKey,
    ])
    .sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
  const text = JSON.stringify([
    agreement.iri,
    agreement.version,
    canonicalTerms(agreement),
    parties,
  ]);
  return createHash('sha256').update(text).digest('base64url');
}

/** Of two agreements the higher version counts; of two that crossed, the smaller id. */
export function outranks(
  a: Pick<Agreement, 'version' | 'iri'>,
  b: Pick<Agreement, 'version' | 'iri'>,
): boolean {
  return a.version === b.version ? a.iri < b.iri : a.version > b.version;
}

/** In force now, or until it expired. An offer that expired before it was accepted has one signature. */
export function wasInForce({
  state,
  signatures,
}: Pick<Agreement, 'state' | 'signatures'>): boolean {
  return state === 'active' || (state === 'expired' && signatures.length > 1);
}

/** The same key, however its lines are broken. */
export function samePem(a: string, b: string): boolean {
  return plainPem(a) === plainPem(b);
}

function plainPem(pem: string): string {
  return pem.replace(/\s+/g, '');
}

/** Versions that the other side may have made without our hearing of them. */
export const FURTHEST_AHEAD = 1000;

export type PartyFacts = { host: string; actor: string; keys: string[]; proofKeys: string[] };

/**
 * Whether an offered document may be accepted: it is theirs, it is between us two and nobody
 * else, with the keys that both really have, and it is in force for some time.
 *
 * @returns what is wrong, or null
 */
export function problemOf(
  wire: WireAgreement,
  facts: { us: PartyFacts; them: PartyFacts; now: number },
): string | null {
  const { us, them, now } = facts;
  if (iriHost(wire.iri) !== them.host || !new URL(wire.iri).pathname.startsWith('/agreements/')) {
    return 'its id is not an agreement of that host';
  }
  if (wire.attributedTo !== them.actor) return 'it is not by the instance actor';
  for (const [side, name] of [
    [us, 'our'],
    [them, 'their'],
  ] as const) {
    const party = wire.parties.find((one) => one.host === side.host);
    if (!party) return `${name} domain is not in it`;
    if (party.actor !== side.actor) return `${name} instance actor is another one`;
    if (!side.keys.some((key) => samePem(key, party.publicKeyPem)))
      return `${name} key is another one`;
    if (!side.proofKeys.includes(party.proofKey)) return `${name} key for proofs is another one`;
  }
  if (wire.groups !== 'all') {
    const foreign = wire.groups.find((group) => ![us.host, them.host].includes(iriHost(group)));
    if (foreign !== undefined) return 'it names a group of somebody else';
  }
  return problemOfExpiry(wire.expiresAt, now);
}

export function problemOfExpiry(expiresAt: number | undefined, now: number): string | null {
  if (expiresAt === undefined) return null;
  if (expiresAt <= now) return 'it has expired';
  return expiresAt > now + FURTHEST_MS ? 'it expires too far off' : null;
}
