/** The messages of the chosen language, and dates and numbers as that language writes them. */
import loaders from 'virtual:messages';
import type english from '../../messages/en.json';

export type MessageKey = keyof typeof english;
export type Locale = 'en' | 'fr';
type Arguments = Record<string, string | number>;
type Compiled = Record<string, string | ((values: Arguments) => string)>;

export const LOCALES: { code: Locale; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'fr', name: 'Français' },
];
export type Part = keyof (typeof loaders)['en'];

/** The parts that some screen has asked for, in whichever language. */
const wantedParts = new Set<Part>(['shell']);
const loaded: Record<Locale, Compiled> = { en: {}, fr: {} };

let current = $state.raw<{ locale: Locale; messages: Compiled }>({ locale: 'en', messages: {} });

export function locale(): Locale {
  return current.locale;
}

export async function setLocale(wanted: Locale): Promise<void> {
  await load(wanted);
  document.documentElement.lang = wanted;
  show(wanted);
  try {
    localStorage.setItem('locale', wanted);
  } catch {
    // Private windows may refuse storage; the language then lasts as long as the page.
  }
}

/** The language of the page as `theme.js` found it. */
export function startLocale(): Promise<void> {
  return setLocale(pageLocale());
}

/** The words of a screen that the shell does not need. */
export async function loadWords(part: Part): Promise<void> {
  wantedParts.add(part);
  await load(pageLocale());
  show(pageLocale());
}

/** All that was asked for until it is there. */
async function load(of: Locale): Promise<void> {
  let parts: Part[];
  do {
    parts = [...wantedParts];
    const modules = await Promise.all(parts.map((part) => loaders[of][part]()));
    for (const { default: messages } of modules) Object.assign(loaded[of], messages);
  } while (parts.length < wantedParts.size);
}

function show(wanted: Locale): void {
  current = { locale: wanted, messages: { ...loaded[wanted] } };
}

function pageLocale(): Locale {
  return document.documentElement.lang === 'fr' ? 'fr' : 'en';
}

export function t(key: MessageKey, values: Arguments = {}): string {
  const message = current.messages[key];
  return typeof message === 'function' ? message(values) : (message ?? key);
}
