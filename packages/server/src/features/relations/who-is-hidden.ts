/** Whom somebody does not see: blocked either way, muted, or at a host that they hide. */
import type { Apis } from '../../apis.ts';
import type { Clock } from '../../platform/clock.ts';
import type { PersonalStore } from './personal-store.ts';
import type { Mute } from './relation.ts';
import type { RelationStore } from './relation-store.ts';
import type { HiddenBecause } from './relations.ts';

export type WhoIsHidden = ReturnType<typeof createWhoIsHidden>;

/** The database removes what is over a little later. */
export function isMuting(mute: Mute, now: number): boolean {
  return mute.expiresAt === undefined || mute.expiresAt.getTime() > now;
}

export function createWhoIsHidden(deps: {
  apis: Apis;
  clock: Clock;
  store: RelationStore;
  personal: PersonalStore;
}) {
  const { apis, clock, store, personal } = deps;

  async function find(
    viewer: string,
    accounts: string[],
    counts: (mute: Mute) => boolean,
  ): Promise<Set<string>> {
    return new Set((await because(viewer, accounts, counts)).keys());
  }

  /** Where there are several reasons, the strongest. */
  async function because(
    viewer: string,
    accounts: string[],
    counts: (mute: Mute) => boolean = () => true,
  ): Promise<Map<string, HiddenBecause>> {
    const others = [...new Set(accounts)].filter((id) => id !== viewer);
    if (others.length === 0) return new Map();
    const [[mine, theirs], mutes, elsewhere] = await Promise.all([
      store.blocksBetween(viewer, others),
      store.mutesAmong(viewer, others),
      atHiddenHosts(viewer, others),
    ]);
    const now = clock.now();
    const muting = mutes.filter((row) => counts(row) && isMuting(row, now));
    return new Map<string, HiddenBecause>([
      ...elsewhere.map((id) => [id, 'blocked_domain'] as const),
      ...muting.map((row) => [row.target, 'muted_account'] as const),
      ...mine.map((row) => [row.target, 'blocked_account'] as const),
      ...theirs.map((row) => [row.account, 'blocked_by'] as const),
    ]);
  }

  async function atHiddenHosts(viewer: string, others: string[]): Promise<string[]> {
    const domains = await personal.domainsOf(viewer);
    if (domains.size === 0) return [];
    const accounts = await apis.accounts.getMany(others);
    return accounts
      .filter((account) => account.domain !== null && domains.has(account.domain))
      .map((account) => account._id);
  }

  /** The other way round: of many viewers, those who do not see this account. */
  async function hiddenFrom(viewers: string[], account: string): Promise<Set<string>> {
    const others = viewers.filter((id) => id !== account);
    if (others.length === 0) return new Set();
    const [[theirs, mine], mutes, host] = await Promise.all([
      store.blocksBetween(account, others),
      store.mutersAmong(others, account),
      apis.accounts.get(account).then((found) => found?.domain ?? null),
    ]);
    const hiding = host === null ? [] : await personal.hidingAmong(others, host);
    const now = clock.now();
    return new Set([
      ...theirs.map((row) => row.target),
      ...mine.map((row) => row.account),
      ...mutes.filter((row) => isMuting(row, now)).map((row) => row.account),
      ...hiding,
    ]);
  }

  return {
    hiddenFrom,
    because: (viewer: string, accounts: string[]) => because(viewer, accounts),
    /** Whose posts are not shown. */
    among: (viewer: string, accounts: string[]) => find(viewer, accounts, () => true),
    /** Whose doings are not told: a mute may leave notifications on. */
    silencedAmong: (viewer: string, accounts: string[]) =>
      find(viewer, accounts, (mute) => mute.notifications),
  };
}
