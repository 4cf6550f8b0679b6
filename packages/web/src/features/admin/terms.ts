/** The terms of an agreement in words, one line for each, so that two versions can be compared. */
import { bytes, day, number } from '../../i18n/dates.ts';
import { t } from '../../i18n/i18n.svelte.ts';
import { type Agreement, LEVEL_TEXT, SCOPE_TEXT } from './partners.svelte.ts';

export type Term = { name: string; value: string };

/** Always the same lines in the same order, whatever the agreement leaves out. */
export function termsOf(agreement: Agreement): Term[] {
  const { limits, groups, scopes, purpose, expires_at: until } = agreement;
  const ofGroups = groups === 'all' ? t('partner.allGroups') : groupCount(groups.length);
  return [
    { name: t('partner.purpose'), value: purpose || '–' },
    {
      name: t('partner.exchanged'),
      value: scopes.map((scope) => t(SCOPE_TEXT[scope])).join(', '),
    },
    { name: t('partner.groups'), value: scopes.includes('groups') ? ofGroups : '–' },
    { name: t('partner.until'), value: until ? day(until) : t('partner.noEnd') },
    { name: t('copies.title'), value: t(LEVEL_TEXT[limits?.copy_level ?? 'full']) },
    {
      name: t('partner.copiesKept'),
      value: limits?.copy_days ? number(limits.copy_days) : t('partner.noLimit'),
    },
    {
      name: t('partner.copiesThen'),
      value: t(limits?.copies_then === 'freeze' ? 'partner.freeze' : 'partner.purge'),
    },
    {
      name: t('partner.mediaBytes'),
      value: limits?.media_bytes ? bytes(limits.media_bytes) : t('partner.noLimit'),
    },
  ];
}

function groupCount(count: number): string {
  return t('partner.groupCount', { count });
}
