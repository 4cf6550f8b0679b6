/** What one can be told of, by push and by e-mail, in words. */
import type { MessageKey } from '../../i18n/i18n.svelte.ts';

export const KIND_TEXT: Record<string, MessageKey> = {
  mention: 'kind.mention',
  status: 'kind.status',
  reblog: 'kind.reblog',
  follow: 'kind.follow',
  follow_request: 'kind.followRequest',
  favourite: 'kind.favourite',
  'mitoyen.reaction': 'kind.reaction',
  poll: 'kind.poll',
  update: 'kind.update',
  quote: 'kind.quote',
  quoted_update: 'kind.quotedUpdate',
  'mitoyen.group_invite': 'kind.groupInvite',
  'mitoyen.group_request': 'kind.groupRequest',
  'mitoyen.group_accepted': 'kind.groupAccepted',
  'mitoyen.must_read': 'kind.mustRead',
  'mitoyen.event_answer': 'kind.eventAnswer',
  'mitoyen.event_changed': 'kind.eventChanged',
  'mitoyen.event_reminder': 'kind.eventReminder',
  'mitoyen.partner': 'kind.partner',
  'mitoyen.moved': 'kind.moved',
  'admin.sign_up': 'kind.signUp',
  'admin.report': 'kind.report',
};
const OF_STAFF = new Set(['admin.sign_up', 'admin.report', 'mitoyen.partner']);

/** Those that we have a word for; what concerns only admins and moderators is for them. */
export function kindsFor(staff: boolean, among = Object.keys(KIND_TEXT)): string[] {
  return among.filter((kind) => kind in KIND_TEXT && (staff || !OF_STAFF.has(kind)));
}
