/** JSON-LD contexts from memory only: an unknown one is refused, never fetched. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const FILES: Record<string, string> = {
  'https://www.w3.org/ns/activitystreams': 'as',
  'https://w3id.org/security/v1': 'security',
};

/** Terms of the data integrity and multikey contexts that we write, by hand: they are short. */
const WRITTEN: Record<string, object> = {
  'https://w3id.org/security/data-integrity/v1': {
    '@context': {
      DataIntegrityProof: 'https://w3id.org/security#DataIntegrityProof',
      cryptosuite: 'https://w3id.org/security#cryptosuite',
      proof: { '@id': 'https://w3id.org/security#proof', '@type': '@id', '@container': '@graph' },
      proofPurpose: { '@id': 'https://w3id.org/security#proofPurpose', '@type': '@vocab' },
      proofValue: 'https://w3id.org/security#proofValue',
      verificationMethod: { '@id': 'https://w3id.org/security#verificationMethod', '@type': '@id' },
    },
  },
  'https://w3id.org/security/multikey/v1': {
    '@context': {
      id: '@id',
      type: '@type',
      '@protected': true,
      Multikey: {
        '@id': 'https://w3id.org/security#Multikey',
        '@context': {
          '@protected': true,
          id: '@id',
          type: '@type',
          controller: { '@id': 'https://w3id.org/security#controller', '@type': '@id' },
          publicKeyMultibase: {
            '@id': 'https://w3id.org/security#publicKeyMultibase',
            '@type': 'https://w3id.org/security#multibase',
          },
        },
      },
    },
  },
};

type LoadedContext = { contextUrl: null; documentUrl: string; document: unknown };

/** @throws Error for a context that is not preloaded */
export async function loadContext(url: string): Promise<LoadedContext> {
  const file = FILES[url];
  const document = file ? require(`activitypub-express/vocab/${file}.json`) : WRITTEN[url];
  if (!document) throw new Error('this JSON-LD context is not preloaded');
  return { contextUrl: null, documentUrl: url, document };
}
