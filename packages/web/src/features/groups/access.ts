import type { GroupAccess, GroupRole } from '../../api/types.ts';
import type { MessageKey } from '../../i18n/i18n.svelte.ts';

export const ACCESS: Record<GroupAccess, MessageKey> = {
  open: 'access.open',
  closed: 'access.closed',
  secret: 'access.secret',
};
export const ACCESS_HINT: Record<GroupAccess, MessageKey> = {
  open: 'access.openHint',
  closed: 'access.closedHint',
  secret: 'access.secretHint',
};
export const ROLE: Record<GroupRole, MessageKey> = {
  admin: 'role.admin',
  moderator: 'role.moderator',
  member: 'role.member',
};
