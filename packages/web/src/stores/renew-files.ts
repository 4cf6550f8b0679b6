/**
 * The addresses of files that are not for everybody end after a day or two. A page that was open for
 * longer asks for the post again when one of its pictures cannot be had any more.
 */
import { get } from '../api/http.ts';
import type { Status } from '../api/types.ts';
import { keep, showing } from './statuses.svelte.ts';

const AGAIN_MS = 60_000;
const askedAt = new Map<string, number>();

export function startRenewing(): void {
  // Errors of pictures do not bubble: they are caught on the way down.
  addEventListener('error', ({ target }) => void renew(addressOf(target)), true);
}

function addressOf(target: EventTarget | null): string {
  if (target instanceof HTMLImageElement || target instanceof HTMLMediaElement)
    return target.currentSrc || target.src;
  return '';
}

async function renew(url: string): Promise<void> {
  if (!/\/media\/[^?]+\?e=/.test(url)) return;
  for (const id of showing(url)) {
    if (Date.now() - (askedAt.get(id) ?? 0) < AGAIN_MS) continue;
    askedAt.set(id, Date.now());
    // Gone, or no connection: the picture stays away.
    await get<Status>(`/api/v1/statuses/${id}`).then(keep, () => {});
  }
}
