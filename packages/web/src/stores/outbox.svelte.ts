/**
 * Posts on their way. What cannot be sent for want of a network waits on this device and is
 * sent when there is one again, under the same key, so that it never appears twice.
 */
import { ApiError, post } from '../api/http.ts';
import type { Status } from '../api/types.ts';
import { t } from '../i18n/i18n.svelte.ts';
import { database, type Waiting } from './database.ts';
import { say } from './toasts.svelte.ts';

type Listener = (status: Status) => void;
const listeners = new Set<Listener>();
let waiting = $state(0);
let flushing = false;
/** Sent by this page just now, and so not tried again meanwhile. */
const underWay = new Set<string>();
const TRY_AGAIN_MS = 20_000;

export function waitingPosts(): number {
  return waiting;
}

export function onPublished(run: Listener): () => void {
  listeners.add(run);
  return () => listeners.delete(run);
}

/** Sends a post; null where it waits for the network, or for its hour. */
export async function publish(body: Record<string, unknown>): Promise<Status | null> {
  const item: Waiting = { key: crypto.randomUUID(), body, at: Date.now() };
  underWay.add(item.key);
  // Kept before it is sent: a page that is closed meanwhile sends it the next time.
  const kept = await keepItem(item);
  try {
    const sent = await send(item);
    await drop(item);
    return sent;
  } catch (error) {
    if (!kept || !isPassing(error)) {
      await drop(item);
      throw error;
    }
    await count();
    say(t('outbox.waits'));
    return null;
  } finally {
    underWay.delete(item.key);
  }
}

export async function startOutbox(): Promise<void> {
  addEventListener('online', () => void flush());
  // A network may be bad without the browser calling it gone.
  setInterval(() => {
    if (waiting > 0) void flush();
  }, TRY_AGAIN_MS);
  await flush().catch(() => {});
}

/** Tries all that waits again, the oldest first. */
export async function flush(): Promise<void> {
  if (flushing) return;
  flushing = true;
  try {
    const open = await database();
    const items = await open.getAll('outbox');
    for (const item of items.sort((a, b) => a.at - b.at)) {
      if (underWay.has(item.key)) continue;
      try {
        await send(item);
        say(t('outbox.sent'));
      } catch (error) {
        if (isPassing(error)) break;
        say(t('outbox.refused'));
      }
      await drop(item);
    }
  } finally {
    flushing = false;
    await count().catch(() => {});
  }
}

async function send(item: Waiting): Promise<Status | null> {
  const status = await post<Status>('/api/v1/statuses', item.body, { 'idempotency-key': item.key });
  if ('scheduled_at' in status) {
    say(t('schedule.done'));
    return null;
  }
  for (const run of listeners) run(status);
  return status;
}

/** What may be over the next time: no network, or a server or proxy that cannot just now. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError && [0, 502, 503, 504].includes(error.status);
}

/** False on a device that keeps nothing, as a private window: what is written is sent all the same. */
async function keepItem(item: Waiting): Promise<boolean> {
  try {
    await (await database()).put('outbox', item);
    return true;
  } catch {
    return false;
  }
}

async function drop(item: Waiting): Promise<void> {
  await database().then(
    (open) => open.delete('outbox', item.key),
    () => {},
  );
}

async function count(): Promise<void> {
  waiting = await (await database()).count('outbox');
}
