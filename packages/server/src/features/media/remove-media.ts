/** Takes pictures away with all their files: on demand, at their expiry, and cached ones unseen. */
import type { Kit } from '../../kit.ts';
import type { Media } from './media.ts';
import type { MediaFilter, MediaStore } from './media-store.ts';
import { blobKeys } from './picture.ts';

const DAY_MS = 24 * 3600_000;
/** An upload or a removal that nothing happened to for this long has lost its job. */
const LOST_MS = 60_000;

export function createRemoveMedia(deps: {
  kit: Kit;
  store: MediaStore;
  enqueue: (id: string) => Promise<void>;
}) {
  const { kit, store } = deps;

  /** Repeats until nothing matches; safe to run twice. */
  async function removeOf(filter: MediaFilter): Promise<number> {
    if (!filter.attachedTo && !filter.owner && !filter.host && !filter.ids?.length) return 0;
    let removed = 0;
    while (true) {
      const batch = await store.matching(filter);
      if (batch.length === 0) return removed;
      await remove(batch);
      removed += batch.length;
    }
  }

  async function remove(batch: Media[]): Promise<void> {
    const ids = batch.map((media) => media._id);
    await store.markRemoving(ids, kit.clock.now());
    await finish(batch);
  }

  async function finish(batch: Media[]): Promise<void> {
    for (const media of batch) for (const key of blobKeys(media)) await kit.blobs.remove(key);
    await store.remove(batch.map((media) => media._id));
  }

  async function expire(): Promise<void> {
    const now = kit.clock.now();
    for (const media of await store.expired(now)) {
      if (await store.markExpired(media._id, now)) await finish([media]);
    }
    const lost = await store.stale('removing', now - LOST_MS);
    await finish(lost);
  }

  /** Cached copies that nobody looked at go; their address stays and fetches them again. */
  async function dropUnseen(): Promise<void> {
    const before = kit.clock.now() - kit.config.media.remote_cache_days * DAY_MS;
    for (const media of await store.unseen(before)) {
      const dropped = await store.change(media._id, 'ready', { state: 'remote', files: {} }, [
        'seenAt',
      ]);
      if (dropped) for (const key of blobKeys(media)) await kit.blobs.remove(key);
    }
  }

  /** The documents stay: the posts that name them may be shown again. */
  async function withholdOf(owner: string): Promise<void> {
    for (;;) {
      const batch = await store.shownOf(owner);
      for (const media of batch) {
        await store.withhold(media._id);
        for (const key of blobKeys(media)) await kit.blobs.remove(key);
      }
      if (batch.length === 0) return;
    }
  }

  /** Uploads whose job a crash has lost. */
  async function requeue(): Promise<void> {
    const now = kit.clock.now();
    for (const media of await store.stale('processing', now - LOST_MS)) {
      if (await store.change(media._id, 'processing', { queuedAt: now }))
        await deps.enqueue(media._id);
    }
  }

  return { removeOf, remove, expire, dropUnseen, requeue, withholdOf };
}

export type RemoveMedia = ReturnType<typeof createRemoveMedia>;
