/** Remote JSON as plain ActivityStreams: the fast path, and full JSON-LD where terms are renamed. */
import { createApexKit, createDocumentReader } from '@mitoyen/federation';

export const readDocument = createDocumentReader({ kit: createApexKit() });
