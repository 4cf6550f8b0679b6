/**
 * How many GETs we make, so that nobody can aim us at somebody: to one host at all, and, while
 * we process what one host signed, to hosts other than that. By each process, in memory.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { iriHost } from '@mitoyen/protocol';
import type { Config } from '../config-schema.ts';
import type { Clock } from '../platform/clock.ts';
import { createMinuteCounter } from '../platform/minute-counter.ts';

const signers = new AsyncLocalStorage<string>();

/** Runs with every fetch in it made on behalf of this host. */
export function onBehalfOf<T>(host: string, run: () => Promise<T>): Promise<T> {
  return signers.run(host, run);
}

/** The work that needs the fetch is to be done later. */
export class BudgetSpent extends Error {
  override name = 'BudgetSpent';
}

export type FetchBudget = {
  /**
   * Counts one GET; false where there is none left in this minute.
   *
   * @throws BudgetSpent instead, while something is processed that somebody signed
   */
  take: (url: string) => boolean;
};

export function createFetchBudget(deps: { config: Config; clock: Clock }): FetchBudget {
  const { remote_gets_per_minute_per_host, remote_gets_for_others_per_minute_per_host } =
    deps.config.limits;
  const targets = createMinuteCounter(deps.clock);
  const forOthers = createMinuteCounter(deps.clock);
  const isSpent = (used: number, most: number) => most > 0 && used >= most;

  function problem(target: string, signer: string | undefined): string | null {
    if (isSpent(targets.used(target), remote_gets_per_minute_per_host))
      return `${target} was asked too much in this minute`;
    if (signer === undefined || signer === target) return null;
    return isSpent(forOthers.used(signer), remote_gets_for_others_per_minute_per_host)
      ? `what ${signer} sent made us ask others too much in this minute`
      : null;
  }

  return {
    take: (url) => {
      const target = iriHost(url);
      const signer = signers.getStore();
      const reason = problem(target, signer);
      if (reason !== null && signer !== undefined) throw new BudgetSpent(reason);
      if (reason !== null) return false;
      targets.add(target);
      if (signer !== undefined && signer !== target) forOthers.add(signer);
      return true;
    },
  };
}
