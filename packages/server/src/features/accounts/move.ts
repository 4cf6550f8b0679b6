/** Moving to another account: what must hold before anybody follows along. */
import { sameIri } from '@mitoyen/protocol';
import type { Account } from './account.ts';

export const MOST_ALIASES = 10;
/** Between two moves of one account; the fediverse's usual figure. */
export const MOVE_PAUSE_MS = 30 * 24 * 3600_000;

type Movable = Pick<Account, '_id' | 'iri' | 'kind' | 'state' | 'movedAt' | 'movedToAccount'>;
type Target = Movable & Pick<Account, 'alsoKnownAs'>;

/** Why this account cannot move there; null where it can. */
export function moveProblem(account: Movable, target: Target, now: number): string | null {
  if (account._id === target._id) return 'is the same account';
  if (account.kind === 'group' || target.kind === 'group') return 'groups do not move';
  if (target.state !== 'active') return 'is not an active account';
  if (!target.alsoKnownAs.some((alias) => sameIri(alias, account.iri)))
    return `does not name ${account.iri} as its alias`;
  if (target.movedToAccount === account._id) return 'has moved here itself';
  const isAnother = account.movedToAccount !== undefined && account.movedToAccount !== target._id;
  if (isAnother && now - (account.movedAt ?? 0) < MOVE_PAUSE_MS)
    return 'follows a move of less than 30 days ago';
  return null;
}
