/**
 * The only HTTP client that talks to others. Resolves once, checks every address, connects to
 * exactly that address; again on each redirect. One deadline for the whole exchange, slow
 * bodies included; sizes are bounded as they arrive; nothing is ever decompressed.
 */
import { parseIri, sameOrigin } from '@mitoyen/protocol';
import { Agent, errors, request as undiciRequest } from 'undici';
import { createAddressPolicy } from './address-policy.ts';
import { createGuardedConnector } from './guarded-connector.ts';
import { createResolveHost, type ResolveHost } from './resolve-host.ts';
import { SafeHttpError } from './safe-http-error.ts';

export type SafeResponse = {
  status: number;
  headers: Record<string, string | undefined>;
  body: Buffer;
  finalUrl: string;
};

export type SafeHttp = {
  get: (
    url: string,
    options: {
      accept?: string;
      headers?: Record<string, string>;
      maxBytes: number;
      timeoutMs?: number;
      signal?: AbortSignal;
      /** Headers for each hop, made for its address. */
      sign?: (url: string) => Record<string, string>;
      /** Whether a redirect may be followed to this address (federation policy, say). */
      follow?: (url: string) => boolean;
    },
  ) => Promise<SafeResponse>;
  post: (
    url: string,
    options: {
      headers: Record<string, string>;
      body: Uint8Array;
      timeoutMs?: number;
      signal?: AbortSignal;
    },
  ) => Promise<SafeResponse>;
  close: () => Promise<void>;
};

const MAX_REDIRECTS = 3;
const TIMEOUT_MS = 10_000;
const MAX_REPLY_TO_POST = 65_536;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function createSafeHttp(options: {
  allowPrivateNetworks: string[];
  allowHttp: boolean;
  userAgent: string;
  /** The addresses of a name, where not by DNS. */
  resolve?: ResolveHost;
}): SafeHttp {
  const policy = createAddressPolicy(options.allowPrivateNetworks);
  const resolve = options.resolve ?? createResolveHost();
  const agent = new Agent({
    pipelining: 1,
    connections: 32,
    keepAliveTimeout: 10_000,
    maxHeaderSize: 32_768,
    allowH2: false,
    connect: createGuardedConnector({ policy, resolve, timeoutMs: TIMEOUT_MS }),
  });

  function checkUrl(raw: string): string {
    const url = parseIri(raw);
    if (url === null) throw new SafeHttpError('not_an_address');
    if (url.startsWith('http:') && !options.allowHttp) throw new SafeHttpError('scheme_refused');
    return url;
  }

  async function exchange(
    url: string,
    request: {
      method: 'GET' | 'POST';
      headers: Record<string, string>;
      body?: Uint8Array;
      maxBytes: number;
      signal: AbortSignal;
    },
  ): Promise<SafeResponse> {
    const response = await undiciRequest(url, {
      method: request.method,
      dispatcher: agent,
      signal: request.signal,
      headers: {
        'user-agent': options.userAgent,
        'accept-encoding': 'identity',
        ...request.headers,
      },
      body: request.body,
    });
    // A body that is given up must not end the process with its own error.
    response.body.on('error', () => {});
    const headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : value,
      ]),
    );
    const status = response.statusCode;
    if (request.method === 'GET' && REDIRECTS.has(status) && headers.location) {
      response.body.destroy();
      return { status, headers, body: Buffer.alloc(0), finalUrl: url };
    }
    const encoding = headers['content-encoding'];
    if (encoding && encoding.toLowerCase() !== 'identity') {
      response.body.destroy();
      throw new SafeHttpError('encoding_refused');
    }
    const body = await readBounded(
      response.body,
      request.maxBytes,
      Number(headers['content-length'] ?? 0),
    );
    return { status, headers, body, finalUrl: url };
  }

  async function withDeadline<T>(
    timeoutMs: number,
    outer: AbortSignal | undefined,
    run: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      return await run(outer ? AbortSignal.any([deadline, outer]) : deadline);
    } catch (error) {
      throw asSafeError(error, deadline.aborted);
    }
  }

  return {
    get: (rawUrl, get) =>
      withDeadline(get.timeoutMs ?? TIMEOUT_MS, get.signal, async (signal) => {
        let url = checkUrl(rawUrl);
        for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
          const headers = {
            ...(get.accept && { accept: get.accept }),
            ...(sameOrigin(url, rawUrl) ? get.headers : withoutCredentials(get.headers)),
            ...get.sign?.(url),
          };
          const response = await exchange(url, {
            method: 'GET',
            headers,
            maxBytes: get.maxBytes,
            signal,
          });
          const { location } = response.headers;
          if (!REDIRECTS.has(response.status) || !location) return response;
          url = checkUrl(URL.parse(location, url)?.href ?? '');
          if (get.follow?.(url) === false) throw new SafeHttpError('redirect_refused');
        }
        throw new SafeHttpError('too_many_redirects');
      }),
    // A redirected POST is an answer like any other: activities go where they were addressed.
    post: (rawUrl, post) =>
      withDeadline(post.timeoutMs ?? TIMEOUT_MS, post.signal, (signal) =>
        exchange(checkUrl(rawUrl), {
          method: 'POST',
          headers: post.headers,
          body: post.body,
          maxBytes: MAX_REPLY_TO_POST,
          signal,
        }),
      ),
    close: () => agent.destroy(),
  };
}

/** What authorizes at one origin is not for another that it redirects to. */
function withoutCredentials(headers: Record<string, string> = {}): Record<string, string> {
  const secret = new Set(['authorization', 'cookie', 'proxy-authorization']);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !secret.has(name.toLowerCase())),
  );
}

async function readBounded(
  body: AsyncIterable<Buffer> & { destroy: () => void },
  most: number,
  announced: number,
): Promise<Buffer> {
  if (announced > most) {
    body.destroy();
    throw new SafeHttpError('too_large');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) {
      body.destroy();
      throw new SafeHttpError('too_large');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function asSafeError(error: unknown, timedOut: boolean): SafeHttpError {
  if (error instanceof SafeHttpError) return error;
  if (
    timedOut ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.BodyTimeoutError
  ) {
    return new SafeHttpError('timeout', { cause: error });
  }
  return new SafeHttpError('network', { cause: error });
}
