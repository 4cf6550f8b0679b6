/**
 * An inbox answered 410. Whose it was is asked where they live: for whom their server says the
 * same, the end counts here too (their follows and memberships end, what they wrote goes); the
 * others keep their follows, for an inbox alone may be out of order.
 */
import type { Account } from './account.ts';

/** Looked at side by side; where one of them lives, the rest is taken to live as well. */
const AT_ONCE = 10;
const MOST = 1000;

export function createBuryRecipients(deps: {
  /** Accounts that are not gone and get their mail at this inbox, their own or shared. */
  atInbox: (inbox: string, limit: number) => Promise<Account[]>;
  lookAgain: (iri: string) => Promise<Account | null>;
}) {
  /** Returns whether nobody is left there. */
  return async function buryRecipients(inbox: string): Promise<boolean> {
    for (let looked = 0; looked < MOST; looked += AT_ONCE) {
      const accounts = await deps.atInbox(inbox, AT_ONCE);
      if (accounts.length === 0) return true;
      const after = await Promise.all(accounts.map(({ iri }) => deps.lookAgain(iri)));
      if (after.some((account) => account?.state !== 'gone')) return false;
    }
    return false;
  };
}
