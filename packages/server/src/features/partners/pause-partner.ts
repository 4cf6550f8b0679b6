/**
 * Pausing: nothing goes out and nothing comes in, and nothing is lost. Deliveries wait in the
 * database, and the other side is told to come back later.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../platform/app-error.ts';
import type { AgreementDeps } from './agreement-deps.ts';
import type { EpochStore } from './epoch-store.ts';
import type { Partners } from './partners.ts';
import { EVERYBODY, type PauseStore, RESTORED } from './pause-store.ts';

export function createPausePartner(
  deps: AgreementDeps & { pauses: PauseStore; epoch: EpochStore },
): Pick<Partners, 'pause' | 'resume' | 'pauses' | 'beginStart'> & {
  pauseIfRestored: () => Promise<void>;
} {
  const { kit, held, pauses, actors, history, epoch } = deps;

  const pause: Partners['pause'] = async (rawHost, by) => {
    const host = rawHost === null ? EVERYBODY : actors.hostOf(rawHost);
    await pauses.add(host, 'admin', by);
    await held.changed();
    await history.note({ host, action: 'paused', by });
  };

  const resume: Partners['resume'] = async (rawHost, by) => {
    const host = rawHost === null ? EVERYBODY : actors.hostOf(rawHost);
    if (!(await pauses.remove(host))) {
      const all = (await pauses.list()).some((one) => one.host === EVERYBODY);
      const what = rawHost === null ? 'Federation' : host;
      throw new AppError(
        'conflict',
        all ? `${what} is not paused alone: all partners are` : `${what} is not paused`,
      );
    }
    await held.changed();
    await history.note({ host, action: 'resumed', by });
    return kit.outbox.release(rawHost === null ? null : host);
  };

  /**
   * A copy of an older state must not send what was sent already, nor answer for what it has
   * forgotten: an admin looks first.
   */
  async function pauseIfRestored(): Promise<void> {
    const marker = join(kit.config.data_dir, RESTORED);
    if (!existsSync(marker)) return;
    // Taken away last: whatever ends this process in between, the next one pauses all the same.
    await pauseAll('paused after a restore');
    await rm(marker, { force: true });
  }

  async function pauseAll(action: string): Promise<void> {
    await pauses.add(EVERYBODY, 'restored');
    await history.note({ host: EVERYBODY, action, side: 'clock' });
  }

  const beginStart: Partners['beginStart'] = async () => {
    // A MongoDB elsewhere is shared, moved and restored without this folder.
    if (kit.config.database.url) return;
    if (await epoch.isCopy()) {
      kit.log.warn('the data is a copy: the exchange with all partners is paused');
      await pauseAll('paused: the data is a copy');
      await held.changed();
    }
    await epoch.advance();
  };

  return { pause, resume, pauses: pauses.list, pauseIfRestored, beginStart };
}
