/**
 * IRIs: normalised once, compared only here. An IRI of the fediverse is an absolute http(s)
 * address; everything else (other schemes, credentials, over-long text) is not one.
 */
const MAX_LENGTH = 2048;
/** URL parsers drop control characters and take a backslash for a slash; two readers could then differ. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const AMBIGUOUS = /[\u0000-\u001f\u007f\\]/;

type Normal = { iri: string; origin: string; host: string };

/** The same few actors and hosts are parsed again and again: an activity alone takes a dozen looks. */
const MOST_REMEMBERED = 4096;
const remembered = new Map<string, Normal | null>();

function normalise(value: string): Normal | null {
  const known = remembered.get(value);
  if (known !== undefined) return known;
  const normal = parse(value);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(value, normal);
  return normal;
}

function parse(value: string): Normal | null {
  if (AMBIGUOUS.test(value)) return null;
  const url = URL.parse(value);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  if (url.username !== '' || url.password !== '') return null;
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.replace(/\.+$/, '');
  if (url.hostname === '' || url.hostname.endsWith('.')) return null;
  return { iri: url.href, origin: url.origin, host: url.host };
}

/**
 * The normal form of an IRI, or null where the value is none: lower-case scheme and host,
 * punycode, no trailing dot, no default port. Path, query and fragment stay as they are.
 */
export function parseIri(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return null;
  return normalise(value)?.iri ?? null;
}

/** The host of a normal IRI, with a port that is not the usual one. Throws for what is no IRI. */
export function iriHost(iri: string): string {
  const normal = iri.length > MAX_LENGTH ? null : normalise(iri);
  if (normal === null) throw new TypeError('not an IRI');
  return normal.host;
}

/** Scheme, host and port are the same: one authority. */
export function sameOrigin(a: string, b: string): boolean {
  if (a.length > MAX_LENGTH || b.length > MAX_LENGTH) return false;
  const origin = normalise(a)?.origin;
  return origin !== undefined && origin === normalise(b)?.origin;
}

/** The same IRI after normalisation. What is no IRI equals nothing. */
export function sameIri(a: string, b: string): boolean {
  const left = parseIri(a);
  return left !== null && left === parseIri(b);
}

export function withoutFragment(iri: string): string {
  const end = iri.indexOf('#');
  return end === -1 ? iri : iri.slice(0, end);
}

/** A host name as people type it (case, Unicode, trailing dot, port) in its normal form, or null. */
export function normaliseHost(text: string): string | null {
  const trimmed = text.trim();
  if (!/^[^\s/?#@\\]{1,260}$/.test(trimmed)) return null;
  const iri = parseIri(`https://${trimmed}/`);
  return iri === null ? null : iriHost(iri);
}
