/** Object integrity proofs, FEP-8b32, cryptosuite eddsa-jcs-2022. */
import { hash as hashOf, type KeyObject, sign, verify } from 'node:crypto';
import { parseIri, sameIri } from '@mitoyen/protocol';
import { decodeBase58, encodeBase58 } from './base58.ts';
import { canonicalise } from './jcs.ts';
import { isObject, type JsonObject } from './json.ts';
import { readMultibase } from './keys.ts';
import { LIMITS } from './limits.ts';
import { asList, objectId, time } from './values.ts';

const SUITE = 'eddsa-jcs-2022';
const DATA_INTEGRITY = 'https://w3id.org/security/data-integrity/v1';

export type ProofVerdict =
  | { ok: true; verificationMethod: string; controller: string }
  | { ok: false; reason: string };

/**
 * The document with a proof of its actor (or author).
 *
 * @param options.created ISO 8601, without fractions of a second; so is `expires`, where it ends
 */
export function createProof<T extends JsonObject>(
  document: T,
  options: {
    verificationMethod: string;
    privateKey: KeyObject;
    created: string;
    expires?: string;
  },
): T & { proof: JsonObject } {
  const { proof: _, ...bare } = document;
  const unsecured = { ...bare, '@context': withContext(bare['@context']) };
  const proof = {
    '@context': unsecured['@context'],
    type: 'DataIntegrityProof',
    cryptosuite: SUITE,
    verificationMethod: options.verificationMethod,
    proofPurpose: 'assertionMethod',
    created: options.created.replace(/\.\d+Z$/, 'Z'),
    ...(options.expires !== undefined && { expires: options.expires }),
  };
  const proofValue = `z${encodeBase58(sign(null, hashData(unsecured, proof), options.privateKey))}`;
  return { ...unsecured, proof: { ...proof, proofValue } } as unknown as T & { proof: JsonObject };
}

/** Checks the proof of a document; the key must be one that the document's actor (or author) claims. */
export async function verifyProof(
  document: JsonObject,
  options: {
    findKey: (
      verificationMethod: string,
    ) => Promise<{ controller: string; multibase: string } | null>;
    /** Milliseconds since the epoch: a proof that says when it ends has then ended. */
    now?: number;
  },
): Promise<ProofVerdict> {
  const { proof: proofs, ...unsecured } = document;
  // Several proofs secure the same document each on its own (vc-data-integrity section 2.1.1).
  const proof = asList(proofs)
    .slice(0, LIMITS.proofs)
    .find((one) => isObject(one) && one.type === 'DataIntegrityProof' && one.cryptosuite === SUITE);
  if (!isObject(proof)) return bad('no proof of a known kind');
  const { proofValue, ...configuration } = proof;
  const method = parseIri(proof.verificationMethod);
  if (proof.proofPurpose !== 'assertionMethod' || method === null) return bad('malformed proof');
  if (typeof proofValue !== 'string' || !/^z[1-9A-HJ-NP-Za-km-z]{80,100}$/.test(proofValue))
    return bad('malformed proof value');
  const expires = time(proof.expires);
  if (proof.expires !== undefined && (expires ?? 0) < (options.now ?? 0)) return bad('it ended');
  const context = proof['@context'];
  if (context !== undefined && canonicalise(context) !== canonicalise(unsecured['@context']))
    return bad('another context');

  const found = await options.findKey(method);
  const key = found && readMultibase(found.multibase);
  if (!found || key?.asymmetricKeyType !== 'ed25519') return bad('unknown key');
  if (!speaksFor(document, found.controller)) return bad("the key is not the actor's");
  const holds = verify(
    null,
    hashData(unsecured, configuration),
    key,
    decodeBase58(proofValue.slice(1)),
  );
  return holds
    ? { ok: true, verificationMethod: method, controller: found.controller }
    : bad('the proof does not hold');
}

/** The actor of an activity, the author of an object; and an actor speaks for its own document. */
function speaksFor({ id, actor, attributedTo }: JsonObject, controller: string): boolean {
  const own = actor === undefined && typeof id === 'string' && sameIri(id, controller);
  const claimed = objectId(actor ?? attributedTo);
  return own || (claimed !== null && sameIri(claimed, controller));
}

function bad(reason: string): ProofVerdict {
  return { ok: false, reason };
}

/** Hash of the proof configuration, then of the document (vc-di-eddsa section 3.3.4). */
function hashData(document: JsonObject, configuration: JsonObject): Buffer {
  const hash = (value: JsonObject) => hashOf('sha256', canonicalise(value), 'buffer');
  return Buffer.concat([hash(configuration), hash(document)]);
}

function withContext(context: unknown): unknown[] {
  const list = Array.isArray(context)
    ? context
    : [context ?? 'https://www.w3.org/ns/activitystreams'];
  return list.includes(DATA_INTEGRITY)
    ? list
    : [
        ...list.filter((one) => typeof one === 'string'),
        DATA_INTEGRITY,
        ...list.filter((one) => typeof one !== 'string'),
      ];
}
