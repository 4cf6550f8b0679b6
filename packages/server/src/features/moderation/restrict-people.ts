/**
 * What moderators do about one account, mostly of another server: silence it (heard by followers
 * alone) or suspend it (posts hidden, follows and memberships ended, files not served, nothing taken).
 */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, forbidden, notFound } from '../../platform/app-error.ts';
import { type Account, isStaff } from '../accounts/account.ts';

export const ACTIONS = ['silence', 'unsilence', 'suspend', 'unsuspend'] as const;
export type ModeratorAction = (typeof ACTIONS)[number];

export type RestrictPeople = (
  /** Null: the command line. */
  by: Account | null,
  id: string,
  action: ModeratorAction,
) => Promise<Account>;

export function createRestrictPeople(deps: { kit: Kit; apis: Apis }): RestrictPeople {
  const { kit, apis } = deps;

  return async function restrict(by, id, action) {
    const target = await apis.accounts.get(id);
    if (!target || target.state === 'awaiting_approval') throw notFound();
    authorize(by, target, action);
    if (action === 'silence' && target.state === 'suspended')
      throw new AppError('conflict', 'This account is suspended, which is more');
    kit.log.info(
      { account: id, by: by?._id ?? 'command line', action },
      'an account was moderated',
    );
    if (target.domain === null && action === 'suspend') return apis.authentication.suspend(id);
    if (target.domain === null && action === 'unsuspend') return apis.authentication.unsuspend(id);
    if (action === 'silence' || action === 'suspend')
      return apis.accounts.restrict(id, action === 'silence' ? 'silenced' : 'suspended');
    const undone = action === 'unsilence' ? 'silenced' : 'suspended';
    if (target.restricted !== undone) return target;
    const changed = await apis.accounts.restrict(id, null);
    // What it said of itself meanwhile was not heard.
    if (action === 'unsuspend') await apis.accounts.lookAgain(id);
    return changed;
  };

  function authorize(by: Account | null, target: Account, action: ModeratorAction): void {
    if (target.kind !== 'person' && target.kind !== 'service')
      throw new AppError(
        'invalid',
        'This is done to people; a group is left, or its server blocked',
      );
    if (by?._id === target._id) throw forbidden('You cannot do this to your own account');
    if (target.domain !== null || !by || by.role === 'admin') return;
    if (isStaff(target) || action === 'suspend' || action === 'unsuspend')
      throw forbidden('Only admins may do this to people here');
  }
}
