/** A group with members always keeps an admin. */
import { AppError } from '../../platform/app-error.ts';
import type { PendingEvent } from '../../platform/pending.ts';
import type { Membership } from './group.ts';
import type { GroupDeps } from './group-deps.ts';

/** @throws AppError conflict where this is the group's only admin */
export async function refuseIfLastAdmin(
  { memberships }: Pick<GroupDeps, 'memberships'>,
  membership: Membership,
): Promise<void> {
  if (membership.state !== 'member' || membership.role !== 'admin') return;
  if ((await memberships.countAdmins(membership.group)) < 2) throw lastAdmin();
}

/**
 * Two admins who step down in the same moment would both have seen the other. Looks again
 * after the write, and takes it back, with its event, where nobody is left.
 */
export async function restoreLastAdmin(
  { memberships }: Pick<GroupDeps, 'memberships'>,
  before: Membership,
  event: PendingEvent,
): Promise<void> {
  if (before.state !== 'member' || before.role !== 'admin') return;
  if ((await memberships.countAdmins(before.group)) > 0) return;
  await memberships.takeBack(before, event);
  throw lastAdmin();
}

function lastAdmin(): AppError {
  return new AppError(
    'conflict',
    'The last admin cannot leave or step down: make somebody else an admin first, or delete the group',
  );
}
