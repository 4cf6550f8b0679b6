/**
 * Verifies the signature of a request over its raw bytes: draft-cavage-12 or RFC 9421.
 * The checks come in the order of their cost; the key is looked for last.
 */
import { type KeyObject, verify as verifyBytes } from 'node:crypto';
import { parseIri, sameIri, sameOrigin } from '@mitoyen/protocol';
import { type CavageSignature, cavageString, parseCavage } from './cavage.ts';
import { digestMatches } from './digest.ts';
import { isUsableKey } from './keys.ts';
import { type MessageSignature, parseMessageSignature, signatureBase } from './rfc9421.ts';

/** A public key and the actor that owns it. */
export type VerificationKey = { id: string; owner: string; key: KeyObject };

export type FindKey = (
  keyId: string,
  options: { refresh: boolean },
) => Promise<VerificationKey | null>;

export type RefusedSignature =
  | 'missing'
  | 'malformed'
  | 'algorithm'
  | 'headers_not_signed'
  | 'digest'
  | 'host'
  | 'date'
  | 'unknown_key'
  | 'mismatch';

export type SignatureVerdict =
  /** `signature`: the bytes, by which a second use is known; `covered`: the headers that it vouches for. */
  | { ok: true; keyId: string; actor: string; signature: Buffer; covered: string[] }
  | { ok: false; reason: RefusedSignature };

export type SignedRequest = {
  method: string;
  /** Path and query as received. */
  target: string;
  /** By lower-case name. */
  headers: Record<string, string | undefined>;
  rawBody: Uint8Array;
  /** Milliseconds since the epoch. */
  now: number;
  /** The hosts that we answer for. */
  allowedHosts: string[];
  findKey: FindKey;
};

/** How long after its date a signature counts. */
export const SIGNATURE_PAST_MS = 3600_000;
/** How far ahead of our clock its date may be. */
export const SIGNATURE_FUTURE_MS = 5 * 60_000;

export async function verifyRequest(request: SignedRequest): Promise<SignatureVerdict> {
  const { headers } = request;
  if (!isOurHost(headers.host, request.allowedHosts)) return refused('host');
  // In absolute form (`POST https://other.example/inbox`) the target would carry a host of its own.
  if (!request.target.startsWith('/')) return refused('malformed');
  if (headers['signature-input'] && headers.signature) return verifyMessage(request);
  if (headers.signature) return verifyDraft(request, headers.signature);
  return refused('missing');
}

function isOurHost(host: string | undefined, allowed: string[]): boolean {
  const normal = host?.toLowerCase() ?? '';
  return allowed.includes(normal) || allowed.includes(normal.replace(/\.?(?::(?:443|80))?$/, ''));
}

function refused(reason: RefusedSignature): SignatureVerdict {
  return { ok: false, reason };
}

async function verifyDraft(request: SignedRequest, header: string): Promise<SignatureVerdict> {
  const parsed = parseCavage(header);
  if (!parsed) return refused('malformed');
  if (!['rsa-sha256', 'hs2019', 'ed25519'].includes(parsed.algorithm)) return refused('algorithm');
  const hasBody = needsDigest(request);
  const problem = draftProblem(request, parsed, hasBody);
  if (problem) return refused(problem);
  if (draftText(request, parsed, request.target) === null) return refused('headers_not_signed');
  return withKey(request, { ...parsed, covered: parsed.headers }, (key) => {
    for (const target of possibleTargets(request.target)) {
      const text = draftText(request, parsed, target);
      if (text !== null && holdsFor(key, text, parsed.signature)) return true;
    }
    return false;
  });
}

function draftProblem(
  request: SignedRequest,
  parsed: CavageSignature,
  hasBody: boolean,
): RefusedSignature | null {
  const { headers: names } = parsed;
  const required = ['(request-target)', 'host', ...(hasBody ? ['digest'] : [])];
  if (!required.every((name) => names.includes(name))) return 'headers_not_signed';
  if (!names.includes('date') && !names.includes('(created)')) return 'headers_not_signed';
  if (names.includes('(created)') && parsed.algorithm === 'rsa-sha256') return 'algorithm';
  if (names.includes('date') && !inWindow(Date.parse(request.headers.date ?? ''), request.now))
    return 'date';
  if (names.includes('(created)') && !inWindow((parsed.created ?? Number.NaN) * 1000, request.now))
    return 'date';
  if (parsed.expires !== undefined && parsed.expires * 1000 < request.now) return 'date';
  if (hasBody && !digestMatches(request.headers.digest ?? '', request.rawBody)) return 'digest';
  return null;
}

/**
 * As received, and then as some peers sign it: without the query, or with percent-encoding as
 * their URL library writes it. Lazily: nearly all sign what they send.
 */
function* possibleTargets(target: string): Iterable<string> {
  yield target;
  const url = URL.parse(`https://us.invalid${target}`);
  const others = new Set([
    target.split('?')[0] ?? target,
    url ? url.pathname + url.search : target,
    safeDecode(target),
  ]);
  others.delete(target);
  yield* others;
}

function draftText(request: SignedRequest, parsed: CavageSignature, target: string): string | null {
  const { created, expires } = parsed;
  const { method, headers } = request;
  return cavageString(parsed.headers, { method, headers, target, created, expires });
}

function safeDecode(target: string): string {
  try {
    return decodeURI(target);
  } catch {
    return target;
  }
}

async function verifyMessage(request: SignedRequest): Promise<SignatureVerdict> {
  const { headers } = request;
  const parsed = parseMessageSignature(headers['signature-input'] ?? '', headers.signature ?? '');
  if (!parsed) return refused('malformed');
  if (parsed.algorithm && !['rsa-v1_5-sha256', 'ed25519'].includes(parsed.algorithm))
    return refused('algorithm');
  const problem = messageProblem(request, parsed);
  if (problem) return refused(problem);
  const baseOf = (targetUri: string) =>
    signatureBase(parsed.components, parsed.params, { method: request.method, targetUri, headers });
  if (baseOf(`https://${headers.host}${request.target}`) === null)
    return refused('headers_not_signed');
  return withKey(request, { ...parsed, covered: parsed.components }, (key) => {
    for (const targetUri of possibleTargetUris(request)) {
      const base = baseOf(targetUri);
      if (base !== null && matches(base, parsed, key)) return true;
    }
    return false;
  });
}

/** As received, then as a URL parser writes it; a proxy in front of us may have taken the TLS off. */
function* possibleTargetUris({ target, headers }: SignedRequest): Iterable<string> {
  for (const scheme of ['https', 'http']) {
    const uri = `${scheme}://${headers.host}${target}`;
    yield uri;
    const normal = URL.parse(uri)?.href ?? uri;
    if (normal !== uri) yield normal;
  }
}

function messageProblem(request: SignedRequest, parsed: MessageSignature): RefusedSignature | null {
  const has = (name: string) => parsed.components.includes(name);
  const target =
    has('@target-uri') || (has('@authority') && (has('@request-target') || has('@path')));
  if (!has('@method') || !target) return 'headers_not_signed';
  if (!inWindow((parsed.created ?? Number.NaN) * 1000, request.now)) return 'date';
  if (parsed.expires !== undefined && parsed.expires * 1000 < request.now) return 'date';
  if (!needsDigest(request)) return null;
  if (!has('content-digest')) return 'headers_not_signed';
  return digestMatches(request.headers['content-digest'] ?? '', request.rawBody) ? null : 'digest';
}

function matches(base: string, parsed: MessageSignature, key: KeyObject): boolean {
  const named = parsed.algorithm === undefined ? undefined : parsed.algorithm === 'ed25519';
  if (named !== undefined && named !== (key.asymmetricKeyType === 'ed25519')) return false;
  return holdsFor(key, base, parsed.signature);
}

function holdsFor(key: KeyObject, text: string, signature: Buffer): boolean {
  return verifyBytes(
    key.asymmetricKeyType === 'ed25519' ? null : 'sha256',
    Buffer.from(text),
    key,
    signature,
  );
}

function needsDigest(request: SignedRequest): boolean {
  return !['GET', 'HEAD'].includes(request.method.toUpperCase()) || request.rawBody.length > 0;
}

function inWindow(at: number, now: number): boolean {
  return at >= now - SIGNATURE_PAST_MS && at <= now + SIGNATURE_FUTURE_MS;
}

/** Tries the known key, and once more with a fresh one: the actor may have changed its key. */
async function withKey(
  request: SignedRequest,
  { keyId, signature, covered }: { keyId: string; signature: Buffer; covered: string[] },
  holds: (key: KeyObject) => boolean,
): Promise<SignatureVerdict> {
  if (parseIri(keyId) === null) return refused('malformed');
  const known = await request.findKey(keyId, { refresh: false });
  if (!known || !isTrustworthy(known, keyId)) return refused('unknown_key');
  if (holds(known.key))
    return { ok: true, keyId: known.id, actor: known.owner, signature, covered };
  const fresh = await request.findKey(keyId, { refresh: true });
  if (!fresh || !isTrustworthy(fresh, keyId)) return refused('mismatch');
  if (!sameIri(fresh.owner, known.owner) || !holds(fresh.key)) return refused('mismatch');
  return { ok: true, keyId: fresh.id, actor: fresh.owner, signature, covered };
}

/** The very key that was named, of the origin of its owner (FEP-fe34), and of a kind that proves. */
function isTrustworthy(found: VerificationKey, keyId: string): boolean {
  return sameIri(found.id, keyId) && sameOrigin(found.owner, keyId) && isUsableKey(found.key);
}
