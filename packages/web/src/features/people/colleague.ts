import type { Account } from '../../api/types.ts';

/** Whether somebody works here and can tell of it: not a partner's person, a guest or a bot. */
export function isColleague({ mitoyen, suspended }: Account): boolean {
  const role = mitoyen?.role ?? 'guest';
  return mitoyen?.kind === 'person' && role !== 'guest' && !suspended;
}
