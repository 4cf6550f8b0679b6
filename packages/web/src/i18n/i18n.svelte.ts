/** The messages of the chosen language, and dates and numbers as that language writes them. */
import type english from '../../messages/en.json';

export type MessageKey = keyof typeof english;
export type Locale = 'en' | 'fr';
type Arguments = Record<string, string | number>;
type Compiled = Record<string, string | ((values: Arguments) => string)>;

export const LOCALES: { code: Locale; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'fr', name: 'Français' },
];
const LOADERS: Record<Locale, () => Promise<{ default: Compiled }>> = {
  en: () => import('virtual:messages/en'),
  fr: () => import('virtual:messages/fr'),
};

let current = $state.raw<{ locale: Locale; messages: Compiled }>({ locale: 'en', messages: {} });

export function locale(): Locale {
  return current.locale;
}

export async function setLocale(wanted: Locale): Promise<void> {
  const { default: messages } = await LOADERS[wanted]();
  current = { locale: wanted, messages };
  document.documentElement.lang = wanted;
  try {
    localStorage.setItem('locale', wanted);
  } catch {
    // Private windows may refuse storage; the language then lasts as long as the page.
  }
}

/** The language of the page as `theme.js` found it. */
export function startLocale(): Promise<void> {
  return setLocale(document.documentElement.lang === 'fr' ? 'fr' : 'en');
}

export function t(key: MessageKey, values: Arguments = {}): string {
  const message = current.messages[key];
  return typeof message === 'function' ? message(values) : (message ?? key);
}
