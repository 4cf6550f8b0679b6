/** Finds files that nothing names any more: what a crash left between a file and its document. */
import type { Kit } from '../../kit.ts';
import type { MediaStore } from './media-store.ts';

const HOUR_MS = 3600_000;
/** Younger ones may be on their way into a document. */
const YOUNGEST_MS = 24 * HOUR_MS;
const BATCH = 200;
const OF_MEDIA = /^(?:media|uploads)\/..\/([0-9A-F]{32})/;
/** Parts of uploads, and what the doctor tried with: they go by themselves, or by age. */
const BY_AGE = /^(?:parts|probe)\//;

export type Cleaned = { files: number; bytes: number };
type Found = { key: string; size: number };

export function createCleanFiles(deps: { kit: Kit; store: MediaStore }) {
  const { kit, store } = deps;

  return async function cleanFiles(options: { dryRun: boolean }): Promise<Cleaned> {
    const cleaned: Cleaned = { files: 0, bytes: 0 };
    const now = kit.clock.now();
    const oldPart = now - YOUNGEST_MS - kit.config.media.unfinished_hours * HOUR_MS;
    let batch: (Found & { name: string })[] = [];

    async function drop({ key, size }: Found): Promise<void> {
      if (!options.dryRun) await kit.blobs.remove(key);
      cleaned.files += 1;
      cleaned.bytes += size;
    }

    async function look(): Promise<void> {
      const known = new Set(await store.knownNames(batch.map(({ name }) => name)));
      for (const found of batch) if (!known.has(found.name)) await drop(found);
      batch = [];
    }

    for await (const { key, size, changedAt } of kit.blobs.list()) {
      if (BY_AGE.test(key) && changedAt < oldPart) await drop({ key, size });
      const name = OF_MEDIA.exec(key)?.[1];
      if (name === undefined || changedAt > now - YOUNGEST_MS) continue;
      batch.push({ key, size, name });
      if (batch.length >= BATCH) await look();
    }
    await look();
    return cleaned;
  };
}
