/**
 * Requests to our own server. The session is an HttpOnly cookie that no script can read; the
 * header says that the request comes from this client and not from a foreign page.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly details: Record<string, { description: string }[]>;
  /** How long the server wants to be left alone. */
  readonly retryAfterMs: number | null;
  constructor(
    status: number,
    message: string,
    details: ApiError['details'] = {},
    retryAfterMs: number | null = null,
  ) {
    super(message);
    this.status = status;
    this.details = details;
    this.retryAfterMs = retryAfterMs;
  }
}

export type Query = Record<string, string | number | boolean | string[] | undefined>;
type Options = {
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};
export type PageOf<T> = { items: T; next: string | null };

export const CLIENT_HEADERS = { 'x-mitoyen-client': 'web' };
const TIMEOUT_MS = 30_000;
/** Browsers carry at most 64 KB for pages that are gone. */
const MOST_CARRIED = 16_000;

export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return (await send('GET', path, { query, signal })).json() as Promise<T>;
}

/** A page of a list, with the address of the next one. */
export async function getPage<T>(path: string, query?: Query): Promise<PageOf<T>> {
  const answer = await send('GET', path, { query });
  const next = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
  const url = next ? URL.parse(next, location.origin) : null;
  return { items: await answer.json(), next: url && `${url.pathname}${url.search}` };
}

/** The same, but null where the server does not offer it (yet). */
export async function getIfOffered<T>(path: string, query?: Query): Promise<T | null> {
  try {
    return await get<T>(path, query);
  } catch (error) {
    if (error instanceof ApiError && [404, 403].includes(error.status)) return null;
    throw error;
  }
}

export async function post<T>(
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<T> {
  return (await send('POST', path, { body, headers })).json() as Promise<T>;
}

export async function put<T>(path: string, body?: unknown): Promise<T> {
  return (await send('PUT', path, { body })).json() as Promise<T>;
}

export async function patch<T>(path: string, body?: unknown): Promise<T> {
  return (await send('PATCH', path, { body })).json() as Promise<T>;
}

export async function remove<T>(path: string): Promise<T> {
  return (await send('DELETE', path)).json() as Promise<T>;
}

export function toPath(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const one of value) parameters.append(`${name}[]`, one);
    else if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

async function send(method: string, path: string, options: Options = {}): Promise<Response> {
  const { body, query, signal } = options;
  const isForm = body instanceof FormData;
  const text = body === undefined || isForm ? '' : JSON.stringify(body);
  const response = await fetch(toPath(path, query), {
    method,
    credentials: 'same-origin',
    // What was done counts, also where the page is left at once.
    keepalive: method !== 'GET' && !isForm && text.length < MOST_CARRIED,
    signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
    headers: {
      ...CLIENT_HEADERS,
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body !== undefined && { body: isForm ? body : text }),
  }).catch((error: unknown) => {
    throw signal?.aborted ? error : new ApiError(0, 'offline');
  });
  if (response.ok) return response;
  if (response.status === 401) goToSignIn();
  throw await readError(response);
}

export async function readError(response: Response): Promise<ApiError> {
  const json = (await response.json().catch(() => ({}))) as {
    error?: string;
    details?: ApiError['details'];
  };
  const wait = readWait(response.headers.get('retry-after'), Date.now());
  return new ApiError(response.status, json.error ?? response.statusText, json.details, wait);
}

/** `Retry-After`: seconds, or a date (RFC 9110, 10.2.3). */
export function readWait(header: string | null, now: number): number | null {
  if (!header) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

function goToSignIn(): void {
  const back = encodeURIComponent(`${location.pathname}${location.search}`);
  location.assign(`/auth/sign_in?return_to=${back}`);
}
