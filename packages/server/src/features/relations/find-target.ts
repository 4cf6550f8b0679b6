import type { Apis } from '../../apis.ts';
import { notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';

export type FindTarget = (viewer: Account, id: string) => Promise<Account>;

export function createFindTarget(apis: Apis): FindTarget {
  /** The account of a path, if this person may know of it. */
  return async function findTarget(viewer, id) {
    const account = await apis.accounts.get(id);
    if (!account) throw notFound();
    const hidden = await apis.groups.hiddenFor(viewer, [id]);
    if (hidden.has(id)) throw notFound();
    return account;
  };
}
