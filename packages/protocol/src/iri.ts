/**
 * IRIs: normalised once, compared only here. An IRI of the fediverse is an absolute http(s)
 * address; everything else (other schemes, credentials, over-long text) is not one.
 */
const MAX_LENGTH = 2048;
/** URL parsers drop control characters and take a backslash for a slash; two readers could then differ. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const AMBIGUOUS = /[\u0000-\u001f\u007f\\]/;

/**
 * The normal form of an IRI, or null where the value is none: lower-case scheme and host,
 * punycode, no trailing dot, no default port. Path, query and fragment stay as they are.
 */
export function parseIri(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_LENGTH || AMBIGUOUS.test(value)) return null;
  const url = URL.parse(value);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  if (url.username !== '' || url.password !== '' || url.hostname === '') return null;
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.replace(/\.+$/, '');
  return url.hostname === '' || url.hostname.endsWith('.') ? null : url.href;
}

/** The host of a normal IRI, with a port that is not the usual one. Throws for what is no IRI. */
export function iriHost(iri: string): string {
  const normal = parseIri(iri);
  if (normal === null) throw new TypeError('not an IRI');
  return new URL(normal).host;
}

/** Scheme, host and port are the same: one authority. */
export function sameOrigin(a: string, b: string): boolean {
  const [left, right] = [parseIri(a), parseIri(b)];
  return left !== null && right !== null && new URL(left).origin === new URL(right).origin;
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
  return iri === null ? null : new URL(iri).host;
}
