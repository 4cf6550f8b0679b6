/**
 * Server-sent events, read by `fetch`, because only that can send the header that makes the
 * session cookie good. Quiet and broken connections are opened again.
 */
import { CLIENT_HEADERS } from '../api/http.ts';

export type StreamHooks = {
  /** Whether something may have been missed before this connection. */
  onOpen: (again: boolean) => void;
  onEvent: (event: string, data: string) => void;
  signal?: AbortSignal;
};

const FIRST_WAIT_MS = 1000;
const MOST_WAIT_MS = 60_000;
/** The server sends a sign of life more often than this. */
const QUIET_MS = 90_000;
/** Not offered, or not to us: asking again changes nothing. */
const FINAL = new Set([401, 403, 404]);

/** Until it is aborted, or the server says that there is no such stream. */
export async function followStream(path: string, hooks: StreamHooks): Promise<void> {
  let wait = FIRST_WAIT_MS;
  let tries = 0;
  const onOpen = () => hooks.onOpen(tries > 0);
  while (!hooks.signal?.aborted) {
    const began = Date.now();
    const offered = await listen(path, { ...hooks, onOpen }).catch(() => true);
    if (!offered) return;
    tries += 1;
    wait = Date.now() - began > QUIET_MS ? FIRST_WAIT_MS : Math.min(MOST_WAIT_MS, wait * 2);
    await pause(wait, hooks.signal);
  }
}

/** Until the connection ends; false where the server has no such stream. */
async function listen(path: string, hooks: StreamHooks & { onOpen: () => void }): Promise<boolean> {
  const ended = new AbortController();
  const end = () => ended.abort();
  // A network that is gone does not say so to a connection that only waits.
  addEventListener('offline', end);
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const response = await fetch(path, {
      headers: { ...CLIENT_HEADERS, accept: 'text/event-stream' },
      credentials: 'same-origin',
      signal: AbortSignal.any([ended.signal, ...(hooks.signal ? [hooks.signal] : [])]),
    });
    const isStream = response.headers.get('content-type')?.includes('event-stream') ?? false;
    if (!response.ok || !response.body || !isStream) return !FINAL.has(response.status);
    hooks.onOpen();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      timer = setTimeout(end, QUIET_MS);
      const { value, done } = await reader.read();
      clearTimeout(timer);
      if (done) return true;
      const parts = (text + value).split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) receive(part, hooks.onEvent);
    }
  } finally {
    clearTimeout(timer);
    removeEventListener('offline', end);
  }
}

function receive(part: string, tell: StreamHooks['onEvent']): void {
  const lines = part.split('\n');
  const of = (name: string) =>
    lines
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim())
      .join('\n');
  const data = of('data');
  if (data !== '') tell(of('event'), data);
}

/** Waits, but not longer than until there is a network or somebody looks at the page again. */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      document.removeEventListener('visibilitychange', looked);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const looked = () => {
      if (document.visibilityState === 'visible') done();
    };
    addEventListener('online', done);
    document.addEventListener('visibilitychange', looked);
    signal?.addEventListener('abort', done);
  });
}
