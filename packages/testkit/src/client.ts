/** A small client of the API: what an app of ours or a Mastodon app would send. */

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape and assert their fields
export type Json = any;
export type Answer = { status: number; headers: Headers; json: Json; text: string };

export type Client = {
  token: string;
  id: string;
  request: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
  /** The JSON of a successful answer; throws with the answer's text otherwise. */
  get: (path: string) => Promise<Json>;
  post: (path: string, body?: unknown) => Promise<Json>;
  put: (path: string, body?: unknown) => Promise<Json>;
  patch: (path: string, body?: unknown) => Promise<Json>;
  delete: (path: string) => Promise<Json>;
  upload: (bytes: Buffer, options: { type: string; description?: string }) => Promise<string>;
};

export async function request(
  baseUrl: string,
  method: string,
  path: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { body, token } = options;
  const isForm = body instanceof FormData;
  const address = path.startsWith('http') ? path : `${baseUrl}${path}`;
  const response = await patientFetch(address, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(20_000),
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text ? JSON.parse(text) : null,
  };
}

/**
 * A kept connection may have been closed by the server in the moment that it was used again, on a
 * machine that is busy; what only reads is asked once more.
 */
async function patientFetch(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (init.method !== 'GET' || !(error instanceof TypeError)) throw error;
    return fetch(address, init);
  }
}

/** A client for a token; asks who it belongs to. */
export async function createClient(baseUrl: string, token: string): Promise<Client> {
  const send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    request(baseUrl, method, path, { token, body, headers });

  async function json(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await send(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 400)}`);
    return answer.json;
  }

  async function upload(
    bytes: Buffer,
    options: { type: string; description?: string },
  ): Promise<string> {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(bytes)], { type: options.type }), 'picture');
    if (options.description) form.set('description', options.description);
    return (await json('POST', '/api/v1/media', form)).id;
  }

  const { id } = await json('GET', '/api/v1/accounts/verify_credentials');
  return {
    token,
    id,
    request: send,
    get: (path) => json('GET', path),
    post: (path, body = {}) => json('POST', path, body),
    put: (path, body = {}) => json('PUT', path, body),
    patch: (path, body = {}) => json('PATCH', path, body),
    delete: (path) => json('DELETE', path),
    upload,
  };
}
