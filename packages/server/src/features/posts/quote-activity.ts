/** Asking to quote, the answers, and taking a stamp back (FEP-044f): pure. */
import {
  buildActivityDocument,
  buildQuoteAuthorization,
  type JsonObject,
  PUBLIC,
} from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';
import type { Post } from './post.ts';
import type { QuoteStamp } from './quote-stamp-store.ts';

type Built = JsonObject & { id: string };
/** As it came: its id, who asks, with which post. */
export type AskedToQuote = { id: string; actor: string; instrument: string };

export const stampAddress = (baseUrl: string, stamp: string) => `${baseUrl}/quotes/${stamp}`;
const requestAddress = (post: string) => `${post}/quote-request`;

/** The post that asks, of the address of a request of ours. */
export function askingPost(request: string): string | null {
  return request.endsWith('/quote-request') ? request.slice(0, -'/quote-request'.length) : null;
}

export function quoteRequest(
  quoting: Post,
  quoted: Post,
  parties: { actor: Account; author: Account },
): Built {
  return buildActivityDocument('QuoteRequest', {
    id: requestAddress(quoting.iri),
    actor: parties.actor.iri,
    object: quoted.iri,
    instrument: quoting.iri,
    to: [parties.author.iri],
  });
}

export function acceptQuote(
  request: AskedToQuote,
  quoted: Post,
  author: Account,
  stamp: string,
): Built {
  return buildActivityDocument('Accept', {
    id: `${stamp}/accept`,
    actor: author.iri,
    object: { type: 'QuoteRequest', ...request, object: quoted.iri },
    result: stamp,
    to: [request.actor],
  });
}

export function rejectQuote(request: AskedToQuote, quoted: Post, author: Account): Built {
  return buildActivityDocument('Reject', {
    id: `${quoted.iri}/reject-quote/${encodeURIComponent(request.id)}`,
    actor: author.iri,
    object: { type: 'QuoteRequest', ...request, object: quoted.iri },
    to: [request.actor],
  });
}

export function deleteStamp(stamp: string, author: Account, isOpen: boolean): Built {
  return buildActivityDocument('Delete', {
    id: `${stamp}/delete`,
    actor: author.iri,
    object: stamp,
    to: isOpen ? [PUBLIC] : [author.followersIri ?? `${author.iri}/followers`],
  });
}

export function stampDocument(
  stamp: QuoteStamp,
  { address, quoted, author }: { address: string; quoted: Post; author: Account },
): Built {
  return buildQuoteAuthorization({
    id: address,
    attributedTo: author.iri,
    interactingObject: stamp.quoting,
    interactionTarget: quoted.iri,
  });
}
