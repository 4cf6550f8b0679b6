/**
 * Posts, comments and messages on their way: shown at once where they belong, and kept on this
 * device until the server has them, under one key each, so that none appears twice.
 */
import { post, put } from '../api/http.ts';
import type { Status } from '../api/types.ts';
import { t } from '../i18n/i18n.svelte.ts';
import { errorText } from '../ui/error-text.ts';
import { database, type Waiting } from './database.ts';
import type { Draft } from './draft.ts';
import { type Entry, OutboxQueue } from './outbox-queue.ts';
import { isStillMe } from './session.svelte.ts';
import { change } from './statuses.svelte.ts';
import { say } from './toasts.svelte.ts';

type Listener = (status: Status) => void;
type Parcel = Pick<Waiting, 'body' | 'files' | 'talk'> & { draft: Draft };
const listeners = new Set<Listener>();
const TRY_AGAIN_MS = 20_000;
const TOLD = { waits: 'outbox.waits', sent: 'outbox.sent', refused: 'outbox.refused' } as const;
let entries = $state.raw<Entry[]>([]);

const queue = new OutboxQueue({
  send,
  store: {
    all: async () => (await database()).getAll('outbox'),
    put: async (item) => (await database()).put('outbox', item),
    drop: async (key) => (await database()).delete('outbox', key),
  },
  now: () => Date.now(),
  reason: errorText,
  changed: (now) => {
    entries = now;
  },
  told: (what) => say(t(TOLD[what])),
});

/** What is not at the server yet, oldest first. */
export function onTheirWay(): Entry[] {
  return entries;
}

export function waitingPosts(): number {
  return entries.filter((one) => one.state === 'waiting').length;
}

export function onPublished(run: Listener): () => void {
  listeners.add(run);
  return () => listeners.delete(run);
}

/** Takes a post to be sent: at once where that is possible. Never fails; what is refused says so. */
export function publish(parcel: Parcel): void {
  void queue.add({ ...parcel, key: crypto.randomUUID(), at: Date.now() });
}

export function startOutbox(): void {
  const tryAll = async () => {
    // Another person may have signed in since this page was opened.
    if (entries.length === 0 || (await isStillMe())) await queue.flush();
  };
  addEventListener('online', () => void tryAll());
  // A network may be bad without the browser calling it gone.
  setInterval(() => {
    if (waitingPosts() > 0) void tryAll();
  }, TRY_AGAIN_MS);
  void tryAll();
}

export const retry = (key: string): Promise<void> => queue.retry(key);

/** Out of the outbox, to be written on or dropped; null where it is being sent just now. */
export const takeBack = (key: string): Promise<Entry | null> => queue.take(key);

/** Tries all that waits again, the oldest first. */
export async function tryAgain(): Promise<void> {
  for (const one of entries) if (one.state === 'waiting') void queue.retry(one.key);
}

async function send({ key, body, files }: Waiting): Promise<void> {
  for (const { id, changes } of files ?? []) await put(`/api/v1/media/${id}`, changes);
  const status = await post<Status>('/api/v1/statuses', body, { 'idempotency-key': key });
  if ('scheduled_at' in status) {
    say(t('schedule.done'));
    return;
  }
  const parent = status.in_reply_to_id;
  if (parent) change(parent, (now) => ({ ...now, replies_count: now.replies_count + 1 }));
  for (const run of listeners) run(status);
}
