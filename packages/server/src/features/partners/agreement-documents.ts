/** Agreements at their ids: shown to the two parties, signed, and to nobody else. */
import type { DocumentReply, Endpoints, Peer } from '../../platform/http/endpoints.ts';
import { buildAgreementList, signedDocument } from './agreement-activity.ts';
import type { AgreementStore } from './agreement-store.ts';
import type { Agreement } from './partners.ts';

export function addAgreementDocuments(
  endpoints: Endpoints,
  deps: { store: AgreementStore; baseUrl: string },
): void {
  const { store, baseUrl } = deps;

  endpoints.document(
    '/agreements/:id',
    async ({ params, peer }): Promise<DocumentReply> => {
      const agreement = await store.byId(params.id ?? '');
      if (!agreement || !isParty(agreement, peer) || !isShown(agreement)) return null;
      return { kind: 'ok', json: signedDocument(agreement) };
    },
    { agreement: true },
  );

  endpoints.document(
    '/actor/agreements',
    async ({ peer }): Promise<DocumentReply> => {
      if (!peer) return null;
      const ofHost = await store.ofHost(peer.host);
      const shown = ofHost.filter((one) => isParty(one, peer) && isShown(one));
      return { kind: 'ok', json: buildAgreementList(`${baseUrl}/actor/agreements`, shown) };
    },
    { agreement: true },
  );
}

function isParty(agreement: Agreement, peer: Peer | null): boolean {
  return peer !== null && agreement.host === peer.host && agreement.them.actor === peer.actor;
}

/** What is on offer by us or in force; the latter by whomever, for a side that has lost its record. */
function isShown({ offeredBy, state }: Agreement): boolean {
  return state === 'active' || (offeredBy === 'us' && state === 'offered');
}
