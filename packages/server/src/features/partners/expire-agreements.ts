/**
 * Expiry stops the exchange by itself, at the minute: the policy looks at the date. The timer
 * only writes the state down. Copies stay, so that a renewal continues where it stopped;
 * revoking an expired agreement removes them.
 */
import type { AgreementDeps } from './agreement-deps.ts';
import type { EndAgreement } from './end-agreement.ts';
import type { TellAdmins } from './tell-partner.ts';

/** When admins are told that an agreement is about to end. */
const WARN_MS = 14 * 24 * 3600_000;

/** What was under way when an agreement ended may have stored something after the purge. */
const SETTLE_MS = 5 * 60_000;

export function createHousekeeping(
  deps: AgreementDeps & { end: EndAgreement; tellAdmins: TellAdmins },
) {
  const { kit, apis, store, held } = deps;

  async function expire(): Promise<void> {
    const expired = await store.expired(kit.clock.now());
    for (const { _id, state, host, version } of expired) {
      const moved = await store.move(_id, [state], 'expired');
      if (moved) await deps.history.note({ host, action: 'expired', side: 'clock', version });
    }
    if (expired.length > 0) await held.changed();
    await warn();
  }

  /** In time for both sides to agree on a renewal. */
  async function warn(): Promise<void> {
    const now = kit.clock.now();
    for (const agreement of await store.expired(now + WARN_MS)) {
      if (agreement.state !== 'active' || agreement.warnedAt !== undefined) continue;
      await deps.tellAdmins(agreement, 'expires');
      await store.warned(agreement._id, now);
      const { host, version } = agreement;
      await deps.history.note({ host, action: 'expires soon', side: 'clock', version });
    }
  }

  async function purgeAgain(): Promise<void> {
    for (const { _id, host, report } of await store.endedSince(kit.clock.now() - SETTLE_MS)) {
      // Where there is a new agreement already, what came under it stays.
      if (report?.finishedAt === undefined || apis.policy.allows(host)) continue;
      await store.addToReport(_id, await deps.end.takeApartCopies(host, report.copies ?? 'purge'));
    }
  }

  return { expire, purgeAgain };
}
