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

export function waitingPosts(): number {
  return waiting;
}

export function onPublished(run: Listener): () => void {
  listeners.add(run);
  return () => listeners.delete(run);
}

/** Sends a post; null where it waits for the network. */
export async function publish(body: Record<string, unknown>): Promise<Status | null> {
  const item: Waiting = { key: crypto.randomUUID(), body, at: Date.now() };
  try {
    return await send(item);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 0)) throw error;
    await (await database()).put('outbox', item);
    await count();
    say(t('outbox.waits'));
    return null;
  }
}

export async function startOutbox(): Promise<void> {
  addEventListener('online', () => void flush());
  await flush().catch(() => {});
}

async function flush(): Promise<void> {
  if (flushing) return;
  flushing = true;
  try {
    const open = await database();
    for (const item of await open.getAll('outbox')) {
      try {
        await send(item);
        say(t('outbox.sent'));
      } catch (error) {
        if (error instanceof ApiError && error.status === 0) break;
        say(t('outbox.refused'));
      }
      await open.delete('outbox', item.key);
    }
  } finally {
    flushing = false;
    await count().catch(() => {});
  }
}

async function send(item: Waiting): Promise<Status> {
  const status = await post<Status>('/api/v1/statuses', item.body, { 'idempotency-key': item.key });
  for (const run of listeners) run(status);
  return status;
}

async function count(): Promise<void> {
  waiting = await (await database()).count('outbox');
}
