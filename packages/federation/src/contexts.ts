/**
 * What a document's `@context` does to its plain reading. ActivityStreams 2.0 (section 2.1)
 * makes its own context normative: no other may change what its terms mean. So a document is
 * read as the plain JSON that it looks like, unless its inline contexts say otherwise; then it
 * takes the JSON-LD road, or is refused where a core term would mean something else.
 */
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';

export const AS_CONTEXT = 'https://www.w3.org/ns/activitystreams';
const AS = `${AS_CONTEXT}#`;

/** The normative context, and those that are known to include it. */
const NORMATIVE = new Set([
  AS_CONTEXT,
  `${AS_CONTEXT}.jsonld`,
  'http://www.w3.org/ns/activitystreams',
  'https://join-lemmy.org/context.json',
]);

export type ContextVerdict =
  | { kind: 'plain' }
  | { kind: 'jsonld' }
  | { kind: 'refused'; reason: string };

const PLAIN: ContextVerdict = { kind: 'plain' };
const JSONLD: ContextVerdict = { kind: 'jsonld' };

/** Terms whose meaning no inline context may change: those that authority and audience hang on. */
export const CORE_TERMS: ReadonlySet<string> = new Set(
  (
    'id type actor object target result origin instrument to cc bto bcc audience attributedTo content name summary url href ' +
    'inReplyTo published updated tag attachment inbox outbox followers following endpoints sharedInbox publicKey publicKeyPem owner ' +
    'preferredUsername proof proofValue verificationMethod proofPurpose cryptosuite assertionMethod controller publicKeyMultibase ' +
    'items orderedItems first next icon image source mediaType movedTo alsoKnownAs'
  ).split(' '),
);

/** What the prefixes that core terms are written with stand for. */
const PREFIXES: Record<string, string[]> = {
  as: [AS, AS_CONTEXT],
  sec: ['https://w3id.org/security#'],
  security: ['https://w3id.org/security#', 'https://w3id.org/security/v1#'],
  ldp: ['http://www.w3.org/ns/ldp#'],
};

const DEFINITION_KEYS = new Set(['@id', '@type', '@container', '@context', '@protected']);
/** Context keywords that do not touch the meaning of a term that we read. */
const HARMLESS = new Set(['@language', '@version', '@protected', '@vocab', '@base', '@direction']);

/** Judges one `@context` value, of the document or of an object within it. */
export function judgeContext(context: unknown, options: { isRoot: boolean }): ContextVerdict {
  if (context === undefined) return PLAIN;
  const entries = Array.isArray(context) ? context : [context];
  if (entries.length > LIMITS.contexts) return refused('too many contexts');
  let isNormative = !options.isRoot;
  let needsJsonLd = false;
  for (const entry of entries) {
    // An unknown context by address is never fetched: it could not change the normative terms.
    if (typeof entry === 'string') {
      isNormative ||= NORMATIVE.has(entry);
      continue;
    }
    if (!isObject(entry)) return refused('the context is malformed');
    const verdict = judgeMap(entry);
    if (verdict.kind === 'refused') return verdict;
    needsJsonLd ||= verdict.kind === 'jsonld';
  }
  return needsJsonLd || !isNormative ? JSONLD : PLAIN;
}

function judgeMap(map: JsonObject): ContextVerdict {
  let needsJsonLd = false;
  for (const [term, definition] of Object.entries(map)) {
    const verdict = term.startsWith('@')
      ? judgeKeyword(term)
      : judgeTerm(term, isObject(definition) ? definition : { '@id': definition });
    if (verdict.kind === 'refused') return verdict;
    needsJsonLd ||= verdict.kind === 'jsonld';
  }
  return needsJsonLd ? JSONLD : PLAIN;
}

function judgeKeyword(keyword: string): ContextVerdict {
  return HARMLESS.has(keyword)
    ? PLAIN
    : refused(`the context keyword ${keyword.slice(0, 20)} is not taken`);
}

function judgeTerm(term: string, definition: JsonObject): ContextVerdict {
  const target = definition['@id'];
  if (CORE_TERMS.has(term) && !keepsMeaning(term, definition))
    return refused(`the context redefines ${term}`);
  const prefix = Object.hasOwn(PREFIXES, term) ? PREFIXES[term] : undefined;
  if (prefix && !(typeof target === 'string' && prefix.includes(target)))
    return refused(`the context redefines ${term}`);
  if ('@reverse' in definition || '@nest' in definition || isGraph(definition['@container']))
    return refused('the context restructures the document');
  if (isObject(definition['@context']) || Array.isArray(definition['@context'])) {
    const scoped = judgeContext(definition['@context'], { isRoot: false });
    if (scoped.kind !== 'plain') return scoped;
  }
  return isAlias(term, target) ? JSONLD : PLAIN;
}

function isGraph(container: unknown): boolean {
  return [container].flat().includes('@graph');
}

/** `"id": "@id"`, `"attributedTo": {"@id": "as:attributedTo", "@type": "@id"}` and their kind. */
function keepsMeaning(term: string, definition: JsonObject): boolean {
  const target = definition['@id'];
  if (!Object.keys(definition).every((key) => DEFINITION_KEYS.has(key))) return false;
  if (term === 'id' || term === 'type') return target === `@${term}`;
  if (definition['@context'] !== undefined && definition['@context'] !== null) return false;
  if (typeof target !== 'string') return false;
  return Object.entries(PREFIXES).some(
    ([prefix, [namespace]]) => target === `${prefix}:${term}` || target === `${namespace}${term}`,
  );
}

/** Another name for a keyword or for a core term: the plain reading would miss it. */
function isAlias(term: string, target: unknown): boolean {
  if (typeof target !== 'string') return false;
  if (target.startsWith('@')) return term !== 'id' && term !== 'type';
  const name = localName(target);
  return name !== null && name !== term && CORE_TERMS.has(name);
}

/** `actor` of `as:actor` and of its full IRI; null for another vocabulary. */
export function localName(iri: string): string | null {
  if (iri.startsWith('as:')) return iri.slice(3);
  return iri.startsWith(AS) ? iri.slice(AS.length) : null;
}

function refused(reason: string): ContextVerdict {
  return { kind: 'refused', reason };
}
