/** The home feed: latest first, what is new since the last visit, and where that ended. */
import { get, post } from '../../api/http.ts';
import type { Status } from '../../api/types.ts';
import { onPublished } from '../../stores/outbox.svelte.ts';
import { type Paged, paged } from '../../stores/paged.svelte.ts';
import { keep, keepAll, status } from '../../stores/statuses.svelte.ts';
import { onStreamed } from '../../stores/stream.svelte.ts';

type Markers = { home?: { last_read_id: string; updated_at: string } };

const LATER_MS = 1500;
let home: Paged<string> | null = $state.raw(null);

export function homeFeed(): Paged<string> {
  home ??= paged<string>('/api/v1/timelines/home', { limit: 20 }, (rows) =>
    keepAll(rows as Status[]),
  );
  return home;
}

export function knownHome(): Paged<string> | null {
  return home;
}

/** Kept up to date on whatever screen the reader is; before it was first opened there is nothing to keep. */
export function followHome(): void {
  // Other screens show how much of it is unread, when they have what they need themselves.
  setTimeout(() => {
    homeFeed();
    void readMark.load();
  }, LATER_MS);
  onStreamed((event) => {
    if (event.kind === 'reconnected') void home?.catchUp();
    if (event.kind === 'post' && !event.status.in_reply_to_id) home?.announce(event.id);
  });
  onPublished((status) => {
    if (status.in_reply_to_id || status.visibility === 'direct') return;
    home?.prepend([keep(status)]);
  });
}

class ReadMark {
  /** The newest post that was read at the last visit; null until it is known. */
  lastRead: string | null = $state(null);
  since: string | null = $state(null);
  #sent = '';

  async load(): Promise<void> {
    if (this.lastRead !== null) return;
    const markers = await get<Markers>('/api/v1/markers', { timeline: ['home'] }).catch(
      (): Markers => ({}),
    );
    this.lastRead = markers.home?.last_read_id ?? '';
    this.since = markers.home?.updated_at ?? null;
    this.#sent = this.lastRead;
  }

  /** Told to the server for the other devices; this visit still shows what was new at its start. */
  async reach(id: string): Promise<void> {
    if (this.lastRead === null || id <= this.#sent) return;
    this.#sent = id;
    await post('/api/v1/markers', { home: { last_read_id: id } }).catch(() => {});
  }
}

export const readMark = new ReadMark();

/** Whether older posts, which are not loaded yet, are unread too. */
export function hasMoreUnread(list: Paged<string>): boolean {
  const last = list.items.at(-1);
  return list.next !== null && last !== undefined && isNew(last);
}

function isNew(id: string): boolean {
  return readMark.lastRead !== null && readMark.lastRead !== '' && id > readMark.lastRead;
}

export function isUnread(id: string): boolean {
  return isNew(id) && status(id) !== null;
}
