/** What was done about partners and blocked servers, in words. */
import type { MessageKey } from '../../i18n/i18n.svelte.ts';
import { t } from '../../i18n/i18n.svelte.ts';

export type Entry = {
  at: string;
  host: string;
  action: string;
  /** The account that did it; null: the other side, or the clock. */
  by: string | null;
  side: 'us' | 'them' | 'clock';
  version: number | null;
};

/** Those that have a fixed name; others say themselves what they did. */
export const ACTIONS: Record<string, MessageKey> = {
  offered: 'audit.offered',
  accepted: 'audit.accepted',
  rejected: 'audit.rejected',
  withdrawn: 'audit.withdrawn',
  ended: 'audit.ended',
  expired: 'audit.expired',
  'expires soon': 'audit.expiresSoon',
  paused: 'audit.paused',
  resumed: 'audit.resumed',
  'block lifted': 'audit.lifted',
};

export function entryText({ action, version }: Entry): string {
  const known = ACTIONS[action];
  const words = known ? t(known) : action;
  return version === null ? words : t('audit.ofVersion', { action: words, version });
}

export function hostText(host: string): string {
  return host === '*' ? t('audit.everybody') : host;
}
