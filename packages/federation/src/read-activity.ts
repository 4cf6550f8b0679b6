/**
 * From bytes to a plain ActivityStreams object in the compact form that fediverse servers
 * write. The fast path takes it as it is; a document whose context renames terms goes through
 * full JSON-LD (`createDocumentReader`); one that is built to mean something else than it
 * reads (CVE-2026-42462) is refused.
 */
import type { ApexKit } from './apex/apex-kit.ts';
import { CORE_TERMS, judgeContext, localName } from './contexts.ts';
import { isObject, type JsonObject } from './json.ts';
import { LIMITS } from './limits.ts';

export type ReadResult =
  | { kind: 'ok'; activity: JsonObject }
  | {
      kind: 'refused';
      reason: string;
      /** It may be readable with full JSON-LD: see createDocumentReader. */
      needsJsonLd?: true;
    };

/** Keywords with which a document can mean something else than it reads. */
const RESTRUCTURING = new Set(['@graph', '@reverse', '@included', '@nest', '@import']);

const AT = '@'.charCodeAt(0);

/** Keys that would change what JavaScript does with the object: String() of such a one throws. */
const FORBIDDEN = new Set(['__proto__', 'toString', 'valueOf']);

type Structure = { problem: string } | { needsJsonLd: boolean; nodes: number };

/** The fast path alone: no JSON-LD processing, about 50,000 documents a second. */
export function readActivity(raw: Buffer | string): ReadResult {
  const parsed = parse(raw);
  if ('reason' in parsed) return parsed;
  const structure = inspect(parsed.json);
  if ('problem' in structure) return refused(structure.problem);
  return structure.needsJsonLd
    ? { ...refused('its context renames terms'), needsJsonLd: true }
    : { kind: 'ok', activity: parsed.json };
}

/** Reads by the fast path, and by full JSON-LD through activitypub-express where that is needed. */
export function createDocumentReader(deps: {
  kit: Pick<ApexKit, 'normalise'>;
}): (raw: Buffer | string) => Promise<ReadResult> {
  return async function readDocument(raw) {
    const parsed = parse(raw);
    if ('reason' in parsed) return parsed;
    const structure = inspect(parsed.json);
    if ('problem' in structure) return refused(structure.problem);
    if (!structure.needsJsonLd) return { kind: 'ok', activity: parsed.json };
    if (structure.nodes > LIMITS.jsonLdNodes) return refused('too many parts for its context');
    return expand(parsed.json);
  };

  async function expand(json: JsonObject): Promise<ReadResult> {
    try {
      const activity = await deps.kit.normalise(json);
      const structure = inspect(activity);
      if ('problem' in structure) return refused(structure.problem);
      return { kind: 'ok', activity };
    } catch {
      // A context that is not preloaded, or JSON-LD that contradicts itself.
      return refused('its JSON-LD cannot be processed');
    }
  }
}

function refused(reason: string): ReadResult & { kind: 'refused' } {
  return { kind: 'refused', reason };
}

function parse(raw: Buffer | string): { json: JsonObject } | (ReadResult & { kind: 'refused' }) {
  if (raw.length > LIMITS.documentBytes) return refused('too large');
  try {
    const json: unknown = JSON.parse(typeof raw === 'string' ? raw : raw.toString('utf8'));
    return isObject(json) ? { json } : refused('not an object');
  } catch {
    return refused('not JSON');
  }
}

/** Depth, size, keywords and contexts, in one walk without recursion. */
function inspect(root: JsonObject): Structure {
  const stack: object[] = [root];
  const depths: number[] = [1];
  let nodes = 0;
  let needsJsonLd = false;
  while (stack.length > 0) {
    const value = stack.pop() as Record<string, unknown>;
    const depth = depths.pop() as number;
    if (depth > LIMITS.jsonDepth) return { problem: 'too deep' };
    const isList = Array.isArray(value);
    for (const key of Object.keys(value)) {
      nodes += 1;
      if (nodes > LIMITS.jsonNodes) return { problem: 'too many parts' };
      const child = value[key];
      if (key === '@context' && !isList) {
        // Measured before it is judged: judging follows contexts within contexts.
        nodes += sizeOf(child, depth);
        if (nodes > LIMITS.jsonNodes) return { problem: 'too many parts' };
        const verdict = judgeContext(child, { isRoot: value === root });
        if (verdict.kind === 'refused') return { problem: verdict.reason };
        needsJsonLd ||= verdict.kind === 'jsonld';
        continue;
      }
      if (!isList) {
        const verdict = judgeKey(key, value === root);
        if (typeof verdict === 'string') return { problem: verdict };
        needsJsonLd ||= verdict;
      }
      if (typeof child === 'object' && child !== null) {
        stack.push(child);
        depths.push(depth + 1);
      }
    }
  }
  return { needsJsonLd, nodes };
}

/** A problem, or whether the key asks for JSON-LD. */
function judgeKey(key: string, isRoot: boolean): string | boolean {
  if (key.charCodeAt(0) === AT) {
    if (RESTRUCTURING.has(key)) return `the keyword ${key} is not taken`;
    // Extensions carry @type, @value and the like; of a core object they would rename id and type.
    return isRoot;
  }
  if (FORBIDDEN.has(key)) return 'a forbidden key';
  if (!key.includes(':')) return false;
  const name = localName(key);
  return name !== null && CORE_TERMS.has(name);
}

/** The parts of a context; Infinity where it is too deep. */
function sizeOf(context: unknown, depth: number): number {
  if (typeof context !== 'object' || context === null) return 0;
  if (depth > LIMITS.jsonDepth) return Number.POSITIVE_INFINITY;
  let size = 0;
  for (const child of Object.values(context)) size += 1 + sizeOf(child, depth + 1);
  return size;
}
