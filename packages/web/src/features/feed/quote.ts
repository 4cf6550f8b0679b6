/** Quotes: what stands where the quoted post cannot, and where a post may be quoted. */
import type { Status } from '../../api/types.ts';
import { type MessageKey, t } from '../../i18n/i18n.svelte.ts';
import { myGroups } from '../../stores/groups.svelte.ts';
import type { Choice } from './audience.ts';

const STATES: Record<string, MessageKey> = {
  pending: 'quote.pending',
  rejected: 'quote.rejected',
  revoked: 'quote.revoked',
  deleted: 'quote.deleted',
  blocked_account: 'quote.hidden',
  blocked_domain: 'quote.hidden',
  muted_account: 'quote.hidden',
};

/** Null where the quoted post is shown. */
export function stateText(state: string): string | null {
  return state === 'accepted' ? null : t(STATES[state] ?? 'quote.unauthorized');
}

/** What servers without quotes show instead of the card. */
export function withoutQuoteLink(html: string, quote: Status['quote']): string {
  return quote?.quoted_status ? html.replace(/^<p class="quote-inline">.*?<\/p>/s, '') : html;
}

/** What is not for everybody is quoted among the same readers alone; undefined: anywhere. */
export function quotableIn({ mitoyen, visibility }: Status): Choice | undefined {
  if (visibility === 'public' || visibility === 'unlisted') return undefined;
  const group = myGroups()?.find((one) => one.id === mitoyen?.group?.id) ?? null;
  if (mitoyen?.audience === 'group') return { audience: 'group', group };
  return { audience: mitoyen?.audience === 'company' ? 'company' : 'followers', group: null };
}
