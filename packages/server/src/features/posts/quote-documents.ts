/** Stamps at their addresses, for whoever got a post that quotes one of ours. */
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { DocumentReply, Endpoints } from '../../platform/http/endpoints.ts';
import type { MayFetch } from './may-fetch.ts';
import type { PostStore } from './post-store.ts';
import { stampAddress, stampDocument } from './quote-activity.ts';
import type { QuoteStampStore } from './quote-stamp-store.ts';

export function addQuoteDocuments(
  endpoints: Endpoints,
  deps: {
    apis: Apis;
    store: PostStore;
    stamps: QuoteStampStore;
    mayFetch: MayFetch;
    baseUrl: string;
  },
): void {
  const { apis, store, stamps } = deps;

  endpoints.document('/quotes/:id', async ({ params, peer }): Promise<DocumentReply> => {
    const stamp = await stamps.get(params.id ?? '');
    const quoted = stamp && (await store.byId(stamp.post));
    if (!stamp || !quoted?.local || quoted.deletedAt !== undefined) return null;
    if (stamp.revokedAt !== undefined) return null;
    const isQuoters = peer !== null && peer.host === iriHost(stamp.quoting);
    if (!isQuoters && !(await deps.mayFetch(quoted, peer))) return null;
    const author = await apis.accounts.get(quoted.author);
    if (author?.state !== 'active') return null;
    const address = stampAddress(deps.baseUrl, stamp._id);
    return { kind: 'ok', json: stampDocument(stamp, { address, quoted, author }) };
  });
}
