/** What moderators decide about one account: silenced, suspended, or neither. */
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import type { Account, AccountRestriction } from './account.ts';
import type { AccountStore } from './account-store.ts';

export function createRestrictAccount(deps: { kit: Kit; store: AccountStore }) {
  const { kit, store } = deps;

  return async function restrict(id: string, to: AccountRestriction | null): Promise<Account> {
    const before = await store.byId(id);
    if (!before) throw notFound();
    const was = before.state === 'suspended';
    const is = to === 'suspended';
    const lifted = was ? ('active' as const) : before.state;
    const set = {
      state: is ? ('suspended' as const) : lifted,
      ...(to && { restricted: to }),
      updatedAt: kit.clock.now(),
    };
    const event = is ? 'account.suspended' : was ? 'account.restored' : null;
    // Told again where it was so before: a step that did not come through is then made good.
    const changed = await store.restrict(id, set, event ? [kit.pending.entry(event)] : []);
    if (!changed) throw notFound();
    if (event) await kit.pending.kick('accounts', id);
    return changed;
  };
}
