/** Fetching remote ActivityPub documents: signed by the instance actor, guarded, policy-checked. */
import type { JsonObject } from '@mitoyen/federation';

export type Fetched =
  | { kind: 'ok'; document: JsonObject }
  /** 404 or 410: the origin says it is not there (any more). */
  | { kind: 'gone'; status: 404 | 410 }
  /** Policy, a forged id, a wrong type: not to be retried. */
  | { kind: 'refused'; reason: string }
  /** Network and 5xx: may be retried. */
  | { kind: 'failed'; reason: string };

export type RemoteFetch = {
  /** An ActivityPub document by its id; the document's id equals the address it came from. */
  document: (iri: string, options?: { authorization?: string }) => Promise<Fetched>;
  /**
   * JSON of another kind (WebFinger, NodeInfo) at a host that policy allows. `nameOf`: a host
   * that is allowed, whose people say that they are called after this one: its WebFinger alone.
   */
  json: (url: string, accept: string, options?: { nameOf?: string }) => Promise<Fetched>;
  /** Whether it is there at all, whatever is in it. */
  exists: (
    url: string,
    accept: string,
  ) => Promise<{ kind: 'ok' } | Exclude<Fetched, { kind: 'ok' }>>;
  /** Bytes (pictures), bounded, as far as media of that host are taken. */
  bytes: (
    url: string,
    maxBytes: number,
    accept?: string,
  ) => Promise<{ kind: 'ok'; body: Buffer; mediaType: string } | Exclude<Fetched, { kind: 'ok' }>>;
};
