/** What the `partner` commands share: hosts as people type them, agreements as lines and JSON. */
import { normaliseHost } from '@mitoyen/protocol';
import type { App } from '../app.ts';
import { CONNECTION_WORDS } from '../features/partners/connection.ts';
import type { Agreement } from '../features/partners/partners.ts';
import { UsageError } from './answer.ts';

/** Loaded when needed, as the app is: `--help` answers without what checks signatures. */
export const views = () => import('../features/partners/partners-view.ts');

export function hostOf(text: string): string {
  const host = normaliseHost(text.replace(/^https?:\/\//, '').replace(/\/+$/, ''));
  if (!host) throw new UsageError(`"${text}" is not a host name.`);
  return host;
}

/** An agreement as the API shows it. */
export async function viewOf(app: App, agreement: Agreement) {
  const status = await app.apis.partners.status([agreement]);
  return (await views()).viewAgreement(agreement, status.get(agreement._id));
}

/** The state of an agreement just acted upon, in words. */
export function words({ state }: Agreement): string {
  if (state === 'active') return CONNECTION_WORDS.connected;
  if (state === 'revoked') return CONNECTION_WORDS.ended;
  return state === 'superseded' ? CONNECTION_WORDS.replaced : CONNECTION_WORDS[state];
}
