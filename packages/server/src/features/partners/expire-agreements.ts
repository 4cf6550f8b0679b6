/**
 * Expiry stops the exchange by itself, at the minute: the policy looks at the date. The timer
 * only writes the state down. Copies stay, so that a renewal continues where it stopped;
 * revoking an expired agreement removes them.
 */
import type { AgreementDeps } from './agreement-deps.ts';
import type { EndAgreement } from './end-agreement.ts';

/** What was under way when an agreement ended may have stored something after the purge. */
const SETTLE_MS = 5 * 60_000;

export function createHousekeeping(deps: AgreementDeps & { end: EndAgreement }) {
  const { kit, store, held } = deps;

  async function expire(): Promise<void> {
    const expired = await store.expired(kit.clock.now());
    for (const { _id, state, host, version } of expired) {
      const moved = await store.move(_id, [state], 'expired');
      if (moved) await deps.history.note({ host, action: 'expired', side: 'clock', version });
    }
    if (expired.length > 0) await held.changed();
  }

  async function purgeAgain(): Promise<void> {
    for (const { _id, host, report } of await store.endedSince(kit.clock.now() - SETTLE_MS)) {
      if (report?.finishedAt === undefined) continue;
      await store.addToReport(_id, await deps.end.takeApartCopies(host, report.copies ?? 'purge'));
    }
  }

  return { expire, purgeAgain };
}
