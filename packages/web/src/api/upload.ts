/** Uploads with progress and cancel: `fetch` cannot tell how far it is. */
import { ApiError, CLIENT_HEADERS, get } from './http.ts';
import type { Attachment } from './types.ts';

const LOOK_AGAIN_MS = 800;
const LOOKS = 120;

export type Upload = { done: Promise<Attachment>; cancel: () => void };

/** Sends a file and waits until the server has processed it. `onProgress` gets 0 to 1. */
export function upload(file: File, onProgress: (part: number) => void): Upload {
  const request = new XMLHttpRequest();
  const sent = new Promise<Attachment>((resolve, reject) => {
    request.open('POST', '/api/v2/media');
    for (const [name, value] of Object.entries(CLIENT_HEADERS))
      request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.onprogress = (event) => onProgress(event.loaded / Math.max(1, event.total));
    request.onload = () =>
      request.status < 300
        ? resolve(request.response)
        : reject(new ApiError(request.status, request.response?.error ?? request.statusText));
    request.onerror = () => reject(new ApiError(0, 'offline'));
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    const form = new FormData();
    form.set('file', file);
    request.send(form);
  });
  return { done: sent.then(processed), cancel: () => request.abort() };
}

async function processed(media: Attachment): Promise<Attachment> {
  let current = media;
  for (let looks = 0; !current.url && looks < LOOKS; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    current = await get<Attachment>(`/api/v1/media/${media.id}`);
  }
  return current;
}
