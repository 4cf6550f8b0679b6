/** A person here names other accounts as their own, moves to one of them, or takes the move back. */
import { sameIri } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { invalid, notFound } from '../../platform/app-error.ts';
import type { Account } from './account.ts';
import type { AccountStore } from './account-store.ts';
import { MOST_ALIASES, moveProblem } from './move.ts';

export type MoveAccount = ReturnType<typeof createMoveAccount>;

export function createMoveAccount(deps: { kit: Kit; apis: Apis; store: AccountStore }) {
  const { kit, apis, store } = deps;

  /** The accounts that this one is known as, as far as we know them. */
  async function aliases(account: Account): Promise<Account[]> {
    const found = await Promise.all(account.alsoKnownAs.map((iri) => store.byIri(iri)));
    return found.filter((one) => one !== null);
  }

  async function addAlias(account: Account, handle: string): Promise<Account> {
    const alias = await find(handle, 'acct');
    if (alias._id === account._id) throw problem('acct', 'is this very account');
    if (account.alsoKnownAs.some((iri) => sameIri(iri, alias.iri))) return account;
    if (account.alsoKnownAs.length >= MOST_ALIASES)
      throw problem('acct', `would be one more than ${MOST_ALIASES} aliases`);
    return change(account, { alsoKnownAs: [...account.alsoKnownAs, alias.iri] });
  }

  async function removeAlias(account: Account, handle: string): Promise<Account> {
    const known = await apis.accounts.byHandle(handle.replace(/^@/, ''));
    const iri = known?.iri ?? handle;
    const left = account.alsoKnownAs.filter((one) => !sameIri(one, iri));
    if (left.length === account.alsoKnownAs.length) throw notFound();
    return change(account, { alsoKnownAs: left });
  }

  /** The account there must name this one as its alias first. @throws AppError invalid */
  async function move(account: Account, handle: string): Promise<Account> {
    const found = await find(handle, 'target');
    const target =
      (found.domain === null
        ? found
        : await apis.accounts.resolveIri(found.iri, { refresh: true })) ?? found;
    const reason = moveProblem(account, target, kit.clock.now());
    if (reason) throw problem('target', reason);
    return change(
      account,
      { movedTo: target.iri, movedToAccount: target._id, movedAt: kit.clock.now() },
      'account.moved',
    );
  }

  /** The page names no other account any more; who followed along stays there. */
  async function cancel(account: Account): Promise<Account> {
    if (!account.movedToAccount) throw notFound();
    return change(account, { movedTo: '', movedToAccount: '' });
  }

  async function find(handle: string, field: string): Promise<Account> {
    const account = await apis.accounts.resolveHandle(handle);
    if (!account || account.kind === 'application' || account.kind === 'group')
      throw problem(field, 'is no account that can be found');
    return account;
  }

  async function change(
    account: Account,
    facts: Partial<Account>,
    event: 'account.updated' | 'account.moved' = 'account.updated',
  ): Promise<Account> {
    const set = { ...facts, updatedAt: kit.clock.now() };
    const changed = await store.update(account._id, set, kit.pending.entry(event));
    if (!changed) throw notFound();
    await kit.pending.kick('accounts', account._id);
    return changed;
  }

  return { aliases, addAlias, removeAlias, move, cancel };
}

function problem(field: string, message: string) {
  return invalid({ field, code: 'ERR_INVALID', message });
}
