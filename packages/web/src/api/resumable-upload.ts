/** Sends a large file in parts (tus 1.0) and goes on where the connection was lost. */
import { ApiError } from './http.ts';
import type { Attachment } from './types.ts';
import type { Send, Sent } from './xhr.ts';

const ROAD = '/api/mitoyen/v1/uploads';
const TUS = { 'tus-resumable': '1.0.0' };
const PART_BYTES = 4 * 1_048_576;
/** Tries without a single byte of progress, with a pause that grows to half a minute. */
const MOST_TRIES = 12;
const LONGEST_PAUSE_MS = 30_000;

export type ResumableDeps = {
  send: Send;
  /** Waits so long, or until the connection is said to be there again. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
};

export type ResumableHooks = {
  signal: AbortSignal;
  /** 0 to 1. */
  onProgress: (part: number) => void;
  /** Whether it waits for the connection. */
  onWaiting?: (waiting: boolean) => void;
};

type State = { offset: number; tries: number };

/**
 * @returns the media, which the server may still be processing
 * @throws ApiError for what the server refuses, AbortError where it was cancelled
 */
export async function sendResumably(
  file: File,
  hooks: ResumableHooks,
  { send, pause }: ResumableDeps,
): Promise<Attachment> {
  const { signal, onProgress, onWaiting = () => {} } = hooks;
  const state: State = { offset: 0, tries: 0 };

  const url = await insist(() =>
    send('POST', ROAD, {
      signal,
      headers: {
        ...TUS,
        'upload-length': String(file.size),
        'upload-metadata': `filename ${base64(file.name)},filetype ${base64(file.type)}`,
      },
    }),
  ).then((answer) => new URL(answer.header('location') ?? '', 'http://here').pathname);

  try {
    while (state.offset < file.size) await sendPart();
    const { json } = await insist(() => send('GET', url, { signal }));
    const { media, error } = json as { media: Attachment | null; error: string | null };
    if (!media) throw new ApiError(422, error ?? 'failed');
    return media;
  } catch (error) {
    // Nothing goes on from here: what has come need not be kept.
    void send('DELETE', url, { headers: TUS }).catch(() => {});
    throw error;
  }

  async function sendPart(): Promise<void> {
    const { offset } = state;
    const answer = await send('PATCH', url, {
      signal,
      headers: {
        ...TUS,
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(offset),
      },
      body: file.slice(offset, offset + PART_BYTES),
      onProgress: (bytes) => onProgress(Math.min(1, (offset + bytes) / file.size)),
    });
    if (isGood(answer)) return reached(answer);
    if (!mayPass(answer) && answer.status !== 409) throw refusal(answer);
    await waitFor(answer);
    // Part of the part may have come; the server knows.
    reached(await insist(() => send('HEAD', url, { signal, headers: TUS })));
  }

  function reached(answer: Sent): void {
    const offset = Number(answer.header('upload-offset'));
    if (offset > state.offset) state.tries = 0;
    state.offset = offset;
    onProgress(offset / file.size);
  }

  /** Again and again, until there is an answer that says something. */
  async function insist(attempt: () => Promise<Sent>): Promise<Sent> {
    while (true) {
      const answer = await attempt();
      if (isGood(answer)) return answer;
      if (!mayPass(answer)) throw refusal(answer);
      await waitFor(answer);
    }
  }

  async function waitFor(answer: Sent): Promise<void> {
    state.tries += 1;
    if (state.tries > MOST_TRIES) throw refusal(answer);
    onWaiting(true);
    const asked = Number(answer.header('retry-after')) * 1000;
    await pause(Math.max(asked || 0, pauseAfter(state.tries)), signal);
    signal.throwIfAborted();
    onWaiting(false);
  }
}

/** How long to wait before this try: half a second, then twice as long each time. */
export function pauseAfter(tries: number): number {
  return Math.min(LONGEST_PAUSE_MS, 250 * 2 ** tries);
}

function isGood({ status }: Sent): boolean {
  return status >= 200 && status < 300;
}

/** No connection, a proxy without its server, or too many at once: it may be better soon. */
function mayPass({ status }: Sent): boolean {
  return status === 0 || status === 429 || status >= 500;
}

function refusal({ status, json }: Sent): ApiError {
  const { error } = (json ?? {}) as { error?: string };
  return new ApiError(status, error ?? (status === 0 ? 'offline' : String(status)));
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
