/** Uploads with progress and cancel: small files in one request, large ones so that they survive a lost connection. */
import { ApiError, get } from './http.ts';
import { sendResumably } from './resumable-upload.ts';
import type { Attachment } from './types.ts';
import { sendXhr } from './xhr.ts';

const LOOK_AGAIN_MS = 800;
const LOOKS = 120;
/** Files up to this size are quicker in one request. */
const RESUMABLE_FROM = 4 * 1_048_576;

export type Upload = { done: Promise<Attachment>; cancel: () => void };

/**
 * Sends a file and waits until the server has processed it. `onProgress` gets 0 to 1; `onWaiting`
 * is told while there is no connection.
 */
export function upload(
  file: File,
  onProgress: (part: number) => void,
  onWaiting?: (waiting: boolean) => void,
): Upload {
  const controller = new AbortController();
  const { signal } = controller;
  const sent =
    file.size > RESUMABLE_FROM
      ? sendResumably(file, { signal, onProgress, onWaiting }, { send: sendXhr, pause })
      : sendAtOnce(file, onProgress, signal);
  return { done: sent.then(processed), cancel: () => controller.abort() };
}

async function sendAtOnce(
  file: File,
  onProgress: (part: number) => void,
  signal: AbortSignal,
): Promise<Attachment> {
  const form = new FormData();
  form.set('file', file);
  const { status, json } = await sendXhr('POST', '/api/v2/media', {
    body: form,
    signal,
    onProgress: (bytes) => onProgress(Math.min(1, bytes / Math.max(1, file.size))),
  });
  if (status === 0) throw new ApiError(0, 'offline');
  if (status >= 300)
    throw new ApiError(status, (json as { error?: string } | null)?.error ?? String(status));
  return json as Attachment;
}

/** Ends at its time, when the device is online again, or when the upload is cancelled. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('online', end);
    signal.addEventListener('abort', end);
  });
}

async function processed(media: Attachment): Promise<Attachment> {
  let current = media;
  for (let looks = 0; !current.url && looks < LOOKS; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    current = await get<Attachment>(`/api/v1/media/${media.id}`);
  }
  return current;
}
