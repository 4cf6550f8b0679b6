/** What an alert says, and where it leads. */
import type { Account, Status } from '../../api/types.ts';
import type { MessageKey } from '../../i18n/i18n.svelte.ts';
import { me } from '../../stores/session.svelte.ts';
import type { AlertGroup } from './alerts.svelte.ts';

const TEXTS: Record<string, MessageKey> = {
  mention: 'alert.mention',
  status: 'alert.status',
  reblog: 'alert.reblog',
  follow: 'alert.follow',
  follow_request: 'alert.followRequest',
  favourite: 'alert.favourite',
  update: 'alert.update',
  quote: 'alert.quote',
  quoted_update: 'alert.quotedUpdate',
  poll: 'alert.poll',
  'admin.sign_up': 'alert.signUp',
  'admin.report': 'alert.report',
  'mitoyen.reaction': 'alert.reaction',
  'mitoyen.group_invite': 'alert.groupInvite',
  'mitoyen.group_request': 'alert.groupRequest',
  'mitoyen.group_accepted': 'alert.groupAccepted',
  'mitoyen.event_answer': 'alert.eventAnswer',
  'mitoyen.event_changed': 'alert.eventChanged',
  'mitoyen.event_reminder': 'alert.eventReminder',
  'mitoyen.must_read': 'alert.mustRead',
  'mitoyen.moved': 'alert.moved',
  'mitoyen.partner': 'alert.partner',
};

type Typed = { type: string; mitoyen?: { type: string } };

export function kindOf(alert: Typed): string {
  return alert.mitoyen?.type ?? alert.type;
}

export function textOf(alert: AlertGroup, status: Status | null): MessageKey {
  if (kindOf(alert) === 'mention' && status?.mitoyen?.conversation_id) return 'alert.message';
  if (kindOf(alert) === 'mention' && praised(status)) return 'alert.praise';
  return TEXTS[kindOf(alert)] ?? 'alert.other';
}

function praised(status: Status | null): boolean {
  return status?.mitoyen?.praise?.people.some((one) => one.id === me().id) ?? false;
}

export function addressOf(
  alert: Typed,
  about: { status: Status | null; group: Account | null; person: Account | undefined },
): string {
  const { status, group, person } = about;
  const conversation = status?.mitoyen?.conversation_id;
  if (conversation) return `/chat/${conversation}`;
  if (status) return `/posts/${status.id}`;
  switch (kindOf(alert)) {
    case 'mitoyen.group_request':
      return `/groups/${group?.id ?? ''}/members`;
    case 'mitoyen.partner':
      return '/admin/partners';
    case 'admin.report':
      return '/admin/reports';
    case 'admin.sign_up':
      return '/admin/people';
    case 'follow_request':
      return '/people/requests';
    default:
      return group ? `/groups/${group.id}` : `/@${person?.acct ?? ''}`;
  }
}
