/**
 * Signatures under an agreement: a FEP-8b32 proof of each side over one and the same document,
 * kept with the record. The keys stand in the document itself, so that a record can be checked
 * later by anybody who holds it, whatever became of the servers.
 */
import { createProof, isObject, type JsonObject, verifyProof } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import type { Clock } from '../../platform/clock.ts';
import { digestOf } from './agreement.ts';
import { buildAgreement, type Drafted } from './agreement-activity.ts';
import type { Agreement, Party, Signature } from './partners.ts';

/** A proof is a few hundred characters beside its context. */
const MOST_CHARACTERS = 8000;

export function createSignAgreement(deps: { apis: Apis; clock: Clock }) {
  const { apis, clock } = deps;

  async function prove(document: JsonObject): Promise<JsonObject & { proof: JsonObject }> {
    const actor = await apis.accounts.instanceActor();
    const { ed25519 } = await apis.accounts.signingKeys(actor._id);
    return createProof(document, {
      verificationMethod: ed25519.id,
      privateKey: ed25519.key,
      created: new Date(clock.now()).toISOString(),
    });
  }

  return {
    /** Writes down the document of an offer of ours and signs it. */
    draft: async (drafted: Drafted): Promise<Agreement> => {
      const { proof, ...document } = await prove(buildAgreement(drafted));
      const { us, them } = drafted;
      return {
        ...drafted,
        digest: digestOf({ ...drafted, parties: [us, them] }),
        document: JSON.stringify(document),
        signatures: [signature('us', proof)],
      };
    },
    /** Our signature under what they offered, beside theirs. */
    countersign: async ({ document, signatures }: Agreement): Promise<Signature[]> => {
      const { proof } = await prove(JSON.parse(document));
      return [...signatures.filter(({ by }) => by !== 'us'), signature('us', proof)];
    },
  };
}

export type SignAgreement = ReturnType<typeof createSignAgreement>;

export function signature(by: Signature['by'], proof: JsonObject): Signature {
  return { by, proof: JSON.stringify(proof) };
}

/** Takes an offered document apart: what is signed, and the proof of the side that offers. */
export function readSigned(json: JsonObject): { document: JsonObject; proofs: JsonObject[] } {
  const { proof, ...document } = json;
  const all = (Array.isArray(proof) ? proof : [proof]).filter(isObject);
  return {
    document,
    proofs: all.filter((one) => JSON.stringify(one).length <= MOST_CHARACTERS).slice(0, 4),
  };
}

/** Whether this proof is one of this party, with the key that the document names, over the document. */
export async function isSignedBy(
  party: Pick<Party, 'actor' | 'proofKey'>,
  document: JsonObject,
  proof: unknown,
): Promise<boolean> {
  if (!isObject(proof) || JSON.stringify(proof).length > MOST_CHARACTERS) return false;
  const verdict = await verifyProof(
    // Who signs speaks here for himself; that he offered it is another question.
    { ...document, proof },
    {
      findKey: async (method) =>
        method.replace(/#.*$/, '') === party.actor
          ? { controller: String(document.attributedTo), multibase: party.proofKey }
          : null,
    },
  );
  return verdict.ok;
}

/** Checks a record as it stands: who signed it, when, and whether that holds. */
export async function checkSignatures(agreement: Agreement) {
  const document = JSON.parse(agreement.document) as JsonObject;
  return Promise.all(
    agreement.signatures.map(async ({ by, proof: text }) => {
      const proof = JSON.parse(text) as JsonObject;
      const party = by === 'us' ? agreement.us : agreement.them;
      return {
        by,
        host: party.host,
        key: party.proofKey,
        created: String(proof.created ?? ''),
        valid: await isSignedBy(party, document, proof),
      };
    }),
  );
}
