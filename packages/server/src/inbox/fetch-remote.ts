/** The one road out for GETs: policy by host, signed by the instance actor, guarded, bounded. */
import {
  guardFetched,
  isActivityType,
  type JsonObject,
  type SafeHttp,
  SafeHttpError,
  signRequest,
} from '@mitoyen/federation';
import { iriHost, parseIri, sameOrigin } from '@mitoyen/protocol';
import type { Apis } from '../apis.ts';
import type { AskInTurn, Signer } from '../outbox/ask-in-turn.ts';
import type { Clock } from '../platform/clock.ts';
import type { FetchBudget } from './fetch-budget.ts';
import { readDocument } from './read-document.ts';
import type { Fetched, RemoteFetch } from './remote-fetch.ts';

const ACCEPT =
  'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
const AGREEMENT_PATH = /^\/(actor(\/agreements)?|agreements\/[^/]+)$/;
const WEBFINGER = '/.well-known/webfinger';
const MAX_DOCUMENT = 1_048_576;
/** Where it only counts that there is one. */
const MOST_OF_AN_ANSWER = 65_536;
const TIMEOUT_MS = 10_000;

/** May be asked again in a minute. */
const SPENT = { kind: 'failed', reason: 'asked too much' } as const;

type Refused = Exclude<Fetched, { kind: 'ok' }>;
type Response = Awaited<ReturnType<SafeHttp['get']>>;

export function createRemoteFetch(deps: {
  http: SafeHttp;
  apis: Apis;
  askInTurn: AskInTurn;
  budget: FetchBudget;
  clock: Clock;
  ownHost: string;
}): RemoteFetch {
  const { http, apis, budget, clock } = deps;

  function permits(url: string): boolean {
    const host = iriHost(url);
    if (host === deps.ownHost || apis.policy.mode() === 'closed') return false;
    if (apis.policy.allows(host)) return true;
    // Of a host that is no partner (yet, or any more): its instance actor and agreements alone.
    return apis.policy.allowsAgreement(host) && AGREEMENT_PATH.test(new URL(url).pathname);
  }

  /** WebFinger of a domain that a server we deal with names its people after. */
  function permitsName(url: string, nameOf: string): boolean {
    if (new URL(url).pathname !== WEBFINGER || apis.policy.isBlocked(iriHost(url))) return false;
    return iriHost(url) !== deps.ownHost && permits(`https://${nameOf}/`);
  }

  /** What an admin does about the agreement itself goes on. */
  function isPaused(url: string): boolean {
    if (apis.policy.pausedSince(iriHost(url)) === null) return false;
    return !AGREEMENT_PATH.test(new URL(url).pathname);
  }

  const signWith =
    ({ scheme, key }: Signer) =>
    (url: string) =>
      signRequest({
        method: 'GET',
        url,
        keyId: key.id,
        privateKey: key.key,
        now: clock.now(),
        scheme,
      });

  async function get(
    rawUrl: string,
    accept: string,
    maxBytes: number,
    { authorization, nameOf }: { authorization?: string; nameOf?: string } = {},
  ): Promise<Response | Refused> {
    const url = parseIri(rawUrl);
    if (url === null) return { kind: 'refused', reason: 'not an address' };
    const allowed = (one: string) =>
      permits(one) || (nameOf !== undefined && permitsName(one, nameOf));
    if (!allowed(url)) return { kind: 'refused', reason: 'policy' };
    if (isPaused(url)) return { kind: 'failed', reason: 'paused' };
    if (!budget.take(url)) return SPENT;
    const ask = (signer: Signer) =>
      http.get(url, {
        accept,
        maxBytes,
        timeoutMs: TIMEOUT_MS,
        follow: (hop) => allowed(hop) && budget.take(hop),
        sign: (hop) => ({
          ...signWith(signer)(hop),
          // Meant for this server, and for none that it points to.
          ...(authorization && sameOrigin(hop, url) && { authorization }),
        }),
      });
    try {
      const { _id: actor } = await apis.accounts.instanceActor();
      const response = await deps.askInTurn({ host: iriHost(url), actor }, ask);
      // A redirect may lead to another host, which policy must allow as well.
      if (!allowed(response.finalUrl)) return { kind: 'refused', reason: 'policy' };
      return response.status === 200 ? response : byStatus(response.status);
    } catch (error) {
      if (error instanceof SafeHttpError) return { kind: 'failed', reason: error.reason };
      throw error;
    }
  }

  async function document(
    rawIri: string,
    options: { authorization?: string } = {},
  ): Promise<Fetched> {
    const first = await getDocument(rawIri, options.authorization);
    if (first.kind !== 'elsewhere') return first;
    // The address was an alias (a page's address, say): one more look, at the id itself.
    const second = await getDocument(first.id);
    return second.kind === 'elsewhere'
      ? { kind: 'refused', reason: 'id is not its address' }
      : second;
  }

  async function getDocument(
    rawIri: string,
    authorization?: string,
  ): Promise<Fetched | { kind: 'elsewhere'; id: string }> {
    const response = await get(
      rawIri,
      ACCEPT,
      MAX_DOCUMENT,
      authorization ? { authorization } : {},
    );
    if ('kind' in response) return response;
    if (!isActivityType(response.headers['content-type']))
      return { kind: 'refused', reason: 'content type' };
    const read = await readDocument(response.body);
    if (read.kind === 'refused') return { kind: 'refused', reason: read.reason };
    const guarded = guardFetched(read.activity, {
      requestedUrl: rawIri,
      finalUrl: response.finalUrl,
    });
    if (guarded.kind === 'refetch') return { kind: 'elsewhere', id: guarded.id };
    if (guarded.kind === 'rejected') return { kind: 'refused', reason: guarded.reason };
    return { kind: 'ok', document: read.activity };
  }

  async function json(
    url: string,
    accept: string,
    options: { nameOf?: string } = {},
  ): Promise<Fetched> {
    const response = await get(url, accept, MAX_DOCUMENT, options);
    if ('kind' in response) return response;
    const value = parseJson(response.body);
    return value
      ? { kind: 'ok', document: value }
      : { kind: 'refused', reason: 'not a JSON object' };
  }

  return {
    document,
    json,
    exists: async (url, accept) => {
      const response = await get(url, accept, MOST_OF_AN_ANSWER);
      return 'kind' in response ? response : { kind: 'ok' };
    },
    bytes: async (url, maxBytes, accept = '*/*') => {
      if (apis.policy.restriction(iriHost(url))?.media)
        return { kind: 'refused', reason: 'policy' };
      const agreed = apis.policy.mediaBytes(iriHost(url)) ?? maxBytes;
      const response = await get(url, accept, Math.min(maxBytes, agreed));
      if ('kind' in response) return response;
      return { kind: 'ok', body: response.body, mediaType: response.headers['content-type'] ?? '' };
    },
  };
}

function byStatus(status: number): Refused {
  if (status === 404 || status === 410) return { kind: 'gone', status };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return { kind: 'failed', reason: `status ${status}` };
  }
  return { kind: 'refused', reason: `status ${status}` };
}

function parseJson(body: Buffer): JsonObject | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}
