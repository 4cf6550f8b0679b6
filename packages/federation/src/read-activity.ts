/**
 * From bytes to a plain ActivityStreams object. JSON-LD is not expanded: documents are read in
 * the compact form that every fediverse server writes, and what could make the compact form mean
 * something else (redefined terms, @graph, @reverse, @included, @nest) is refused.
 */
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';

export type ReadResult = { kind: 'ok'; activity: JsonObject } | { kind: 'refused'; reason: string };

/** Terms whose meaning no inline context may change. */
const CORE = new Set(
  (
    'id type actor object target result origin instrument to cc bto bcc audience attributedTo content name summary url href ' +
    'inReplyTo published updated tag attachment inbox outbox followers following endpoints sharedInbox publicKey publicKeyPem owner ' +
    'preferredUsername proof proofValue verificationMethod proofPurpose cryptosuite assertionMethod controller items orderedItems first next icon image source mediaType'
  ).split(' '),
);
/** Keywords with which a document can mean something else than it reads. */
const RESTRUCTURING = new Set(['@graph', '@reverse', '@included', '@nest', '@import']);
const ALLOWED_AT = new Set([
  '@context',
  '@language',
  '@value',
  '@type',
  '@id',
  '@container',
  '@vocab',
  '@version',
  '@protected',
  '@base',
  '@list',
  '@set',
]);

export function readActivity(raw: Buffer | string): ReadResult {
  if (raw.length > LIMITS.documentBytes) return refused('too large');
  let value: unknown;
  try {
    value = JSON.parse(typeof raw === 'string' ? raw : raw.toString('utf8'));
  } catch {
    return refused('not JSON');
  }
  if (!isObject(value)) return refused('not an object');
  const problem = structureProblem(value) ?? contextProblem(value['@context']);
  if (problem) return refused(problem);
  return { kind: 'ok', activity: value };
}

function refused(reason: string): ReadResult {
  return { kind: 'refused', reason };
}

/** Depth, size and JSON-LD keywords, in one walk without recursion. */
function structureProblem(root: JsonObject): string | null {
  const stack: { value: object; depth: number; context: boolean }[] = [
    { value: root, depth: 1, context: false },
  ];
  let nodes = 0;
  while (stack.length > 0) {
    const { value, depth, context } = stack.pop() as (typeof stack)[number];
    if (depth > LIMITS.jsonDepth) return 'too deep';
    for (const [key, child] of Object.entries(value)) {
      nodes += 1;
      if (nodes > LIMITS.jsonNodes) return 'too many parts';
      if (!context && RESTRUCTURING.has(key)) return `the keyword ${key} is not taken`;
      if (key === '__proto__') return 'a forbidden key';
      if (typeof child === 'object' && child !== null) {
        stack.push({ value: child, depth: depth + 1, context: context || key === '@context' });
      }
    }
  }
  return null;
}

function contextProblem(context: unknown): string | null {
  for (const entry of Array.isArray(context) ? context : [context]) {
    if (!isObject(entry)) continue;
    for (const [term, definition] of Object.entries(entry)) {
      if (term[0] === '@' && !ALLOWED_AT.has(term))
        return `the context keyword ${term.slice(0, 20)} is not taken`;
      if (CORE.has(term) && !keepsMeaning(term, definition)) return `the context redefines ${term}`;
    }
  }
  return null;
}

/** `"id": "@id"`, `"attributedTo": {"@id": "as:attributedTo", ...}` and their kind. */
function keepsMeaning(term: string, definition: unknown): boolean {
  const target = isObject(definition) ? definition['@id'] : definition;
  if (
    isObject(definition) &&
    Object.keys(definition).some((key) => !['@id', '@type', '@container', '@context'].includes(key))
  )
    return false;
  if (
    isObject(definition) &&
    definition['@context'] !== undefined &&
    definition['@context'] !== null
  )
    return false;
  if (typeof target !== 'string') return false;
  if (term === 'id') return target === '@id';
  if (term === 'type') return target === '@type';
  return (
    new RegExp(`^[A-Za-z0-9:/.#_-]*[:/#]${term}$`).test(target) &&
    /^(as|sec|ldp|security|https:\/\/www\.w3\.org\/ns\/activitystreams#|https:\/\/w3id\.org\/security#|http:\/\/www\.w3\.org\/ns\/ldp#|schema)/.test(
      target,
    )
  );
}
