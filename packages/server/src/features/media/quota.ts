/** What one person may keep here altogether. */
import type { Kit } from '../../kit.ts';
import { invalid } from '../../platform/app-error.ts';
import type { MediaStore } from './media-store.ts';

export type Usage = { used_bytes: number; quota_bytes: number; files: number };

export function createQuota(deps: { kit: Pick<Kit, 'config'>; store: MediaStore }) {
  const { quota_bytes: quota } = deps.kit.config.media;

  async function usageOf(owner: string): Promise<Usage> {
    const { bytes, files } = await deps.store.keptBy(owner);
    return { used_bytes: bytes, quota_bytes: quota, files };
  }

  /** @throws AppError `invalid` where so many bytes more are too many */
  async function checkRoom(owner: string, bytes: number): Promise<void> {
    const { used_bytes: used } = await usageOf(owner);
    if (used + bytes <= quota) return;
    const message = `has ${bytes} bytes; of your ${quota} bytes ${used} are used: remove posts with files first`;
    throw invalid({ field: 'file', code: 'ERR_INVALID', message });
  }

  return { usageOf, checkRoom };
}

export type Quota = ReturnType<typeof createQuota>;
