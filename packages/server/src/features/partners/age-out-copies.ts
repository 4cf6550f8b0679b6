/**
 * Copies of a partner's posts are kept as many days as was agreed, also once the agreement has
 * expired: its copies stay for a renewal, but no longer than its terms say. Every few hours all of a
 * partner's copies are looked through, a batch at a time; where a run was cut short, the next
 * one goes on from there.
 */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { AgeOutStore } from './age-out-store.ts';
import type { AgreementStore } from './agreement-store.ts';
import type { HistoryStore } from './history-store.ts';
import type { Agreement } from './partners.ts';
import { latestInForce } from './read-facts.ts';

const DAY_MS = 24 * 3600_000;
const AGAIN_MS = 6 * 3600_000;
const PER_BATCH = 500;
/** Of all partners in one run: the timer that runs it is shared. */
const BATCHES_PER_RUN = 20;

export function createAgeOutCopies(deps: {
  kit: Kit;
  apis: Apis;
  store: AgreementStore;
  history: HistoryStore;
  runs: AgeOutStore;
}) {
  const { kit, apis, runs } = deps;

  return async function ageOutCopies(): Promise<void> {
    const terms = latestInForce(await deps.store.inForce());
    const limited = terms.filter(({ limits }) => limits.copyDays);
    let left = BATCHES_PER_RUN;
    for (const agreement of limited) {
      left = await lookThrough(agreement, left);
      if (left === 0) return;
    }
  };

  async function lookThrough({ host, limits, version }: Agreement, most: number): Promise<number> {
    const now = kit.clock.now();
    const freeze = limits.copiesThen === 'freeze';
    const before = now - (limits.copyDays ?? 0) * DAY_MS;
    const run = await runs.get(host);
    // Changed terms are looked through at once.
    if (run && run.nextAt > now && run.version === version) return most;
    let { after, gone } = run?.version === version ? run : { after: '', gone: 0 };
    for (let left = most; left > 0; left -= 1) {
      const batch = await apis.posts.ageOut({ host, before, freeze, after, most: PER_BATCH });
      gone += batch.gone;
      if (batch.next === null) {
        await runs.set({ host, version, after: '', gone: 0, nextAt: now + AGAIN_MS });
        if (gone > 0) await note(host, gone, freeze, version);
        return left - 1;
      }
      after = batch.next;
      await runs.set({ host, version, after, gone, nextAt: 0 });
    }
    return 0;
  }

  async function note(host: string, gone: number, freeze: boolean, version: number) {
    const what = freeze ? 'set aside' : 'deleted';
    const action = `${gone} copies that are as old as the terms allow ${what}`;
    await deps.history.note({ host, action, side: 'clock', version });
  }
}
