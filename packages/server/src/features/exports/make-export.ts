/** Somebody asks for an archive of their own things; a worker makes it; after a week it goes. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kit } from '../../kit.ts';
import type { PersonalData } from '../../personal-data.ts';
import { AppError } from '../../platform/app-error.ts';
import { type Export, MOST_ATTEMPTS } from './export.ts';
import type { ExportStore } from './export-store.ts';
import { writeArchive } from './write-archive.ts';

const KEEP_MS = 7 * 86_400_000;

export type MakeExports = ReturnType<typeof createMakeExports>;

export function createMakeExports(deps: {
  kit: Kit;
  store: ExportStore;
  /** Of every feature, in their order. */
  data: () => PersonalData[];
}) {
  const { kit, store } = deps;
  const folder = join(kit.config.data_dir, 'exports');
  const fileOf = (id: string) => join(folder, `${id}.zip`);

  async function ask(account: string): Promise<Export> {
    const limit = kit.config.limits.exports_per_day;
    await kit.rateLimiter.take({ name: 'exports', key: account, limit, windowSeconds: 86_400 });
    const now = kit.clock.now();
    const made: Export = {
      _id: kit.nextId(),
      account,
      state: 'waiting',
      active: true,
      attempts: 0,
      createdAt: now,
      expiresAt: now + KEEP_MS,
    };
    if (!(await store.insert(made)))
      throw new AppError('conflict', 'An archive is being made for you already');
    await enqueue(made._id);
    return made;
  }

  /** The timer finds what could not be enqueued. */
  async function enqueue(id: string): Promise<void> {
    try {
      await kit.queues.add('exports', { id }, { attempts: 1 });
    } catch (error) {
      kit.log.warn({ err: error, export: id }, 'an export waits for the sweep');
    }
  }

  async function make(id: string): Promise<void> {
    const one = await store.begin(id, kit.clock.now());
    if (!one) return;
    const temporary = `${fileOf(id)}.tmp`;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { account } = one;
      const bytes = await writeArchive(temporary, { account, data: deps.data(), blobs: kit.blobs });
      await rename(temporary, fileOf(id));
      const finishedAt = kit.clock.now();
      await store.finish(id, { state: 'ready', bytes, finishedAt });
    } catch (error) {
      await rm(temporary, { force: true });
      kit.log.error({ err: error, export: id }, 'an export failed');
      if (one.attempts < MOST_ATTEMPTS) await store.again(id);
      else await store.finish(id, { state: 'failed', finishedAt: kit.clock.now() });
    }
  }

  async function remove(one: Export): Promise<void> {
    await rm(fileOf(one._id), { force: true });
    await store.remove(one._id);
  }

  async function sweep(): Promise<void> {
    const now = kit.clock.now();
    for (const one of await store.expired(now)) await remove(one);
    for (const id of await store.waiting(now)) await enqueue(id);
  }

  return { ask, make, remove, sweep, fileOf };
}
