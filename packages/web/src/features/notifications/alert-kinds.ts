/** Sorts of alerts that somebody may want to see alone. */
import type { MessageKey } from '../../i18n/i18n.svelte.ts';

export type Kind = 'all' | 'mentions' | 'reactions' | 'groups';
export const KINDS: { kind: Kind; label: MessageKey; types: string[] | undefined }[] = [
  { kind: 'all', label: 'alerts.all', types: undefined },
  { kind: 'mentions', label: 'alerts.mentions', types: ['mention', 'mitoyen.must_read'] },
  {
    kind: 'reactions',
    label: 'alerts.reactions',
    types: ['favourite', 'reblog', 'mitoyen.reaction'],
  },
  {
    kind: 'groups',
    label: 'alerts.groups',
    types: [
      'mitoyen.group_invite',
      'mitoyen.group_request',
      'mitoyen.group_accepted',
      'mitoyen.event_answer',
      'mitoyen.event_changed',
      'mitoyen.event_reminder',
    ],
  },
];

export function typesOf(kind: Kind): string[] | undefined {
  return KINDS.find((one) => one.kind === kind)?.types;
}
