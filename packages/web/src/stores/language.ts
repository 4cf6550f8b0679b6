/**
 * The language that somebody reads: one choice for all their devices, and for what the server
 * writes to them (e-mail, push).
 */
import { patch } from '../api/http.ts';
import type { Account } from '../api/types.ts';
import { LOCALES, type Locale, locale, setLocale } from '../i18n/i18n.svelte.ts';
import { me, setMe } from './session.svelte.ts';

export async function chooseLocale(code: Locale): Promise<void> {
  await setLocale(code);
  await tell(code);
}

/** Shows what was chosen on any device; where nothing ever was, the server learns what is shown. */
export async function followChosenLanguage(): Promise<void> {
  const { language } = me().source ?? {};
  const known = LOCALES.find(({ code }) => language?.slice(0, 2) === code)?.code;
  if (known && known !== locale()) await setLocale(known);
  if (language === null) void tell(locale()).catch(() => {});
}

async function tell(language: Locale): Promise<void> {
  setMe(await patch<Account>('/api/v1/accounts/update_credentials', { source: { language } }));
}
