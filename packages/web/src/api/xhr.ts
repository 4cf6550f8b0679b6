/** Requests whose progress is told and which can be cut: `fetch` cannot tell how far it is. */
import { CLIENT_HEADERS } from './http.ts';

export type Sent = {
  /** 0: no answer, the connection is gone. */
  status: number;
  header: (name: string) => string | null;
  // What a server answers is what it says; callers name the type that they expect.
  json: unknown;
};

export type SendOptions = {
  headers?: Record<string, string>;
  body?: Blob | FormData;
  signal?: AbortSignal;
  /** Bytes of the body that have left. */
  onProgress?: (bytes: number) => void;
};

export type Send = (method: string, path: string, options?: SendOptions) => Promise<Sent>;

/** @throws DOMException AbortError where it was cut on purpose */
export const sendXhr: Send = (method, path, { headers, body, signal, onProgress } = {}) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const aborted = () => reject(new DOMException('cancelled', 'AbortError'));
    const answered = () =>
      resolve({
        status: request.status,
        header: (name) => request.getResponseHeader(name),
        json: request.response,
      });
    if (signal?.aborted) return aborted();
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.open(method, path);
    for (const [name, value] of Object.entries({ ...CLIENT_HEADERS, ...headers }))
      request.setRequestHeader(name, value);
    request.responseType = 'json';
    if (onProgress) request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = answered;
    request.onerror = answered;
    request.onabort = aborted;
    request.send(body ?? null);
  });
