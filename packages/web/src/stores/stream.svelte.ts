/**
 * What happens while the page is open: server-sent events, read by `fetch`, because only that
 * can send the header that makes the session cookie good. Quiet connections are opened again.
 */
import { CLIENT_HEADERS } from '../api/http.ts';
import type { Account, Status } from '../api/types.ts';
import { loadCounts } from './counts.svelte.ts';
import { takePresence } from './presence.svelte.ts';
import { forget, keep, status as known } from './statuses.svelte.ts';

export type Streamed =
  | { kind: 'typing'; id: string; account: string }
  | { kind: 'read'; id: string; upTo: string }
  | { kind: 'post'; id: string; status: Status }
  | { kind: 'conversation'; id: string }
  | { kind: 'notification'; id: string; from: Account | null; status: Status | null };

const listeners = new Set<(event: Streamed) => void>();
const FIRST_WAIT_MS = 1000;
const MOST_WAIT_MS = 60_000;
/** The server sends a sign of life more often than this. */
const QUIET_MS = 90_000;

export function onStreamed(run: (event: Streamed) => void): () => void {
  listeners.add(run);
  return () => listeners.delete(run);
}

export async function startStream(): Promise<void> {
  let wait = FIRST_WAIT_MS;
  for (;;) {
    const began = Date.now();
    const offered = await listen().catch(() => true);
    if (!offered) return;
    wait = Date.now() - began > QUIET_MS ? FIRST_WAIT_MS : Math.min(MOST_WAIT_MS, wait * 2);
    await pause(wait);
  }
}

/** Until the connection ends; false where the server has no stream. */
async function listen(): Promise<boolean> {
  const abort = new AbortController();
  const response = await fetch('/api/v1/streaming/user?mitoyen=true', {
    headers: { ...CLIENT_HEADERS, accept: 'text/event-stream' },
    credentials: 'same-origin',
    signal: abort.signal,
  });
  const isStream = response.headers.get('content-type')?.includes('event-stream') ?? false;
  if (!response.ok || !response.body || !isStream) return response.status >= 500;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let timer = setTimeout(() => abort.abort(), QUIET_MS);
  for (;;) {
    const { value, done } = await reader.read();
    clearTimeout(timer);
    if (done) return true;
    timer = setTimeout(() => abort.abort(), QUIET_MS);
    text += value;
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) receive(part);
  }
}

function receive(part: string): void {
  const lines = part.split('\n');
  const of = (name: string) =>
    lines
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim())
      .join('\n');
  const data = of('data');
  if (data !== '') apply(of('event'), data);
}

function apply(event: string, data: string): void {
  switch (event) {
    case 'update': {
      const status = JSON.parse(data) as Status;
      tell({ kind: 'post', id: keep(status), status });
      return;
    }
    case 'status.update': {
      keep(JSON.parse(data) as Status);
      return;
    }
    case 'delete':
      if (known(data)) forget(data);
      return;
    case 'conversation': {
      const talk = JSON.parse(data) as { id: string };
      tell({ kind: 'conversation', id: talk.id });
      void loadCounts();
      return;
    }
    case 'mitoyen.presence':
      takePresence(JSON.parse(data));
      return;
    case 'mitoyen.typing': {
      const { conversation_id: id, account_id: account } = JSON.parse(data);
      tell({ kind: 'typing', id, account });
      return;
    }
    case 'mitoyen.read': {
      const { conversation_id: id, last_read_id: upTo } = JSON.parse(data);
      tell({ kind: 'read', id, upTo });
      return;
    }
    case 'notification': {
      const { id, account, status } = JSON.parse(data) as {
        id: string;
        account?: Account;
        status?: Status;
      };
      if (status) keep(status);
      tell({ kind: 'notification', id, from: account ?? null, status: status ?? null });
      const conversation = status?.mitoyen?.conversation_id;
      if (conversation) tell({ kind: 'conversation', id: conversation });
      void loadCounts();
      return;
    }
  }
}

function tell(event: Streamed): void {
  for (const run of listeners) run(event);
}

/** Waits, but not longer than until somebody looks at the page again. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      document.removeEventListener('visibilitychange', looked);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const looked = () => {
      if (document.visibilityState !== 'visible') return;
      clearTimeout(timer);
      done();
    };
    document.addEventListener('visibilitychange', looked);
  });
}
